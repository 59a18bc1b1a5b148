import { RateLimits } from './rate-limits.js';

describe('RateLimits', () => {
  it('allows a number of messages a minute to each sender, and refills them as a whole', () => {
    const limits = new RateLimits();
    expect([limits.count('a', 2, 0), limits.count('a', 2, 10_000), limits.count('a', 2, 20_000)]).toEqual([
      undefined,
      undefined,
      40,
    ]);
    expect(limits.count('b', 2, 20_000)).toBeUndefined();
    expect(limits.count('a', 2, 59_999)).toBe(1);
    expect(limits.count('a', 2, 60_000)).toBeUndefined();
  });
});
