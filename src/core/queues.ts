import type { BullRootModuleOptions } from '@nestjs/bull';
import { Logger } from '@nestjs/common';
import type { Job, JobOptions, Queue } from 'bull';
import { Redis, type RedisOptions } from 'ioredis';
import type { Config } from './config.js';
import { AppError } from './errors.js';

/** How long a command waits for a Redis that hangs before it fails. */
const COMMAND_TIMEOUT_MS = 5_000;

/** A worker that died is noticed after this long and its job is given to another. */
const JOB_LOCK_MS = 15_000;

/**
 * A job only rings a bell: what is to be done is in MongoDB, so it is removed when it ends and may be added again.
 * A job that throws is tried again with growing pauses, for about an hour.
 */
const JOB_OPTIONS: JobOptions = {
  attempts: 12,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
};

/** Every connection to Redis of this process. Bull leaves those that it did not open itself to their owner. */
export class RedisConnections {
  private readonly logger = new Logger(RedisConnections.name);
  private readonly open: Redis[] = [];
  private isAway = false;

  constructor(private readonly url: string) {}

  create(type: 'client' | 'subscriber' | 'bclient'): Redis {
    const retryStrategy = (attempt: number): number => Math.min(attempt * 100, 2_000);
    // Bull's blocking and subscribing connections must wait for ever (Bull's reference, "createClient").
    const options: RedisOptions =
      type === 'client'
        ? { maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS, retryStrategy }
        : { maxRetriesPerRequest: null, enableReadyCheck: false, retryStrategy };
    const connection = new Redis(this.url, options);
    connection.on('error', () => {
      if (!this.isAway) this.logger.warn('Redis is away; trying to reach it again.');
      this.isAway = true;
    });
    connection.on('ready', () => {
      this.isAway = false;
    });
    this.open.push(connection);
    return connection;
  }

  close(): void {
    for (const connection of this.open) connection.disconnect();
  }
}

/** Bull's options for all queues. Installations with different databases can share one Redis. */
export function queueOptions(config: Config, connections: RedisConnections): BullRootModuleOptions {
  return {
    // The braces keep all keys of a queue in one slot of a Redis cluster.
    prefix: `{push-contact.${config.mongodb.database}}`,
    createClient: (type) => connections.create(type),
    defaultJobOptions: JOB_OPTIONS,
    settings: { lockDuration: JOB_LOCK_MS, stalledInterval: JOB_LOCK_MS / 3, maxStalledCount: 1_000 },
  };
}

/** A job that wakes a worker. */
interface Bell<T> {
  readonly data: T;
  readonly opts: JobOptions;
}

/** Throws `queue_unavailable` when Redis is away, so that a request is refused before anything of it is stored. */
export function demandQueue(queue: Queue): void {
  if (queue.client.status === 'ready') return;
  throw new AppError('queue_unavailable', 'The queue does not answer; nothing was stored, try again.');
}

/**
 * Adds jobs that wake workers, but none with the `jobId` of one that has not ended. When Redis is away nothing is added
 * and nothing fails: the sweeper rings later for what MongoDB holds.
 */
export async function ringBells<T>(queue: Queue<T>, bells: readonly Bell<T>[]): Promise<void> {
  if (bells.length === 0 || queue.client.status !== 'ready') return;
  // All in one step: Bull finds a job's place by counting those before it, and counts wrongly while idle workers take some.
  await queue.addBulk([...bells]).catch(() => undefined);
}

/** The job that is served next and the one that was taken longest ago, where there are such; none when Redis is away. */
export async function findNextJobs<T>(queue: Queue<T>): Promise<Job<T>[]> {
  if (queue.client.status !== 'ready') return [];
  const jobs: (Job<T> | null)[] = await queue.getJobs(['waiting', 'active'], 0, 0, true).catch(() => []);
  // One that ends while it is looked up is null, whatever Bull's types say.
  return jobs.filter((job) => job !== null);
}
