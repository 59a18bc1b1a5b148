import { readDeviceTokenResults } from './device-token-results.js';

function failure(deviceToken: string, messagingErrorCode: number): object {
  return { deviceToken, isSuccess: false, exception: { messagingErrorCode, message: `code ${messagingErrorCode}` } };
}

const success = { deviceToken: 'good', isSuccess: true, exception: null };

describe('readDeviceTokenResults', () => {
  it.each([
    [0, 'refused', undefined],
    [2, 'temporary', 'unavailable'],
    [3, 'temporary', 'limits'],
    [4, 'refused', undefined],
    [5, 'temporary', 'unavailable'],
    [6, 'gone', undefined],
    [99, 'refused', undefined],
  ])('returns for code %i a result of kind %s and cause %s', (code, kind, cause) => {
    const results = readDeviceTokenResults(['bad'], { responses: [failure('bad', code)] });
    expect(results[0]).toMatchObject(cause === undefined ? { kind } : { kind, cause });
  });

  it.each([
    [true, 1, 'invalid-argument'],
    [undefined, 0, 'third-party-auth-error'],
    ['yes', 0, 'third-party-auth-error'],
  ])('counts code 0 with isMessageRefused %j as %i %s, and never prunes for it', (isMessageRefused, status, code) => {
    const exception = { messagingErrorCode: 0, message: 'Invalid image', isMessageRefused };
    const responses = [success, { deviceToken: 'bad', isSuccess: false, exception }];
    const [, result] = readDeviceTokenResults(['good', 'bad'], { responses });
    expect(result).toMatchObject({ kind: 'refused', reason: { service: 'firebase', status, code } });
  });

  it.each([{}, { isSuccess: 'true' }, { isSuccess: null, exception: null }, { isSuccess: 1, exception: 'no' }])(
    'knows nothing of an item that does not say whether it succeeded: %j',
    (item) => {
      const [result] = readDeviceTokenResults(['bad'], { responses: [{ deviceToken: 'bad', ...item }] });
      expect(result).toMatchObject({ kind: 'unknown', reason: { service: 'PushApi', code: 'no-result' } });
    },
  );

  it('returns gone for code 1 when another token of the call succeeded', () => {
    const results = readDeviceTokenResults(['good', 'bad'], { responses: [failure('bad', 1), success] });
    expect(results.map(({ kind }) => kind)).toEqual(['delivered', 'gone']);
  });

  it('returns refused for code 1 when no token of the call succeeded', () => {
    const results = readDeviceTokenResults(['bad', 'worse'], { responses: [failure('bad', 1), failure('worse', 6)] });
    expect(results.map(({ kind }) => kind)).toEqual(['refused', 'gone']);
  });

  it('matches items by token in any order and uses the first of repeated items', () => {
    const responses = [
      failure('bad', 6),
      success,
      { ...success, deviceToken: 'bad' },
      { ...success, deviceToken: 'other' },
    ];
    const results = readDeviceTokenResults(['good', 'bad'], { responses });
    expect(results.map(({ kind }) => kind)).toEqual(['delivered', 'gone']);
  });

  it('uses the first item of a token when a later one stands at its position', () => {
    const responses = [failure('good', 6), success];
    const results = readDeviceTokenResults(['bad', 'good'], { responses });
    expect(results.map(({ kind }) => kind)).toEqual(['unknown', 'gone']);
  });

  it.each([[undefined], [null], ['garbage'], [{}], [{ responses: 'no' }], [{ responses: [null, 5] }]])(
    'knows nothing of any token when the response is %j',
    (answer) => {
      const results = readDeviceTokenResults(['good', 'bad'], answer);
      expect(results).toEqual([
        expect.objectContaining({ kind: 'unknown' }),
        expect.objectContaining({ kind: 'unknown' }),
      ]);
    },
  );
});
