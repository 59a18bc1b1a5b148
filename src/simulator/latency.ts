/** The 99th percentile of the standard normal distribution. */
const Z_OF_P99 = 2.326_347_87;

/** Where the distribution of latencies is cut, in multiples of the 99th percentile. */
const MAX_OF_P99 = 20;

interface LatencySettings {
  readonly latencyMedianMs: number;
  readonly latencyP99Ms: number;
}

/**
 * Draws a latency in milliseconds from a log-normal distribution with the given median and 99th percentile.
 * `random` returns numbers from 0 to below 1.
 */
export function drawLatencyMs({ latencyMedianMs, latencyP99Ms }: LatencySettings, random = Math.random): number {
  if (latencyMedianMs === 0 || latencyP99Ms <= latencyMedianMs) return latencyMedianMs;
  const sigma = Math.log(latencyP99Ms / latencyMedianMs) / Z_OF_P99;
  return Math.min(latencyP99Ms * MAX_OF_P99, latencyMedianMs * Math.exp(sigma * drawNormal(random)));
}

/** Box and Muller's method. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
