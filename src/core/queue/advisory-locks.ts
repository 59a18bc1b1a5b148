import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { within } from '../async/within.js';
import type { RedisClient } from './redis-client.js';
import { RedisConnections } from './redis-connections.js';

/** The locks of a process that was killed hold others up so long. */
const HELD_MS = 5_000;

/** How often locks are extended meanwhile. */
const EXTEND_EVERY_MS = 1_000;

/** Nobody waits longer for others. */
const MAX_WAIT_MS = 15_000;

/** An attempt that takes longer has failed. */
const TAKE_MS = 500;

/** After an attempt has failed, Redis is not asked for so long. */
const OUTAGE_MS = 5_000;

/** Between two attempts, at random: who waits is not always behind the same other. */
const MIN_PAUSE_MS = 2;
const MAX_PAUSE_MS = 8;

/** More are rarely of the same documents as those of another process, and take long in Redis. */
const MAX_LOCKS = 16;

/** Takes all locks or none, so that two processes never wait for each other. */
const TAKE = `
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then return 0 end
end
for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'PX', ARGV[2]) end
return 1`;

/** As RELEASE; Redis ends a lock that is not extended in time. */
const EXTEND = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('PEXPIRE', key, ARGV[2]) end
end`;

/** Of its own locks alone: one that ran out may be another's (redis.io, "Distributed Locks with Redis"). */
const RELEASE = `
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end`;

/**
 * Lets processes take turns at what they would otherwise do at the same time in vain, as transactions on the
 * same document do. Nothing may rely on it: there are no locks without Redis, and who waits for long goes on.
 */
@Injectable()
export class AdvisoryLocks {
  private readonly client: RedisClient;
  private outageUntilMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly redis: RedisConnections) {
    this.client = redis.create('counter');
  }

  /**
   * Runs `work`, and resolves as it does, while no other process runs one under one of the names. Waits up to
   * 15 s for others, then runs it all the same, as it does when Redis fails or does not answer for 0.5 s.
   *
   * @param names of the first 16 different ones.
   */
  async run<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const keys = [...new Set(names)].slice(0, MAX_LOCKS).map((name) => `${this.redis.prefix}:lock:${name}`);
    const token = randomUUID();
    if (keys.length === 0 || !(await this.wait(keys, token))) return work();
    const extending = setInterval(() => void this.change(EXTEND, keys, [token, HELD_MS]), EXTEND_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(extending);
      // Nobody waits for the response.
      void this.change(RELEASE, keys, [token]);
    }
  }

  /** False when the locks could not be had. */
  private async wait(keys: readonly string[], token: string): Promise<boolean> {
    const endMs = performance.now() + MAX_WAIT_MS;
    while (performance.now() < endMs && performance.now() >= this.outageUntilMs) {
      if (await this.take(keys, token)) return true;
      await sleep(randomInt(MIN_PAUSE_MS, MAX_PAUSE_MS));
    }
    return false;
  }

  private async take(keys: readonly string[], token: string): Promise<boolean> {
    try {
      return (await within(TAKE_MS, this.eval(TAKE, keys, [token, HELD_MS]))) === 1;
    } catch {
      // The probe of the connections says why.
      this.outageUntilMs = performance.now() + OUTAGE_MS;
      // It may have been taken all the same.
      void this.change(RELEASE, keys, [token]);
      return false;
    }
  }

  /** Never rejects: what is neither extended nor released runs out. */
  private async change(script: string, keys: readonly string[], values: readonly (string | number)[]): Promise<void> {
    await this.eval(script, keys, values).catch(() => undefined);
  }

  private eval(script: string, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    return this.client.eval(script, keys.length, ...keys, ...values);
  }
}
