import { setTimeout as sleep } from 'node:timers/promises';
import { forEachConcurrently } from './adaptive-concurrency.js';

async function* upTo(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item += 1) {
    await sleep(0);
    yield item;
  }
}

/** Runs six tasks of `taskMs`; returns how many ran at once at most, and the items that were started. */
async function run(
  taskMs: number,
  maxConcurrency: number,
  failing?: number,
): Promise<{ atOnce: number; begun: number[] }> {
  const begun: number[] = [];
  let running = 0;
  let atOnce = 0;
  const ended = forEachConcurrently(upTo(6), { slowAfterMs: 30, maxConcurrency }, async (item) => {
    begun.push(item);
    running += 1;
    atOnce = Math.max(atOnce, running);
    await sleep(taskMs);
    running -= 1;
    if (item === failing) throw new Error(`item ${item}`);
  });
  if (failing === undefined) await ended;
  else await expect(ended).rejects.toThrow(`item ${failing}`);
  expect(running).toBe(0);
  return { atOnce, begun };
}

describe('forEachConcurrently', () => {
  it('runs quick tasks one at a time', async () => {
    expect(await run(1, 4)).toEqual({ atOnce: 1, begun: [0, 1, 2, 3, 4, 5] });
  });

  it('runs slow tasks concurrently, up to the limit', async () => {
    expect(await run(400, 4)).toEqual({ atOnce: 4, begun: [0, 1, 2, 3, 4, 5] });
  });

  it('starts no task after a failure, and rejects once the running tasks have ended', async () => {
    expect((await run(1, 4, 2)).begun).toEqual([0, 1, 2]);
    expect((await run(200, 3, 0)).begun).toEqual([0, 1, 2]);
  });
});
