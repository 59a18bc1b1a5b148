import { drawLatencyMs } from './latency.js';

describe('drawLatencyMs', () => {
  /** Numbers spread evenly over the interval, each pair different (a Halton sequence of bases 2 and 3). */
  function evenly(): () => number {
    let drawn = 0;
    return () => {
      drawn += 1;
      const base = drawn % 2 === 1 ? 2 : 3;
      let [rest, fraction, place] = [Math.ceil(drawn / 2), 0, 1];
      while (rest > 0) {
        place /= base;
        fraction += place * (rest % base);
        rest = Math.floor(rest / base);
      }
      return fraction;
    };
  }

  it('has the median and the 99th percentile of the settings', () => {
    const random = evenly();
    const settings = { latencyMedianMs: 80, latencyP99Ms: 400 };
    const drawn = Array.from({ length: 20_000 }, () => drawLatencyMs(settings, random)).sort((a, b) => a - b);
    expect(drawn[10_000]).toBeGreaterThan(78);
    expect(drawn[10_000]).toBeLessThan(82);
    expect(drawn[19_800]).toBeGreaterThan(370);
    expect(drawn[19_800]).toBeLessThan(430);
  });

  it('is always the median without a tail, and nothing without a median', () => {
    expect(drawLatencyMs({ latencyMedianMs: 80, latencyP99Ms: 0 })).toBe(80);
    expect(drawLatencyMs({ latencyMedianMs: 0, latencyP99Ms: 400 })).toBe(0);
  });
});
