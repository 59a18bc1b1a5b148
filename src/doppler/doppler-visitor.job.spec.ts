import { pauseAfterMs } from './doppler-visitor.job.js';

describe('pauseAfterMs', () => {
  it('returns pauses that double from 5 s up to 1 h', () => {
    expect([0, 1, 2, 20].map(pauseAfterMs)).toEqual([5_000, 10_000, 20_000, 3_600_000]);
  });
});
