import { readSubscriptionResults } from './subscription-results.js';

function failure(endpoint: string, messagingErrorCode: unknown, retryAfterSeconds?: unknown): object {
  return {
    subscription: { endpoint },
    isSuccess: false,
    exception: { messagingErrorCode, message: 'why', retryAfterSeconds },
  };
}

function success(endpoint: string): object {
  return { subscription: { endpoint, p256DH: 'p', auth: 'a' }, isSuccess: true, exception: null };
}

function nameService(endpoint: string): string {
  return `service of ${endpoint}`;
}

describe('readSubscriptionResults', () => {
  it.each([
    [404, { kind: 'gone' }],
    [410, { kind: 'gone' }],
    [429, { kind: 'temporary', cause: 'limits' }],
    [500, { kind: 'temporary', cause: 'unavailable' }],
    [503, { kind: 'temporary', cause: 'unavailable' }],
    [599, { kind: 'temporary', cause: 'unavailable' }],
    [400, { kind: 'refused' }],
    [401, { kind: 'refused' }],
    [403, { kind: 'refused' }],
    [413, { kind: 'refused' }],
    [600, { kind: 'refused' }],
    [0, { kind: 'refused' }],
    ['410', { kind: 'refused' }],
    [undefined, { kind: 'refused' }],
  ])('returns for status %j the result %j', (status, expected) => {
    expect(readSubscriptionResults(['e'], { responses: [failure('e', status)] }, nameService)[0]).toMatchObject({
      ...expected,
      message: 'why',
    });
  });

  it.each([
    [401, 'why', 'wrong-key'],
    [403, 'why', 'wrong-key'],
    [400, 'The push service answered 400: {"reason":"VapidPkHashMismatch"}', 'wrong-key'],
    [400, 'The push service answered 400: {"reason":"BadWebPushTopic"}', 'refused'],
    [413, 'VapidPkHashMismatch', 'too-large'],
    [404, 'VapidPkHashMismatch', 'gone'],
  ])('names the reason of status %i with %j %s', (messagingErrorCode, message, code) => {
    const item = { subscription: { endpoint: 'e' }, isSuccess: false, exception: { messagingErrorCode, message } };
    const [result] = readSubscriptionResults(['e'], { responses: [item] }, nameService);
    expect(result).toMatchObject({ reason: { service: 'service of e', status: messagingErrorCode, code } });
  });

  it.each([
    [30, 30],
    ['00:00:30', 30],
    ['30', 30],
    [null, undefined],
    ['soon', undefined],
  ])('reads the pause from retryAfterSeconds %j', (asked, seconds) => {
    const responses = [failure('e', 429, asked), failure('f', 503, asked)];
    const results = readSubscriptionResults(['e', 'f'], { responses }, nameService);
    expect(results.map((result) => 'retryAfterSeconds' in result && result.retryAfterSeconds)).toEqual([
      seconds,
      seconds,
    ]);
  });

  it('matches items by endpoint in any order, uses the first of repeated items and ignores unknown ones', () => {
    const responses = [
      success('b'),
      failure('stranger', 410),
      failure('a', 404),
      failure('b', 410),
      success('a'),
      { isSuccess: true },
    ];
    const results = readSubscriptionResults(['a', 'b', 'c'], { responses }, nameService);
    expect(results.map(({ kind }) => kind)).toEqual(['gone', 'delivered', 'unknown']);
  });

  it.each([
    [undefined],
    [null],
    ['garbage'],
    [[]],
    [{}],
    [{ responses: {} }],
    [{ responses: [null, 'x', { subscription: null }] }],
  ])('knows nothing of any subscription when the response is %j', (answer) => {
    expect(readSubscriptionResults(['a', 'b'], answer, nameService)).toEqual([
      expect.objectContaining({ kind: 'unknown' }),
      expect.objectContaining({ kind: 'unknown' }),
    ]);
  });

  it.each([
    [{ isSuccess: 'true' }, 'unknown'],
    [{}, 'unknown'],
    [{ isSuccess: 'true', exception: { messagingErrorCode: 410 } }, 'gone'],
    [{ isSuccess: false }, 'refused'],
  ])('returns delivered only when isSuccess is true: for %j %s', (item, kind) => {
    const response = { responses: [{ subscription: { endpoint: 'e' }, ...item }] };
    expect(readSubscriptionResults(['e'], response, nameService)[0]?.kind).toBe(kind);
  });
});
