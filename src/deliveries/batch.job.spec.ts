import { MAX_ATTEMPTS, pauseBeforeRetryMs } from './batch.job.js';

describe('pauseBeforeRetryMs', () => {
  it('grows from 5 s to 10 min, with up to a fifth by chance', () => {
    expect(pauseBeforeRetryMs(0, undefined)).toBeGreaterThanOrEqual(5_000);
    expect(pauseBeforeRetryMs(0, undefined)).toBeLessThanOrEqual(6_000);
    expect(pauseBeforeRetryMs(30, undefined)).toBeLessThanOrEqual(720_000);
  });

  it('adds up to about an hour', () => {
    const pauses = Array.from({ length: MAX_ATTEMPTS }, (_, attempt) => pauseBeforeRetryMs(attempt, undefined));
    const minutes = pauses.reduce((sum, pause) => sum + pause, 0) / 60_000;
    expect(minutes).toBeGreaterThan(45);
    expect(minutes).toBeLessThan(90);
  });

  it('keeps what was asked for between 1 s and 1 h', () => {
    expect(pauseBeforeRetryMs(5, 0)).toBeGreaterThanOrEqual(1_000);
    expect(pauseBeforeRetryMs(5, 0)).toBeLessThanOrEqual(1_200);
    expect(pauseBeforeRetryMs(0, 30)).toBeGreaterThanOrEqual(30_000);
    expect(pauseBeforeRetryMs(0, 1_000_000)).toBe(3_600_000);
  });
});
