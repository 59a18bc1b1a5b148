import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import type { FieldValues } from '../../messages/placeholders.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';

const { UUID } = mongoose.mongo;

/** A visitor to send to, with the values of the message's placeholders. */
export interface Visitor {
  readonly guid: string;
  readonly values: FieldValues;
}

/** Why contacts of a batch wait for another attempt. */
export interface WaitReason {
  /** `PushApi`, `firebase`, or the name of a push service; null where it is none of them. */
  readonly service: string | null;
  /** The HTTP status, or the number of Firebase's error; null without one. */
  readonly status: number | null;
  /** A word, or the code of a network error. */
  readonly code: string;
  readonly contacts: number;
}

/** Recipients of a delivery that are sent to together. */
export interface Batch {
  readonly id: string;
  readonly deliveryId: string;
  readonly messageId: string;
  readonly domain: string;
  readonly number: number;
  /** Its place among the batches of all deliveries (`jobs/fair-queueing.ts`). Retries keep it. */
  readonly startTag: number;
  readonly lane: DeliveryBatchDocument['lane'];
  /** Null where `visitors` are given. */
  readonly range: { readonly afterId: string; readonly upToId: string } | null;
  readonly visitors: readonly Visitor[] | null;
  /** Only these contacts of the range or the visitors; null for all. */
  readonly contactIds: readonly string[] | null;
  readonly contacts: number;
  /** How often its recipients were tried before, from 0. */
  readonly attempt: number;
  /** Recipients that are not sent to by then expire; null for no limit. */
  readonly expiresAt: Date | null;
  /** A temporary failure after this time is final; null before the first failure. */
  readonly giveUpAt: Date | null;
  /** How often the response of PushApi to its contacts was lost. */
  readonly lostResponses: number;
  /** Why its contacts wait for another attempt, a few reasons at most; empty before the first failure. */
  readonly waitingFor: readonly WaitReason[];
}

/** The history of a batch that was not tried yet. */
export const UNTRIED = { attempt: 0, giveUpAt: null, lostResponses: 0, waitingFor: [] } as const;

/** A batch that has no start tag yet. */
export type CutBatch = Omit<Batch, 'startTag'>;

/** A batch that this worker has leased. */
export interface StartedBatch extends Batch {
  /** Whether an earlier worker started this attempt and did not finish it. */
  readonly isRestarted: boolean;
  readonly isCancelled: boolean;
  readonly lease: LeaseToken;
}

/** A fencing token: each start of a batch has its own, and only the latest one may write to the ledger. */
interface LeaseToken {
  /** The process, for people. */
  readonly owner: string;
  /** Higher with each start of the batch, never reset. */
  readonly number: number;
}

/** A batch as the worker that has started it names it. */
export type LeasedBatch = Pick<StartedBatch, 'id' | 'lease'>;

/** What is needed to enqueue a batch. */
export type BatchRef = Pick<Batch, 'id' | 'startTag' | 'lane'>;

/** When and as which attempt a postponed batch is tried again. */
export interface Postponed {
  readonly dueAt: Date;
  readonly attempt: number;
  readonly giveUpAt: Date | null;
  readonly lostResponses: number;
  readonly waitingFor: readonly WaitReason[];
}

@Injectable()
export class BatchesRepository {
  constructor(@InjectModel(DELIVERY_BATCH) private readonly model: Model<DeliveryBatchDocument>) {}

  /** Stores pending batches that are due at `dueAt`. */
  async insert(batches: readonly Batch[], dueAt: Date, transaction: Transaction): Promise<void> {
    if (batches.length === 0) return;
    const documents = batches.map((batch) => ({ ...toDocument(batch), state: 'pending' as const, due_at: dueAt }));
    await rawCollection(this.model).insertMany(documents, { session: transaction });
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
          replacement: { ...toDocument(batch), state: 'pending', due_at: dueAt },
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
   * Finds from when on a pending batch that is not due, or is leased, can be started. Resolves with undefined
   * for any other batch.
   */
  async findNextStart(id: string): Promise<(BatchRef & { from: Date }) | undefined> {
    const document = await this.model
      .findOne({ _id: id, state: 'pending' }, { number: 1, turn: 1, lane: 1, lease_until: 1, due_at: 1 })
      .lean();
    if (document === null) return undefined;
    const { lane, lease_until: leaseUntil, due_at: dueAt } = document;
    const from = new Date(Math.max(leaseUntil?.getTime() ?? 0, dueAt?.getTime() ?? 0));
    return from.getTime() > databaseNow() || leaseUntil !== undefined
      ? { id, startTag: readStartTag(document), lane, from }
      : undefined;
  }

  /**
   * Lets a lease last for `leaseMs` from now, also one that has run out while nobody else started the
   * batch. Undefined when the batch is held no more: another worker has started it since, or it has
   * ended.
   */
  async extendLease(batch: LeasedBatch, leaseMs: number): Promise<{ isCancelled: boolean } | undefined> {
    const change = { $set: { lease_until: new Date(databaseNow() + leaseMs) } };
    const document = await this.model
      .findOneAndUpdate(whileHeld(batch), change, { projection: { cancelled: 1 } })
      .lean();
    return document === null ? undefined : { isCancelled: document.cancelled ?? false };
  }

  /**
   * Leaves the whole batch for a later attempt; false, and no change, when it is cancelled or held no
   * more.
   */
  async postpone(batch: LeasedBatch, postponed: Postponed): Promise<boolean> {
    const { dueAt, attempt, giveUpAt, lostResponses } = postponed;
    const waiting = toStoredReasons(postponed);
    const { matchedCount } = await this.model.updateOne(
      { ...whileHeld(batch), cancelled: { $ne: true } },
      {
        $set: { attempt, due_at: dueAt, give_up_at: giveUpAt, lost_responses: lostResponses, starts: 0, ...waiting },
        $unset: { lease_until: 1, ...(waiting.waiting_for === undefined && { waiting_for: 1 }) },
      },
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

  /** Steps batches to done; false when one of them is held no more, or has retries and was cancelled. */
  async finish(
    batches: readonly (LeasedBatch & { readonly hasRetries: boolean })[],
    transaction: Transaction,
  ): Promise<boolean> {
    const { matchedCount } = await this.model.updateMany(
      {
        $or: batches.map((batch) => ({
          ...whileHeld(batch),
          ...(batch.hasRetries && { cancelled: { $ne: true } }),
        })),
      },
      { $set: { state: 'done', finished_at: databaseDate() }, $unset: { due_at: 1, waiting_for: 1 } },
      { session: transaction },
    );
    return matchedCount === batches.length;
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
      $unset: { due_at: 1, waiting_for: 1 },
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

  /** Sets pending batches due from now on, so that the sweeper does not enqueue them again at once. */
  async touch(ids: readonly string[]): Promise<void> {
    await this.model.updateMany({ _id: { $in: ids }, state: 'pending' }, { $set: { due_at: databaseDate() } });
  }
}

/** The batch while no other worker has started it since: what every write under a lease is filtered by. */
function whileHeld({ id, lease }: LeasedBatch): { _id: string; state: 'pending'; lease_number: number } {
  return { _id: id, state: 'pending', lease_number: lease.number };
}

function toDocument(batch: Batch): Omit<DeliveryBatchDocument, 'state'> {
  return {
    _id: batch.id,
    delivery_id: batch.deliveryId,
    message_id: new UUID(batch.messageId),
    domain: batch.domain,
    number: batch.number,
    turn: batch.startTag,
    lane: batch.lane,
    range: batch.range && { after_id: batch.range.afterId, up_to_id: batch.range.upToId },
    visitors: batch.visitors?.map(({ guid, values }) => ({ visitor_guid: guid, values: [...values] })) ?? null,
    contact_ids: batch.contactIds,
    contacts: batch.contacts,
    attempt: batch.attempt,
    starts: 0,
    expires_at: batch.expiresAt,
    give_up_at: batch.giveUpAt,
    lost_responses: batch.lostResponses,
    ...toStoredReasons(batch),
  };
}

/** Left out where there are none, so that the index of waiting batches is small. */
function toStoredReasons({ waitingFor }: Pick<Batch, 'waitingFor'>): Pick<DeliveryBatchDocument, 'waiting_for'> {
  return waitingFor.length === 0 ? {} : { waiting_for: waitingFor };
}

function readStartTag({ turn, number }: Pick<DeliveryBatchDocument, 'turn' | 'number'>): number {
  return turn ?? number;
}

function toBatch(document: DeliveryBatchDocument): Batch {
  return {
    id: document._id,
    deliveryId: document.delivery_id,
    messageId: document.message_id.toString(),
    domain: document.domain,
    number: document.number,
    startTag: readStartTag(document),
    lane: document.lane,
    range: document.range && { afterId: document.range.after_id, upToId: document.range.up_to_id },
    visitors:
      document.visitors?.map(({ visitor_guid, values }) => ({ guid: visitor_guid, values: new Map(values) })) ?? null,
    contactIds: document.contact_ids,
    contacts: document.contacts,
    attempt: document.attempt,
    expiresAt: document.expires_at,
    giveUpAt: document.give_up_at,
    lostResponses: document.lost_responses ?? 0,
    waitingFor: document.waiting_for ?? [],
  };
}
