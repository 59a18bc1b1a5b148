import type { BullRootModuleOptions } from '@nestjs/bull';
import type { Job, JobOptions, Queue } from 'bull';
import { databaseNow } from '../mongo/database-clock.js';
import { readRedisCode } from './redis-error.js';
import type { RedisConnections } from './redis-connections.js';

/** After this time without a renewal a worker counts as dead, and another one gets its job. */
const JOB_LOCK_MS = 15_000;

/** A worker that Redis gave no job because of an error asks again after this time. */
const RETRY_PROCESS_MS = 1_000;

/**
 * A job only wakes a worker, the work itself is in MongoDB. So a job is removed when it ends, and may be
 * added again. One that throws, as while MongoDB is away, is retried after 1, 3, 7 and 15 s; then the
 * sweeper adds it again. With longer pauses work would wait for long after MongoDB is back: while a job waits
 * for its next attempt, Bull adds no other one for the same work.
 */
const JOB_OPTIONS: JobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
};

/**
 * The prefix of all keys in Redis. It contains the database's name, so that installations can share Redis;
 * the braces put all of them into one slot of a Redis Cluster (redis.io, "Cluster specification", hash tags).
 */
export function keyPrefix(database: string): string {
  return `{push-contact.${database}}`;
}

/** Bull's options for all queues. */
export function queueOptions(connections: RedisConnections): BullRootModuleOptions {
  return {
    prefix: connections.prefix,
    createClient: (type) => connections.create(type),
    defaultJobOptions: JOB_OPTIONS,
    settings: {
      lockDuration: JOB_LOCK_MS,
      stalledInterval: JOB_LOCK_MS / 3,
      maxStalledCount: 1_000,
      retryProcessDelay: RETRY_PROCESS_MS,
    },
  };
}

/** A job to be added: its payload and Bull's options, such as `jobId`. */
interface NewJob<T> {
  readonly data: T;
  readonly opts: JobOptions;
}

/** In any other status Redis has just failed, and a command would wait for its next failure. */
const USABLE: readonly string[] = ['ready', 'connect', 'connecting'];

/**
 * Adds jobs that wake workers. Bull skips a job whose `jobId` is that of a job that has not ended. Nothing is
 * thrown when Redis is unreachable or refuses a job: the queue emits the error, which is logged, and the
 * sweeper later enqueues the work stored in MongoDB.
 */
export async function enqueue<T>(queue: Queue<T>, jobs: readonly NewJob<T>[]): Promise<void> {
  if (jobs.length === 0 || !USABLE.includes(queue.client.status)) return;
  // Bull's delays are points of time, which other processes compare with their clocks.
  const timed = jobs.map(({ data, opts }) => ({ data, opts: { timestamp: databaseNow(), ...opts } }));
  try {
    for (const { data, opts } of await addAtOnce(queue, timed)) await queue.add(data, opts);
  } catch (error) {
    queue.emit('error', error);
  }
}

/** Of so many jobs each sweep asks whether they are stuck: Bull reads whole lists for that. */
const MAX_STUCK_CHECKS = 20;

/**
 * Removes those of the jobs, the first 20 at most, that no list of the queue holds, so that they can be added
 * again: Redis was emptied, and then a worker that had been given the job wrote to it once more. Bull would
 * serve it never, and skip every other job with its id. Never rejects.
 */
export async function removeStuckJobs<T>(queue: Queue<T>, jobIds: readonly string[]): Promise<void> {
  if (queue.client.status !== 'ready') return;
  for (const id of jobIds.slice(0, MAX_STUCK_CHECKS)) {
    // A job that begins meanwhile may look stuck; it is locked then, and not removed.
    await removeIfStuck(queue, id).catch(() => undefined);
  }
}

async function removeIfStuck<T>(queue: Queue<T>, id: string): Promise<void> {
  const job: Job<T> | null = await queue.getJob(id);
  if (job !== null && (await job.isStuck())) await job.remove();
}

/**
 * Adds jobs in one step, because Bull finds a job's position by counting the jobs before it, and would count
 * wrongly while idle workers take some. Returns the jobs that were not added: in MULTI, a script that Redis
 * has forgotten (NOSCRIPT, after SCRIPT FLUSH or a failover) is not loaded again, and Bull reads no errors of
 * its replies. Adding a single job loads it, and fails with the cause where MULTI says only that it was
 * discarded (EXECABORT). Rejects when Redis does not respond.
 */
async function addAtOnce<T>(queue: Queue<T>, jobs: readonly NewJob<T>[]): Promise<readonly NewJob<T>[]> {
  try {
    const added: { id?: unknown }[] = await queue.addBulk([...jobs]);
    return jobs.filter((_, index) => typeof added[index]?.id !== 'string');
  } catch (error) {
    if (readRedisCode(error) === 'ETIMEDOUT') throw error;
    return jobs;
  }
}

/** How many jobs a queue has; nulls while Redis does not answer. A job only wakes a worker. */
export interface JobCounts {
  readonly name: string;
  readonly waiting: number | null;
  readonly active: number | null;
  readonly delayed: number | null;
  readonly failed: number | null;
}

/** Counts the jobs of a queue. Never rejects. */
export async function countJobs(queue: Queue): Promise<JobCounts> {
  const { name } = queue;
  const unknown = { name, waiting: null, active: null, delayed: null, failed: null };
  if (queue.client.status !== 'ready') return unknown;
  return queue.getJobCounts().then(
    ({ waiting, active, delayed, failed }) => ({ name, waiting, active, delayed, failed }),
    () => unknown,
  );
}

/**
 * Returns the job that is served next and the active job that was taken first, where there are such. Returns
 * none when Redis is unreachable.
 */
export async function findNextJobs<T>(queue: Queue<T>): Promise<Job<T>[]> {
  if (queue.client.status !== 'ready') return [];
  const jobs: (Job<T> | null)[] = await queue.getJobs(['waiting', 'active'], 0, 0, true).catch(() => []);
  // A job that ends during the query is null; Bull's types do not say so.
  return jobs.filter((job) => job !== null);
}
