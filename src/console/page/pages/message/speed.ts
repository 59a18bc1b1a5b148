/** How many contacts had an outcome at a moment. */
export interface Sample {
  readonly atMs: number;
  readonly settled: number;
}

/** Outcomes are counted in batches of thousands, so the speed of one second says little. */
const WINDOW_MS = 20_000;

/** Adds a sample, and forgets those that are older than the window, except the last one of them. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const all = [...samples, sample];
  const firstWithin = all.findIndex(({ atMs }) => atMs >= sample.atMs - WINDOW_MS);
  return all.slice(Math.max(0, firstWithin - 1));
}

/** Contacts per second over the samples; undefined while too little is known. */
export function measureSpeed(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs === first.atMs) return undefined;
  return ((last.settled - first.settled) * 1_000) / (last.atMs - first.atMs);
}

/** Seconds until `pending` contacts have an outcome at this speed; undefined while that is not known. */
export function estimateSecondsLeft(pending: number, speed: number | undefined): number | undefined {
  return speed === undefined || speed <= 0 ? undefined : Math.ceil(pending / speed);
}
