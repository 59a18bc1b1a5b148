import { toRetryReason } from './retry-reason.js';

describe('toRetryReason', () => {
  it.each([
    [{ code: 112 }, 'write-conflict'],
    [{ code: 251 }, 'no-such-transaction'],
    [{ code: 10_107 }, 'not-primary'],
    [{ code: 11_600 }, 'not-primary'],
    [{ name: 'MongoNetworkTimeoutError' }, 'network'],
    [{ code: 4_711 }, 'other'],
    [new Error('of ours'), 'other'],
    [undefined, 'other'],
  ])('of %j is %s', (error, reason) => {
    expect(toRetryReason(error)).toBe(reason);
  });
});
