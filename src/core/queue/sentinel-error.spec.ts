import { explainSentinelCode, readSentinelError } from './sentinel-error.js';

const failed = (because: string): Error =>
  new Error(`failed to connect to sentinel sentinel-1.example:26379 because ${because}`);

describe('readSentinelError', () => {
  it.each([
    [failed('Connection is closed.'), 'CLOSED', /REDIS_CA_FILE/],
    [failed('Command timed out'), 'ETIMEDOUT', /does not respond/],
    [failed('NOAUTH Authentication required.'), 'NOAUTH', /REDIS_SENTINEL_PASSWORD/],
    [failed('WRONGPASS invalid username-password pair or user is disabled.'), 'WRONGPASS', /REDIS_SENTINEL_PASSWORD/],
    [failed("NOPERM User watcher has no permissions to run the 'sentinel' command"), 'NOPERM', /USERNAME/],
    [failed("ERR unknown command 'sentinel', with args beginning with: "), 'ERR', /no Sentinel/],
    [failed('ERR No such master with that name'), 'NOMASTER', /REDIS_SENTINEL_NAME/],
    [
      new Error('connected to sentinel sentinel-1.example:26379 successfully, but got an invalid reply: null'),
      'NOMASTER',
      /REDIS_SENTINEL_NAME/,
    ],
  ])('knows by the text alone: %s', (error, code, meaning) => {
    expect(readSentinelError(error)).toEqual({ address: 'sentinel-1.example:26379', code });
    expect(explainSentinelCode(code)).toMatch(meaning);
  });
});
