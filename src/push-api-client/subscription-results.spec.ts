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
  ])('reads status %j as %j', (status, expected) => {
    expect(readSubscriptionResults(['e'], { responses: [failure('e', status)] })[0]).toMatchObject({
      ...expected,
      message: 'why',
    });
  });

  it.each([
    [30, 30],
    ['00:00:30', 30],
    ['30', 30],
    [null, undefined],
    ['soon', undefined],
  ])('reads a pause of %j', (asked, seconds) => {
    const results = readSubscriptionResults(['e', 'f'], {
      responses: [failure('e', 429, asked), failure('f', 503, asked)],
    });
    expect(results.map((result) => 'retryAfterSeconds' in result && result.retryAfterSeconds)).toEqual([
      seconds,
      seconds,
    ]);
  });

  it('matches by endpoint in any order, takes the first of repeated ones, and ignores strangers', () => {
    const responses = [
      success('b'),
      failure('stranger', 410),
      failure('a', 404),
      failure('b', 410),
      success('a'),
      { isSuccess: true },
    ];
    const results = readSubscriptionResults(['a', 'b', 'c'], { responses });
    expect(results.map(({ kind }) => kind)).toEqual(['gone', 'delivered', 'temporary']);
  });

  it.each([
    [undefined],
    [null],
    ['garbage'],
    [[]],
    [{}],
    [{ responses: {} }],
    [{ responses: [null, 'x', { subscription: null }] }],
  ])('leaves each to be tried again when the answer is %j', (answer) => {
    expect(readSubscriptionResults(['a', 'b'], answer)).toEqual([
      expect.objectContaining({ kind: 'temporary', cause: 'call-failed' }),
      expect.objectContaining({ kind: 'temporary', cause: 'call-failed' }),
    ]);
  });

  it('takes nothing but true for a success', () => {
    const answer = { responses: [{ subscription: { endpoint: 'e' }, isSuccess: 'true' }] };
    expect(readSubscriptionResults(['e'], answer)[0]?.kind).toBe('refused');
  });
});
