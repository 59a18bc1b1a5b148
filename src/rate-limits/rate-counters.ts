import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import { RedisConnections } from '../core/queue/redis-connections.js';
import { readRedisCode } from '../core/queue/redis-error.js';
import { CountingOutage } from './counting-outage.js';

/** What Redis has counted of a key in the present window. */
export interface Counted {
  readonly count: number;
  /** Until the count begins again. */
  readonly remainingMs: number;
}

interface Increment {
  readonly key: string;
  readonly windowMs: number;
  counted?: Counted;
}

/** Requests wait no longer for Redis; more than it takes on a machine that is busy. */
const RESPONSE_MS = 500;

/** The start waits so long for the connection; what comes before it is not counted. */
const CONNECT_WAIT_MS = 1_000;

/** Between two commands: a command costs more than the requests that it counts wait. */
const PAUSE_MS = 4;

/** Increments in one command. */
const MAX_INCREMENTS = 1_000;

/**
 * Adds to each key the increments of one command, and returns count and remaining time of each. A window
 * begins with its first increment; the key is made with its expiry, so that none can stay (redis.io, "SET").
 */
const SCRIPT = `
local replies = {}
for i, key in ipairs(KEYS) do
  redis.call('SET', key, 0, 'PX', ARGV[2 * i], 'NX')
  replies[2 * i - 1] = redis.call('INCRBY', key, ARGV[2 * i - 1])
  replies[2 * i] = redis.call('PTTL', key)
end
return replies`;

/**
 * Counts in fixed windows that all processes share, in Redis. Increments that come together are one command.
 * While Redis is unreachable or refuses writes nothing is counted and nobody waits.
 */
@Injectable()
export class RateCounters {
  private readonly outage = new CountingOutage();
  private readonly increments: WriteCoalescer<Increment>;
  private client: Redis | undefined;

  constructor(private readonly redis: RedisConnections) {
    this.increments = new WriteCoalescer((items) => this.flush(items), MAX_INCREMENTS, PAUSE_MS);
  }

  /** Connects to Redis, and waits up to 1 s for that. Never rejects. */
  async connect(): Promise<void> {
    if (this.client !== undefined) return;
    const client = this.open();
    await new Promise<void>((resolve) => {
      for (const event of ['ready', 'error']) client.once(event, resolve);
      setTimeout(resolve, CONNECT_WAIT_MS).unref();
    });
  }

  /**
   * Counts one more for the key. Resolves with the count of all processes, this one included; with undefined
   * where Redis does not count, after 500 ms at most, and at once while that is known.
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
      const running = this.run(byKey);
      // A response that comes late, but comes, ends the outage that it began: the machine was busy.
      void running.then(
        () => {
          this.outage.endLate();
        },
        () => undefined,
      );
      const replies = await withinResponseTime(running);
      [...byKey.values()].forEach((ofKey, index) => {
        share(ofKey, Number(replies[2 * index]), Number(replies[2 * index + 1]));
      });
      this.outage.end();
    } catch (error) {
      this.outage.begin(readRedisCode(error) ?? 'not connected');
    }
  }

  private async run(byKey: ReadonlyMap<string, readonly Increment[]>): Promise<readonly unknown[]> {
    const keys = [...byKey.keys()].map((key) => `${this.redis.prefix}:rate:${key}`);
    const amounts = [...byKey.values()].flatMap((ofKey) => [ofKey.length, ofKey[0]?.windowMs ?? 0]);
    return (await this.open().eval(SCRIPT, keys.length, ...keys, ...amounts)) as readonly unknown[];
  }

  private open(): Redis {
    this.client ??= this.redis.create('counter');
    return this.client;
  }
}

/** Gives each increment its own place in the count that all of them have reached. */
function share(increments: readonly Increment[], total: number, remainingMs: number): void {
  let count = total - increments.length;
  for (const increment of increments) {
    count += 1;
    increment.counted = { count, remainingMs };
  }
}

async function withinResponseTime<T>(response: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A response may lie in the socket already when this process was busy: it is read before this runs.
      setImmediate(() => {
        reject(new Error('Command timed out'));
      });
    }, RESPONSE_MS);
  });
  return Promise.race([response, timeout]).finally(() => {
    clearTimeout(timer);
  });
}
