import { addSample, estimateSecondsLeft, measureSpeed, type Sample } from './speed.js';

function samplesOf(...settled: readonly number[]): Sample[] {
  return settled.reduce<Sample[]>(
    (samples, each, second) => addSample(samples, { atMs: second * 1_000, settled: each }),
    [],
  );
}

it('is not known from one sample', () => {
  expect(measureSpeed(samplesOf())).toBeUndefined();
  expect(measureSpeed(samplesOf(5))).toBeUndefined();
});

it('is the mean of the last 20 seconds, however unevenly batches end', () => {
  expect(measureSpeed(samplesOf(0, 0, 3_000, 3_000, 6_000))).toBe(1_500);
  const longAgo = samplesOf(...Array.from({ length: 61 }, (_, second) => (second < 31 ? 0 : (second - 30) * 100)));
  expect(longAgo.length).toBeLessThanOrEqual(22);
  expect(measureSpeed(longAgo)).toBe(100);
});

it('says how long it takes, unless nothing moves', () => {
  expect(estimateSecondsLeft(450, 100)).toBe(5);
  expect(estimateSecondsLeft(450, 0)).toBeUndefined();
  expect(estimateSecondsLeft(450, undefined)).toBeUndefined();
});
