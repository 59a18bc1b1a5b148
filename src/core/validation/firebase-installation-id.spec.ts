import { findInstallationId, isInstallationId } from './firebase-installation-id.js';

const FID = 'cSH7-abc_DEF0123456789';

describe('isInstallationId', () => {
  it.each(['c', 'd', 'e', 'f'])('is true for 22 characters of base64url that begin with %s', (first) => {
    expect(isInstallationId(first + FID.slice(1))).toBe(true);
  });

  it.each([
    ['another first character', `a${FID.slice(1)}`],
    ['one character less', FID.slice(1)],
    ['one character more', `${FID}x`],
    ['another character', `${FID.slice(0, 21)}+`],
    ['a line feed at the end', `${FID}\n`],
    ['a registration token', `${FID}:APA91b`],
    ['nothing', ''],
  ])('is false for %s', (_, deviceToken) => {
    expect(isInstallationId(deviceToken)).toBe(false);
  });
});

describe('findInstallationId', () => {
  it('returns the id before the colon of a registration token', () => {
    expect(findInstallationId(`${FID}:APA91b-x_y`)).toBe(FID);
  });

  it.each([
    ['an installation id alone', FID],
    ['a token without a colon', 'x'.repeat(152)],
    ['a token with another beginning', 'sim:APA91bxyz'],
    ['a beginning of the length of an id', `${'x'.repeat(22)}:APA91b`],
  ])('returns undefined for %s', (_, deviceToken) => {
    expect(findInstallationId(deviceToken)).toBeUndefined();
  });
});
