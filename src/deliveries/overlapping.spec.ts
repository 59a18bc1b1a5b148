import { setTimeout as sleep } from 'node:timers/promises';
import { forEachOverlapping } from './overlapping.js';

async function* upTo(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item += 1) {
    await sleep(0);
    yield item;
  }
}

/** The most tasks under way at once, and the items that were begun. */
async function run(taskMs: number, most: number, failing?: number): Promise<{ atOnce: number; begun: number[] }> {
  const begun: number[] = [];
  let running = 0;
  let atOnce = 0;
  const ended = forEachOverlapping(upTo(6), { slowMs: 30, most }, async (item) => {
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

describe('forEachOverlapping', () => {
  it('runs quick tasks one after the other', async () => {
    expect(await run(1, 4)).toEqual({ atOnce: 1, begun: [0, 1, 2, 3, 4, 5] });
  });

  it('overlaps slow tasks up to the limit', async () => {
    expect(await run(400, 4)).toEqual({ atOnce: 4, begun: [0, 1, 2, 3, 4, 5] });
  });

  it('begins nothing after a failure, and ends with those that are under way', async () => {
    expect((await run(1, 4, 2)).begun).toEqual([0, 1, 2]);
    expect((await run(200, 3, 0)).begun).toEqual([0, 1, 2]);
  });
});
