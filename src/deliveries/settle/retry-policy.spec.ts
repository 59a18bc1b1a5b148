import { pauseAfterFailureMs, pauseAfterLostResponseMs, withJitter } from './retry-policy.js';

const first = { attempt: 0, lostResponses: 0 };

describe('pauseAfterFailureMs', () => {
  it('doubles from 5 s to 10 min with the attempts', () => {
    const pauses = [0, 1, 6, 7, 1_000].map((attempt) => pauseAfterFailureMs({ ...first, attempt }) / 1_000);
    expect(pauses).toEqual([5, 10, 320, 600, 600]);
  });

  it.each([
    ['undefined', 0, undefined, 5],
    ['0, which is also what a past date means', 0, 0, 5],
    ['less than our own pause', 3, 5, 40],
    ['less than our own pause, hours later', 200, 1, 600],
    ['more than our own pause', 0, 30, 30],
    ['more than an hour', 0, 1_000_000, 3_600],
  ])('after a Retry-After of %s, is the longer pause', (_, attempt, asked, seconds) => {
    expect(pauseAfterFailureMs({ ...first, attempt }, asked)).toBe(seconds * 1_000);
  });
});

describe('pauseAfterLostResponseMs', () => {
  it('is 20 s, then 40 s, or what was asked for where that is longer', () => {
    expect(pauseAfterLostResponseMs(first)).toBe(20_000);
    expect(pauseAfterLostResponseMs({ ...first, lostResponses: 1 })).toBe(40_000);
    expect(pauseAfterLostResponseMs(first, 60)).toBe(60_000);
  });
});

describe('withJitter', () => {
  it('adds up to a fifth', () => {
    expect(withJitter(1_000)).toBeGreaterThanOrEqual(1_000);
    expect(withJitter(1_000)).toBeLessThanOrEqual(1_200);
  });
});
