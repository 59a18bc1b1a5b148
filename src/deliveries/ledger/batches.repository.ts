import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import type { CombinedWrites } from '../../core/mongo/combined-writes.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import type { Batch, StartedBatch, LeasedBatch, BatchRef, Postponed } from './batch.js';
import { readStartTag, toBatch, toDocument, toStoredWait, WAIT_FIELDS } from './batch-document.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';

const EXTENSION_TIMEOUT_MS = 5_000;

/** What only a pending batch has. */
const PENDING_FIELDS = { due_at: 1, overdue_since: 1, waiting_for: 1 } as const;

@Injectable()
export class BatchesRepository {
  constructor(@InjectModel(DELIVERY_BATCH) private readonly model: Model<DeliveryBatchDocument>) {}

  /** Stores pending batches that are due at `dueAt`, also more than fit into one command. */
  async insert(batches: readonly Batch[], dueAt: Date, transaction: Transaction): Promise<void> {
    if (batches.length === 0) return;
    const documents = batches.map((batch) => toPending(batch, dueAt));
    await rawCollection(this.model).insertMany(documents, { session: transaction });
  }

  /** Adds one pending batch, which is due at `dueAt`, to the writes. */
  add(batch: Batch, dueAt: Date, writes: CombinedWrites): void {
    writes.insert(this.model, [toPending(batch, dueAt)]);
  }

  /** Stores a batch of a list that is still arriving. It is not sent before its delivery is planned. */
  async insertReceived(batch: Batch): Promise<void> {
    // Lets the TTL index remove it in case the list never becomes complete.
    const document = { ...toDocument(batch), state: 'received' as const, finished_at: databaseDate() };
    await rawCollection(this.model).insertOne(document);
  }

  /** Finds received batches of a list from `fromNumber` on, by number, at most `limit`. */
  async findReceived(deliveryId: string, fromNumber: number, limit: number): Promise<Batch[]> {
    const filter = { delivery_id: deliveryId, number: { $gte: fromNumber }, state: 'received' } as const;
    const documents = await this.model.find(filter, null, { sort: { number: 1 }, limit }).lean();
    return documents.map(toBatch);
  }

  /**
   * Replaces received batches by pending ones that are due at `dueAt`, with the visitors and contacts of the
   * plan.
   */
  async release(batches: readonly Batch[], dueAt: Date, transaction: Transaction): Promise<void> {
    await rawCollection(this.model).bulkWrite(
      batches.map((batch) => ({
        replaceOne: {
          filter: { _id: batch.id },
          replacement: toPending(batch, dueAt),
        },
      })),
      { session: transaction },
    );
  }

  /** Removes the received batches of a list that is not sent. */
  async removeReceived(deliveryId: string): Promise<void> {
    await this.model.deleteMany({ delivery_id: deliveryId, state: 'received' });
  }

  /** Leases the batch to `owner` for `leaseMs`, unless it has ended, is not due or another worker has it. */
  async start(id: string, owner: string, leaseMs: number): Promise<StartedBatch | undefined> {
    const now = databaseNow();
    const free = { $or: [{ lease_until: null }, { lease_until: { $lt: new Date(now) } }] };
    const document = await this.model
      .findOneAndUpdate(
        { _id: id, state: 'pending', due_at: { $lte: new Date(now) }, ...free },
        { $inc: { starts: 1, lease_number: 1 }, $set: { lease_until: new Date(now + leaseMs), lease_owner: owner } },
        { returnDocument: 'after' },
      )
      .lean();
    if (document === null) return undefined;
    const lease = { owner, number: document.lease_number ?? 0 };
    return { ...toBatch(document), isRestarted: document.starts > 1, isCancelled: document.cancelled ?? false, lease };
  }

  /**
   * Finds from when on a pending batch can be started: one that was not due, or leased, may be free by now.
   * Resolves with undefined for any other batch.
   */
  async findNextStart(id: string): Promise<(BatchRef & { from: Date }) | undefined> {
    const document = await this.model
      .findOne({ _id: id, state: 'pending' }, { number: 1, turn: 1, lane: 1, lease_until: 1, due_at: 1 })
      .lean();
    if (document === null) return undefined;
    const { lane, lease_until: leaseUntil, due_at: dueAt } = document;
    const from = new Date(Math.max(leaseUntil?.getTime() ?? 0, dueAt?.getTime() ?? 0));
    return { id, startTag: readStartTag(document), lane, from };
  }

  /**
   * Lets a lease last for `leaseMs` from now, also one that has run out while nobody else started the
   * batch. Undefined when the batch is held no more: another worker has started it since, or it has
   * ended. Throws MongoOperationTimeoutError after 5 s: a lease must not run out over one silent connection.
   */
  async extendLease(batch: LeasedBatch, leaseMs: number): Promise<{ isCancelled: boolean } | undefined> {
    const change = { $set: { lease_until: new Date(databaseNow() + leaseMs) } };
    const document = await this.model
      .findOneAndUpdate(whileHeld(batch), change, {
        projection: { cancelled: 1 },
        timeoutMS: EXTENSION_TIMEOUT_MS,
      })
      .lean();
    return document === null ? undefined : { isCancelled: document.cancelled ?? false };
  }

  /**
   * Leaves the whole batch for a later attempt; false, and no change, when it is cancelled or held no
   * more.
   */
  async postpone(batch: LeasedBatch, postponed: Postponed): Promise<boolean> {
    const { dueAt, attempt, giveUpAt, lostResponses } = postponed;
    const waiting = toStoredWait(postponed);
    const absent = WAIT_FIELDS.filter((field) => waiting[field] === undefined);
    const { matchedCount } = await this.model.updateOne(
      { ...whileHeld(batch), cancelled: { $ne: true } },
      {
        $set: { attempt, due_at: dueAt, give_up_at: giveUpAt, lost_responses: lostResponses, starts: 0, ...waiting },
        $unset: Object.fromEntries(['lease_until', 'overdue_since', ...absent].map((field) => [field, 1])),
      },
    );
    return matchedCount === 1;
  }

  /** Leaves a batch these of its contacts; false, and no change, when it is cancelled or held no more. */
  async narrow(
    { id, lease, contactIds, contacts }: LeasedBatch & Pick<Batch, 'contactIds' | 'contacts'>,
    transaction: Transaction,
  ): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { ...whileHeld({ id, lease }), cancelled: { $ne: true } },
      { $set: { contact_ids: contactIds, contacts } },
      { session: transaction },
    );
    return matchedCount === 1;
  }

  /**
   * Those of the batches that are still pending under these leases, and whether they were cancelled, by
   * id.
   */
  async findHeld(batches: readonly LeasedBatch[]): Promise<Map<string, { isCancelled: boolean }>> {
    const held = await this.model.find({ $or: batches.map(whileHeld) }, { cancelled: 1 }).lean();
    return new Map(held.map(({ _id, cancelled }) => [_id, { isCancelled: cancelled ?? false }]));
  }

  /**
   * Steps batches to done. The writes are rejected with UnmatchedWriteError when one of them is held no more,
   * or has retries and was cancelled.
   */
  finish(batches: readonly (LeasedBatch & { readonly hasRetries: boolean })[], writes: CombinedWrites): void {
    const held = batches.map((batch) => ({
      ...whileHeld(batch),
      ...(batch.hasRetries && { cancelled: { $ne: true } }),
    }));
    const change = { $set: { state: 'done', finished_at: databaseDate() }, $unset: PENDING_FIELDS } as const;
    writes.update(this.model, { filter: { $or: held }, change, matches: batches.length });
  }

  /**
   * Cancels the delivery's batches that no worker has started, and marks the started ones as cancelled.
   * Resolves with the number of contacts in the cancelled pending batches; received batches are not planned
   * and do not count.
   */
  async cancel(deliveryId: string, transaction: Transaction): Promise<number> {
    const untouched = { delivery_id: deliveryId, state: 'pending', starts: 0 } as const;
    const [sum] = await this.model
      .aggregate<{ contacts: number }>([
        { $match: untouched },
        { $group: { _id: null, contacts: { $sum: '$contacts' } } },
      ])
      .session(transaction);
    const cancelled = {
      $set: { state: 'cancelled', finished_at: databaseDate() },
      $unset: PENDING_FIELDS,
    };
    await this.model.updateMany(untouched, cancelled, { session: transaction });
    await this.model.updateMany({ delivery_id: deliveryId, state: 'received' }, cancelled, { session: transaction });
    await this.model.updateMany(
      { delivery_id: deliveryId, state: 'pending' },
      { $set: { cancelled: true } },
      { session: transaction },
    );
    return sum?.contacts ?? 0;
  }

  /** Finds pending batches of a lane that were due before `instant`, earliest first, at most `limit`. */
  async findDueBefore(instant: Date, lane: Batch['lane'], limit: number): Promise<BatchRef[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant }, lane }, { number: 1, turn: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map((document) => ({ id: document._id, startTag: readStartTag(document), lane }));
  }

  /**
   * Sets pending batches due from now on, so that the sweeper does not enqueue them again at once. Since when
   * they have been due is kept. One that a worker has postponed meanwhile stays so.
   */
  async touch(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const now = databaseDate();
    await rawCollection(this.model).updateMany({ _id: { $in: [...ids] }, state: 'pending', due_at: { $lte: now } }, [
      { $set: { overdue_since: { $ifNull: ['$overdue_since', '$due_at'] }, due_at: now } },
    ]);
  }
}

function toPending(batch: Batch, dueAt: Date): DeliveryBatchDocument {
  return { ...toDocument(batch), state: 'pending', due_at: dueAt };
}

/** The batch while no other worker has started it since: what every write under a lease is filtered by. */
function whileHeld({ id, lease }: LeasedBatch): { _id: string; state: 'pending'; lease_number: number } {
  return { _id: id, state: 'pending', lease_number: lease.number };
}
