import { RateLimits } from './rate-limits.js';

describe('RateLimits', () => {
  it('allows a number of messages a minute to each sender, and refills them as a whole', () => {
    const limits = new RateLimits();
    const two = { rateLimitPerMinute: 2, minuteSeconds: 60 };
    expect([0, 10_000, 20_000].map((nowMs) => limits.count('a', two, nowMs))).toEqual([undefined, undefined, 40]);
    expect(limits.count('b', two, 20_000)).toBeUndefined();
    expect(limits.count('a', two, 59_999)).toBe(1);
    expect(limits.count('a', two, 60_000)).toBeUndefined();
  });

  it('can have shorter minutes', () => {
    const limits = new RateLimits();
    const one = { rateLimitPerMinute: 1, minuteSeconds: 2 };
    const seconds = [0, 500, 2_000].map((nowMs) => limits.count('a', one, nowMs));
    expect(seconds).toEqual([undefined, 2, undefined]);
  });
});
