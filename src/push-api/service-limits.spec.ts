import { ACCEPTED, refused, type SendOutcome } from './send-outcome.js';
import { AdaptiveLimit, isOverload, ServiceLimits } from './service-limits.js';

const BOUNDS = { min: 10, max: 400 };

/** A limit with a clock of its own, and tasks that end when the test says so. */
function harness(): {
  limit: AdaptiveLimit<SendOutcome>;
  send: (count: number, ms: number, outcome?: SendOutcome) => Promise<void>;
} {
  let nowMs = 0;
  const limit = new AdaptiveLimit(BOUNDS, isOverload, () => nowMs);
  return {
    limit,
    /** Runs many tasks, each of which takes `ms`, as many at once as the limit lets run. */
    async send(count, ms, outcome = ACCEPTED) {
      const running: (() => void)[] = [];
      const all = limit.runAll(
        Array.from({ length: count }),
        () =>
          new Promise((resolve) =>
            running.push(() => {
              resolve(outcome);
            }),
          ),
      );
      let ended = 0;
      while (ended < count) {
        await new Promise((resolve) => setImmediate(resolve));
        nowMs += ms;
        for (const end of running.splice(0)) {
          end();
          ended += 1;
        }
      }
      await all;
    },
  };
}

describe('AdaptiveLimit', () => {
  it('doubles while tasks wait and latency holds, up to its maximum', async () => {
    const { limit, send } = harness();
    expect(limit.concurrency).toBe(100);
    await send(150, 80);
    expect(limit.concurrency).toBe(200);
    await send(5_000, 80);
    expect(limit.concurrency).toBe(400);
  });

  it('resolves with the outcomes of a call in the order of its items, whichever ends first', async () => {
    const limit = new AdaptiveLimit<number>({ min: 1, max: 2 }, () => false);
    const late = limit.runAll([30, 1, 10, 2], async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ms;
    });
    expect(await Promise.all([late, limit.runAll([], () => Promise.resolve(0))])).toEqual([[30, 1, 10, 2], []]);
    expect(limit.isIdle).toBe(true);
  });

  it('stays where it is while nothing waits', async () => {
    const { limit, send } = harness();
    for (let turn = 0; turn < 20; turn += 1) await send(50, 80);
    expect(limit.concurrency).toBe(100);
  });

  it('stays where it is while latency grows', async () => {
    const { limit, send } = harness();
    await send(150, 80);
    await send(1_000, 300);
    expect(limit.concurrency).toBe(200);
  });

  it.each([429, 503, 504])('falls once for an overload, %i, and grows slowly after it', async (code) => {
    const { limit, send } = harness();
    await send(50, 80, refused(code, 'overloaded'));
    expect(limit.concurrency).toBe(70);
    await send(30, 1_001, ACCEPTED);
    await send(100, 80);
    expect(limit.concurrency).toBeGreaterThan(70);
    expect(limit.concurrency).toBeLessThan(140);
  });

  it('falls to its minimum and not further', async () => {
    const { limit, send } = harness();
    for (let turn = 0; turn < 20; turn += 1) await send(5, 1_001, refused(429, 'too many'));
    expect(limit.concurrency).toBe(10);
  });

  it.each([404, 410, 403, 413])('does not fall for what is about one subscription: %i', async (code) => {
    const { limit, send } = harness();
    await send(50, 80, refused(code, 'about it'));
    expect(limit.concurrency).toBe(100);
  });
});

describe('ServiceLimits', () => {
  it('lets no service wait for another', async () => {
    const limits = new ServiceLimits({ min: 1, max: 1 });
    void limits.runAll('https://slow.example', [1, 2], () => new Promise(() => undefined));
    const outcomes = limits.runAll('https://fast.example', [1, 2], () => Promise.resolve(ACCEPTED));
    await expect(outcomes).resolves.toEqual([ACCEPTED, ACCEPTED]);
  });
});
