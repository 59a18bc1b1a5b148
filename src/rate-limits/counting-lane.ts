import { WriteCoalescer } from '../core/async/write-coalescer.js';
import { readRedisCode } from '../core/queue/redis-error.js';
import { CountingOutage } from './counting-outage.js';

/** What Redis has counted of a key in the present window. */
export interface Counted {
  readonly count: number;
  /** Until the count begins again. */
  readonly remainingMs: number;
}

/** Adds to each key; resolves with count and remaining milliseconds of each, one after another. */
export type AddToKeys = (
  amounts: readonly { readonly key: string; readonly amount: number; readonly windowMs: number }[],
) => Promise<readonly unknown[]>;

interface Increment {
  readonly key: string;
  readonly windowMs: number;
  counted?: Counted;
}

/** Between two commands: a command costs more than the requests that it counts wait. */
const PAUSE_MS = 4;

/** Increments in one command. */
const MAX_INCREMENTS = 1_000;

/**
 * Counts what may wait the same time for Redis. Increments that come together are one command. While Redis is
 * unreachable or refuses writes nothing is counted and nobody waits.
 */
export class CountingLane {
  private readonly outage: CountingOutage;
  private readonly increments: WriteCoalescer<Increment>;

  /**
   * @param responseMs nobody waits longer for Redis.
   * @param subject what passes while Redis does not count, as the log says it.
   */
  constructor(
    private readonly add: AddToKeys,
    private readonly responseMs: number,
    subject: string,
  ) {
    this.outage = new CountingOutage(subject);
    this.increments = new WriteCoalescer((items) => this.flush(items), MAX_INCREMENTS, PAUSE_MS);
  }

  /**
   * Counts one more for the key. Resolves with the count of all processes, this one included; with undefined
   * where Redis does not count, after `responseMs` at most, and at once while that is known.
   */
  async count(key: string, windowMs: number): Promise<Counted | undefined> {
    const increment: Increment = { key, windowMs };
    if (this.outage.isNow) {
      if (this.outage.isTimeToTry()) void this.ask([increment]);
    } else {
      await this.increments.add(increment);
    }
    if (increment.counted === undefined) this.outage.addUncounted();
    return increment.counted;
  }

  private async flush(increments: readonly Increment[]): Promise<void> {
    // Those that waited for a command that failed do not wait for another one.
    if (!this.outage.isNow) await this.ask(increments);
  }

  private async ask(increments: readonly Increment[]): Promise<void> {
    const byKey = new Map<string, Increment[]>();
    for (const increment of increments) {
      const ofKey = byKey.get(increment.key);
      if (ofKey === undefined) byKey.set(increment.key, [increment]);
      else ofKey.push(increment);
    }
    try {
      const running = this.add(toAmounts(byKey));
      // A response that comes late, but comes, ends the outage that it began: the machine was busy.
      void running.then(
        () => {
          this.outage.endLate();
        },
        () => undefined,
      );
      const replies = await within(this.responseMs, running);
      [...byKey.values()].forEach((ofKey, index) => {
        share(ofKey, Number(replies[2 * index]), Number(replies[2 * index + 1]));
      });
      this.outage.end();
    } catch (error) {
      this.outage.begin(readRedisCode(error) ?? 'not connected');
    }
  }
}

function toAmounts(byKey: ReadonlyMap<string, readonly Increment[]>): Parameters<AddToKeys>[0] {
  return [...byKey].map(([key, ofKey]) => ({ key, amount: ofKey.length, windowMs: ofKey[0]?.windowMs ?? 0 }));
}

/** Gives each increment its own place in the count that all of them have reached. */
function share(increments: readonly Increment[], total: number, remainingMs: number): void {
  let count = total - increments.length;
  for (const increment of increments) {
    count += 1;
    increment.counted = { count, remainingMs };
  }
}

async function within<T>(responseMs: number, response: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A response may lie in the socket already when this process was busy: it is read before this runs.
      setImmediate(() => {
        reject(new Error('Command timed out'));
      });
    }, responseMs);
  });
  return Promise.race([response, timeout]).finally(() => {
    clearTimeout(timer);
  });
}
