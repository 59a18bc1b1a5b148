import { setTimeout as sleep } from 'node:timers/promises';

interface ConcurrencyLimits {
  /** After this long, the next task starts beside the running one. */
  readonly slowAfterMs: number;
  /** Most tasks that run at once. */
  readonly maxConcurrency: number;
}

/**
 * Runs `task` for each item: one at a time while tasks are quick, so that few items are in memory, and
 * concurrently while they are slow. After a failure it starts no more tasks, waits for the running ones, and
 * rejects with the first failure.
 *
 * @example
 * // One page at a time; up to 8 at once while PushApi takes longer than 50 ms for a page.
 * const limits = { slowAfterMs: 50, maxConcurrency: 8 };
 * await forEachConcurrently(pages, limits, async (page) => {
 *   await sendPage(page);
 * });
 */
export async function forEachConcurrently<T>(
  items: AsyncIterable<T>,
  { slowAfterMs, maxConcurrency }: ConcurrencyLimits,
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
    await Promise.race([run, sleep(slowAfterMs)]);
    if (running.size >= maxConcurrency) await Promise.race(running);
    if (failures.length > 0) break;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
