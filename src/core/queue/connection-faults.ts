import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import type { RedisClient } from './redis-client.js';
import { readRedisCode } from './redis-error.js';
import { explainSentinelCode, readSentinelError } from './sentinel-error.js';

/** A Sentinel that does not serve is logged once per cause in this time. */
const SENTINEL_EVERY_MS = 600_000;

/** Says why a client is not connected, as far as its events say it. */
export class ConnectionFaults {
  private readonly logger = new Logger('Redis');
  private readonly loggedSentinels = new Map<string, number>();
  private lastCode: string | undefined;
  private settingProblem: string | undefined;

  constructor(client: RedisClient) {
    // Only a cluster has node errors, and only a client of Sentinels has theirs.
    const events: EventEmitter = client;
    events.on('error', (error: unknown) => {
      this.learn(error);
    });
    events.on('node error', (error: unknown) => {
      this.learn(error);
    });
    events.on('sentinelError', (error: unknown) => {
      this.learnOfSentinel(error);
    });
    events.on('ready', () => {
      this.lastCode = undefined;
      this.settingProblem = undefined;
    });
  }

  /** As `readRedisCode` returns it; undefined while the client is connected. */
  get code(): string | undefined {
    return this.lastCode;
  }

  /** The problem of a setting with which Redis can never be used; undefined without one. */
  get problem(): string | undefined {
    return this.settingProblem;
  }

  private learn(error: unknown): void {
    // Of a cluster none of whose nodes responds; ioredis keeps no cause of a connection that fails.
    const { lastNodeError } = error as { lastNodeError?: unknown };
    const cause = lastNodeError ?? error;
    this.lastCode = readRedisCode(cause) ?? (lastNodeError === undefined ? this.lastCode : 'NONODE');
    if (/cluster support disabled/i.test(String(cause))) {
      this.settingProblem = 'REDIS_CLUSTER_NODES: this Redis has no cluster mode; leave REDIS_CLUSTER_NODES away';
    }
  }

  private learnOfSentinel(error: unknown): void {
    const { address, code } = readSentinelError(error);
    if (code === 'NOMASTER') {
      this.settingProblem = 'REDIS_SENTINEL_NAME: the Sentinels watch no primary of this name';
    } else if (code === 'ERR') {
      this.settingProblem = 'REDIS_SENTINELS: there is a server that is no Sentinel';
    }
    const now = performance.now();
    const cause = `${address} ${code}`;
    if (now - (this.loggedSentinels.get(cause) ?? Number.NEGATIVE_INFINITY) < SENTINEL_EVERY_MS) return;
    this.loggedSentinels.set(cause, now);
    this.logger.warn(`The Sentinel ${address} does not name the primary (${code}): ${explainSentinelCode(code)}.`);
  }
}
