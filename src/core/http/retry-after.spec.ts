import { retryAfterSeconds, toTimeSpan } from './retry-after.js';

const NOW = new Date('2026-01-01T00:00:00Z');

describe('retryAfterSeconds', () => {
  it.each([
    [30, 30],
    ['30', 30],
    [' 1.5 ', 1.5],
    ['00:00:30', 30],
    ['01:02:03.5000000', 3_723],
    ['1.00:00:01', 86_401],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    [-5, 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    [Number.NaN, undefined],
  ])('parses %j as %j seconds', (value, seconds) => {
    expect(retryAfterSeconds(value, NOW)).toBe(seconds);
  });
});

describe('toTimeSpan', () => {
  it.each([
    [0, '00:00:00'],
    [1, '00:00:01'],
    [30, '00:00:30'],
    [3_723, '01:02:03'],
    [86_401, '1.00:00:01'],
  ])('prints %i seconds as %s', (seconds, text) => {
    expect(toTimeSpan(seconds)).toBe(text);
    expect(retryAfterSeconds(text, NOW)).toBe(seconds);
  });

  it.each([
    [1.5, '00:00:02'],
    [1.999_999_99, '00:00:02'],
    [99_999_999_999_999, '10675199.02:48:05'],
    [Number.POSITIVE_INFINITY, '10675199.02:48:05'],
  ])('prints %d seconds as %s, which .NET can read', (seconds, text) => {
    expect(toTimeSpan(seconds)).toBe(text);
  });
});
