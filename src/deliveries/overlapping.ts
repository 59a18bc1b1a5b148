import { setTimeout as sleep } from 'node:timers/promises';

interface Overlap {
  /** A task that takes longer does not keep the next one waiting. */
  readonly slowMs: number;
  /** Tasks under way at once. */
  readonly most: number;
}

/**
 * Runs `task` for each item: one after the other while tasks are quick, so that little is in memory at once, and
 * overlapping when they are slow. Rejects with the first failure, after those that are under way have ended.
 */
export async function forEachOverlapping<T>(
  items: AsyncIterable<T>,
  { slowMs, most }: Overlap,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const item of items) {
    const run = task(item)
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => running.delete(run));
    running.add(run);
    await Promise.race([run, sleep(slowMs)]);
    if (running.size >= most) await Promise.race(running);
    if (failures.length > 0) break;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
