import { Injectable } from '@nestjs/common';
import type { RedisClient } from '../core/queue/redis-client.js';
import { RedisConnections } from '../core/queue/redis-connections.js';
import { type AddToKeys, type Counted, CountingLane } from './counting-lane.js';
import { KnownCounts } from './known-counts.js';

/** Requests wait no longer for Redis; more than it takes on a machine that is busy. */
const RESPONSE_MS = 500;

/** Registrations wait longer: no click is lost by that, and a contact that passes uncounted is stored. */
const PATIENT_RESPONSE_MS = 2_000;

/** The start waits so long for the connection; what comes before it is not counted. */
const CONNECT_WAIT_MS = 1_000;

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

/** Counts in fixed windows that all processes share, in Redis. */
@Injectable()
export class RateCounters {
  private readonly requests: CountingLane;
  private readonly registrations: CountingLane;
  private readonly known = new KnownCounts();
  private client: RedisClient | undefined;

  constructor(private readonly redis: RedisConnections) {
    const add: AddToKeys = (amounts) => this.add(amounts);
    const learn = this.known.learn.bind(this.known);
    this.requests = new CountingLane({ add, learn }, RESPONSE_MS, 'requests');
    this.registrations = new CountingLane({ add, learn: () => undefined }, PATIENT_RESPONSE_MS, 'registrations');
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
   * Counts a request without waiting for Redis, where the key is far from `max`. Returns what is counted of
   * it as far as this process knows; undefined, and nothing is counted, near the limit and while Redis does
   * not count.
   */
  countRequestAhead(key: string, windowMs: number, max: number): Counted | undefined {
    if (this.requests.isOutage) return undefined;
    const counted = this.known.addOne(key, windowMs, max);
    if (counted !== undefined) this.requests.countAhead(key, windowMs);
    return counted;
  }

  /** Counts a request as `CountingLane.count` does; it waits up to 500 ms. */
  countRequest(key: string, windowMs: number): Promise<Counted | undefined> {
    return this.requests.count(key, windowMs);
  }

  /** Counts a registration as `CountingLane.count` does; it waits up to 2 s. */
  countRegistration(key: string, windowMs: number): Promise<Counted | undefined> {
    return this.registrations.count(key, windowMs);
  }

  private async add(amounts: Parameters<AddToKeys>[0]): Promise<readonly unknown[]> {
    const keys = amounts.map(({ key }) => `${this.redis.prefix}:rate:${key}`);
    const values = amounts.flatMap(({ amount, windowMs }) => [amount, windowMs]);
    return (await this.open().eval(SCRIPT, keys.length, ...keys, ...values)) as readonly unknown[];
  }

  private open(): RedisClient {
    this.client ??= this.redis.create('counter');
    return this.client;
  }
}
