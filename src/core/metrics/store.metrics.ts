import { COMMAND_OUTCOMES, OTHER } from './label-sets.js';
import { counter, histogram } from './registry.js';

/** The commands of MongoDB that are told apart (mongodb.com, "Database Commands"). */
export const MONGODB_COMMANDS = [
  ...['find', 'getMore', 'aggregate', 'count', 'distinct', 'insert', 'update', 'delete', 'findAndModify', 'bulkWrite'],
  ...['commitTransaction', 'abortTransaction', 'hello', 'createIndexes', 'killCursors', 'endSessions', OTHER],
] as const;

export type MongoDbCommand = (typeof MONGODB_COMMANDS)[number];

/** The commands of Redis that are told apart. Bull's are scripts, so `evalsha` is most of them. */
export const REDIS_COMMANDS = [
  ...['evalsha', 'eval', 'multi', 'exec', 'lrange', 'zrange', 'zcard', 'llen', 'hget', 'hgetall', 'hmget', 'hset'],
  ...['get', 'set', 'del', 'info', 'client', 'script', 'ping', OTHER],
] as const;

export type RedisCommand = (typeof REDIS_COMMANDS)[number];

/** Writes that are coalesced: see `WriteCoalescer`. */
const COALESCED_WRITES = [
  ...['settlements', 'send-events', 'left-contacts', 'tracking-events'],
  ...['registrations', 'unsubscriptions', 'audit-outcomes', 'rate-counts'],
] as const;

export type CoalescedWrite = (typeof COALESCED_WRITES)[number];

/** Why a transaction runs again. */
const RETRY_REASONS = ['write-conflict', 'no-such-transaction', 'not-primary', 'network', 'commit', OTHER] as const;

export type RetryReason = (typeof RETRY_REASONS)[number];

/** Most commands take less than a millisecond; one that takes more than a second stops the work. */
const COMMAND_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10];

/** Measures commands of MongoDB, from the driver's write to its response. */
export const mongodbCommandSeconds = histogram({
  name: 'push_contact_mongodb_command_duration_seconds',
  help: 'Time of a command of MongoDB',
  labels: { command: MONGODB_COMMANDS, outcome: COMMAND_OUTCOMES },
  buckets: COMMAND_BUCKETS,
});

/** Measures commands of Redis; those that wait for a job are left out. */
export const redisCommandSeconds = histogram({
  name: 'push_contact_redis_command_duration_seconds',
  help: 'Time of a command of Redis; commands that wait for a job are left out',
  labels: { command: REDIS_COMMANDS, outcome: COMMAND_OUTCOMES },
  buckets: COMMAND_BUCKETS,
});

/** Counts the times that the work of a transaction ran again. */
export const transactionRetries = counter({
  name: 'push_contact_mongodb_transaction_retries_total',
  help: 'Times that a transaction was aborted and ran again',
  labels: { reason: RETRY_REASONS },
});

/** Measures how many items a coalesced write has. */
export const coalescedWriteSize = histogram({
  name: 'push_contact_coalesced_write_size',
  help: 'Items that were written together',
  labels: { write: COALESCED_WRITES },
  buckets: [1, 2, 4, 8, 16, 64, 256, 1_024],
});

/** Measures coalesced writes. */
export const coalescedWriteSeconds = histogram({
  name: 'push_contact_coalesced_write_duration_seconds',
  help: 'Time of a coalesced write, its retries included',
  labels: { write: COALESCED_WRITES },
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10],
});

/** What a worker looks for in MongoDB every few seconds, since no job may say so. */
const SWEPT_WORK = ['deliveries', 'doppler-visitors', 'erasures', 'recounts', 'roll-ups'] as const;

export type SweptWork = (typeof SWEPT_WORK)[number];

/** Counts sweeps for overdue work that failed; each is tried again. */
export const sweepFailures = counter({
  name: 'push_contact_sweep_failures_total',
  help: 'Times that the sweep for overdue work of a kind failed and was left for the next one',
  labels: { work: SWEPT_WORK },
});
