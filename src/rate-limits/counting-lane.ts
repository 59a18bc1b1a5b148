import { within } from '../core/async/within.js';
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
  amount: number;
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
  /** By key: what nobody waits for, until it is sent. */
  private readonly ahead = new Map<string, Increment>();

  /**
   * @param learn is told what Redis has counted of a key.
   * @param responseMs nobody waits longer for Redis.
   * @param subject what passes while Redis does not count, as the log says it.
   */
  constructor(
    private readonly redis: { readonly add: AddToKeys; readonly learn: (key: string, counted: Counted) => void },
    private readonly responseMs: number,
    subject: string,
  ) {
    this.outage = new CountingOutage(subject);
    this.increments = new WriteCoalescer('rate-counts', (items) => this.flush(items), MAX_INCREMENTS, PAUSE_MS);
  }

  /**
   * Counts one more for the key. Resolves with the count of all processes, this one included; with undefined
   * where Redis does not count, after `responseMs` at most, and at once while that is known.
   */
  async count(key: string, windowMs: number): Promise<Counted | undefined> {
    const increment: Increment = { key, windowMs, amount: 1 };
    if (this.outage.isNow) {
      if (this.outage.isTimeToTry()) void this.ask([increment]);
    } else {
      await this.increments.add(increment);
    }
    if (increment.counted === undefined) this.outage.addUncounted(1);
    return increment.counted;
  }

  /** Whether Redis does not count, as far as it is known. */
  get isOutage(): boolean {
    return this.outage.isNow;
  }

  /** Counts one more for the key; nobody waits for it. */
  countAhead(key: string, windowMs: number): void {
    const waiting = this.ahead.get(key);
    if (waiting !== undefined) {
      waiting.amount += 1;
      return;
    }
    const increment: Increment = { key, windowMs, amount: 1 };
    this.ahead.set(key, increment);
    void this.increments.add(increment).then(() => {
      if (increment.counted === undefined) this.outage.addUncounted(increment.amount);
    });
  }

  private async flush(increments: readonly Increment[]): Promise<void> {
    for (const increment of increments)
      if (this.ahead.get(increment.key) === increment) this.ahead.delete(increment.key);
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
      const running = this.redis.add(toAmounts(byKey));
      // A response that comes late, but comes, ends the outage that it began: the machine was busy.
      void running.then(
        () => {
          this.outage.endLate();
        },
        () => undefined,
      );
      const replies = await within(this.responseMs, running);
      [...byKey].forEach(([key, ofKey], index) => {
        const counted = { count: Number(replies[2 * index]), remainingMs: Number(replies[2 * index + 1]) };
        this.redis.learn(key, counted);
        share(ofKey, counted);
      });
      this.outage.end();
    } catch (error) {
      this.outage.begin(readRedisCode(error) ?? 'not connected');
    }
  }
}

function toAmounts(byKey: ReadonlyMap<string, readonly Increment[]>): Parameters<AddToKeys>[0] {
  return [...byKey].map(([key, ofKey]) => ({ key, amount: sum(ofKey), windowMs: ofKey[0]?.windowMs ?? 0 }));
}

function sum(increments: readonly Increment[]): number {
  return increments.reduce((total, { amount }) => total + amount, 0);
}

/** Gives each increment its own place in the count that all of them have reached. */
function share(increments: readonly Increment[], { count: total, remainingMs }: Counted): void {
  let count = total - sum(increments);
  for (const increment of increments) {
    count += increment.amount;
    increment.counted = { count, remainingMs };
  }
}
