import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import mongoose, { type ClientSession, type Connection } from 'mongoose';
import { transactionRetries } from '../metrics/store.metrics.js';
import { currentCallRecord } from './call-record.js';
import { CombinedWrites } from './combined-writes.js';
import { toRetryReason } from './retry-reason.js';

const { MongoOperationTimeoutError } = mongoose.mongo;

/**
 * Longer than an election. The driver would repeat a transaction for two minutes, and its request would hang
 * as long. A commit whose result is unknown is still repeated: only MongoDB knows whether it succeeded.
 */
const REPEAT_MS = 15_000;

/**
 * What a transaction reads. `local`: each shard shows what is stored there when it is first asked.
 * `snapshot`: all shards show the same moment, which a router chooses by what it knows of the time: it may
 * lie before what has just been stored through another router. On a replica set both show the latest moment.
 * (MongoDB's manual, "Transactions", "Read Concern"; test/engines/sharded-transactions.spec.ts.)
 */
type ReadConcern = 'local' | 'snapshot';

/** An open transaction. Services pass it to repositories, whose writes join it. */
export type Transaction = ClientSession;

/** What a transaction does; the writes that it adds are sent when it has resolved. */
export type Work<T> = (transaction: Transaction, writes: CombinedWrites) => T | Promise<T>;

/** Runs writes to several collections atomically. */
@Injectable()
export class Transactions {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /**
   * Commits all writes of `work`, or none, and resolves with its result. `work` reads what is stored when it
   * begins; documents of several shards may be of slightly different moments. The writes that it adds to its
   * second argument are sent in one command when it has resolved; the first transaction of a recorded call
   * sends the record with them (`call-record.ts`). `work` runs again after a conflict with another
   * transaction, so it must have no other effects. Rejects with the error of `work` or of its writes, and
   * with MongoOperationTimeoutError when it fails by transient errors of MongoDB for 15 s.
   *
   * @param reads what has to be read, outside of the transaction, before it is committed; the writes are sent
   *   meanwhile. Nothing is stored where it rejects; the caller handles that too, as `work` may fail first.
   * @example
   * const contacts = await this.transactions.run(async (transaction, writes) => {
   *   const cancelled = await this.batches.cancel(id, transaction);
   *   this.messages.addToCounters([{ messageId, counts }], writes);
   *   return cancelled;
   * });
   */
  run<T>(work: Work<T>, reads?: Promise<unknown>): Promise<T> {
    return this.runReading('local', work, reads);
  }

  /**
   * Like `run`, but all that `work` reads is of one moment, on all shards. That moment may be some seconds
   * ago: for work that compares, not for work that must find what has just been stored.
   */
  runOnSnapshot<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.runReading('snapshot', work);
  }

  private async runReading<T>(level: ReadConcern, work: Work<T>, reads?: Promise<unknown>): Promise<T> {
    const options = { readConcern: { level }, writeConcern: { w: 'majority' } } as const;
    const deadline = performance.now() + REPEAT_MS;
    const record = currentCallRecord();
    const attempt = async (session: Transaction): Promise<T> => {
      if (performance.now() >= deadline) throw new MongoOperationTimeoutError('The transaction failed for 15 s');
      const writes = new CombinedWrites();
      const result = await work(session, writes);
      await record?.addTo(writes);
      await bothSettled(writes.run(session), reads);
      return result;
    };
    const observed = countRetries(attempt);
    const result = await this.connection
      .getClient()
      .withSession((session) => session.withTransaction(() => observed(session), options));
    record?.stored();
    return result;
  }
}

/** Counts each run but the first by what ended the one before: an error of its work, else of its commit. */
function countRetries<T>(attempt: (session: Transaction) => Promise<T>): (session: Transaction) => Promise<T> {
  let hasRun = false;
  let failure: unknown;
  return async (session) => {
    if (hasRun) transactionRetries.inc({ reason: failure === undefined ? 'commit' : toRetryReason(failure) });
    hasRun = true;
    failure = undefined;
    return attempt(session).catch((error: unknown) => {
      failure = error;
      throw error;
    });
  };
}

/** Rejects only when the session is not used any more. */
async function bothSettled(sent: Promise<void>, reads: Promise<unknown> | undefined): Promise<void> {
  await Promise.allSettled([sent, reads]);
  await reads;
  await sent;
}
