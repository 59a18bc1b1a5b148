import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import type { FieldValues } from '../messages/placeholders.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';

const { UUID } = mongoose.mongo;

/** A visitor of a list, with the values of the message's placeholders. */
export interface Visitor {
  readonly guid: string;
  readonly values: FieldValues;
}

/** Contacts of a delivery that are sent to together. */
export interface Batch {
  readonly id: string;
  readonly deliveryId: string;
  readonly messageId: string;
  readonly domain: string;
  readonly number: number;
  /** When it is sent among the batches of all deliveries, see `turns.ts`; the same for its retries. */
  readonly turn: number;
  readonly lane: DeliveryBatchDocument['lane'];
  /** Null where `visitors` are given. */
  readonly range: { readonly afterId: string; readonly upToId: string } | null;
  readonly visitors: readonly Visitor[] | null;
  /** Of those, only these; null for all. */
  readonly contactIds: readonly string[] | null;
  readonly contacts: number;
  /** How often its contacts were tried before. */
  readonly attempt: number;
  /** What is not sent by then is dropped. */
  readonly expiresAt: Date | null;
  /** Contacts that fail after it are given up; null before the first failure. */
  readonly giveUpAt: Date | null;
}

/** A batch before it has got its turn. */
export type CutBatch = Omit<Batch, 'turn'>;

/** A batch that is being worked on. */
export interface StartedBatch extends Batch {
  /** Whether a worker started it before and did not come to its end. */
  readonly isRestarted: boolean;
  readonly isCancelled: boolean;
}

/** What a bell needs to know of a batch. */
export type BatchToRing = Pick<Batch, 'id' | 'turn' | 'lane'>;

/** A batch that is left for later. */
export interface Postponed {
  readonly dueAt: Date;
  readonly attempt: number;
  readonly giveUpAt: Date | null;
}

@Injectable()
export class BatchesRepository {
  constructor(@InjectModel(DELIVERY_BATCH) private readonly model: Model<DeliveryBatchDocument>) {}

  async insert(batches: readonly Batch[], dueAt: Date, transaction: Transaction): Promise<void> {
    if (batches.length === 0) return;
    const documents = batches.map((batch) => ({ ...toDocument(batch), state: 'pending', due_at: dueAt }));
    await this.model.collection.insertMany(documents as never[], { session: transaction });
  }

  /** Keeps a batch of a list that is still being received; nothing is sent of it before it is planned. */
  async insertReceived(batch: Batch): Promise<void> {
    // While it has a date here it ends with the ledger, should the list never become complete.
    const document = { ...toDocument(batch), state: 'received', finished_at: new Date() };
    await this.model.collection.insertOne(document as never);
  }

  /** Batches of a list that wait to be planned, the first by number. */
  async findReceived(deliveryId: string, fromNumber: number, limit: number): Promise<Batch[]> {
    const filter = { delivery_id: deliveryId, number: { $gte: fromNumber }, state: 'received' } as const;
    const documents = await this.model.find(filter, null, { sort: { number: 1 }, limit }).lean();
    return documents.map(toBatch);
  }

  /** Lets received batches be sent, with the visitors and the number of contacts that the planning has found. */
  async release(batches: readonly Batch[], dueAt: Date, transaction: Transaction): Promise<void> {
    await this.model.collection.bulkWrite(
      batches.map((batch) => ({
        replaceOne: {
          filter: { _id: batch.id as never },
          replacement: { ...toDocument(batch), state: 'pending', due_at: dueAt } as never,
        },
      })),
      { session: transaction },
    );
  }

  /** Drops a list that did not become complete. */
  async removeReceived(deliveryId: string): Promise<void> {
    await this.model.deleteMany({ delivery_id: deliveryId, state: 'received' });
  }

  /** Takes the batch into this worker's hands for `leaseMs`, unless it has ended, is not due or another worker has it. */
  async start(id: string, leaseMs: number): Promise<StartedBatch | undefined> {
    const now = Date.now();
    const free = { $or: [{ lease_until: null }, { lease_until: { $lt: new Date(now) } }] };
    const document = await this.model
      .findOneAndUpdate(
        { _id: id, state: 'pending', due_at: { $lte: new Date(now) }, ...free },
        { $inc: { starts: 1 }, $set: { lease_until: new Date(now + leaseMs) } },
        { returnDocument: 'after' },
      )
      .lean();
    if (document === null) return undefined;
    return { ...toBatch(document), isRestarted: document.starts > 1, isCancelled: document.cancelled ?? false };
  }

  /** From when on a pending batch that is not due, or that a worker has, can be started; else undefined. */
  async findNextStart(id: string): Promise<(BatchToRing & { from: Date }) | undefined> {
    const document = await this.model
      .findOne({ _id: id, state: 'pending' }, { number: 1, turn: 1, lane: 1, lease_until: 1, due_at: 1 })
      .lean();
    if (document === null) return undefined;
    const { lane, lease_until: leaseUntil, due_at: dueAt } = document;
    const from = new Date(Math.max(leaseUntil?.getTime() ?? 0, dueAt?.getTime() ?? 0));
    return from.getTime() > Date.now() || leaseUntil !== undefined
      ? { id, turn: turnIn(document), lane, from }
      : undefined;
  }

  /** Keeps the batch in this worker's hands for `leaseMs` more; answers whether it was cancelled. */
  async extendLease(id: string, leaseMs: number): Promise<{ isCancelled: boolean }> {
    const change = { $set: { lease_until: new Date(Date.now() + leaseMs) } };
    const document = await this.model
      .findOneAndUpdate({ _id: id, state: 'pending' }, change, { projection: { cancelled: 1 } })
      .lean();
    return { isCancelled: document?.cancelled ?? false };
  }

  /** Leaves the whole batch for a later attempt; false, and no change, when it was cancelled meanwhile. */
  async postpone(id: string, { dueAt, attempt, giveUpAt }: Postponed): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: id, state: 'pending', cancelled: { $ne: true } },
      { $set: { attempt, due_at: dueAt, give_up_at: giveUpAt, starts: 0 }, $unset: { lease_until: 1 } },
    );
    return matchedCount === 1;
  }

  /** Those of the batches that are still pending, and whether they were cancelled, by id. */
  async findPending(ids: readonly string[]): Promise<Map<string, { isCancelled: boolean }>> {
    const pending = await this.model.find({ _id: { $in: ids }, state: 'pending' }, { cancelled: 1 }).lean();
    return new Map(pending.map(({ _id, cancelled }) => [_id, { isCancelled: cancelled ?? false }]));
  }

  /** Steps pending batches to done; false when one of them has ended, or has retries and was cancelled. */
  async finish(batches: readonly { id: string; hasRetries: boolean }[], transaction: Transaction): Promise<boolean> {
    const idsWhere = (hasRetries: boolean): string[] =>
      batches.flatMap((batch) => (batch.hasRetries === hasRetries ? [batch.id] : []));
    const { matchedCount } = await this.model.updateMany(
      {
        state: 'pending',
        $or: [{ _id: { $in: idsWhere(false) } }, { _id: { $in: idsWhere(true) }, cancelled: { $ne: true } }],
      },
      { $set: { state: 'done', finished_at: new Date() }, $unset: { due_at: 1 } },
      { session: transaction },
    );
    return matchedCount === batches.length;
  }

  /**
   * Cancels the delivery's batches that no worker has in its hands, marks the others, and answers how many contacts were
   * in those that are cancelled.
   */
  async cancel(deliveryId: string, transaction: Transaction): Promise<number> {
    const untouched = { delivery_id: deliveryId, state: 'pending', starts: 0 } as const;
    const [sum] = await this.model
      .aggregate<{ contacts: number }>([
        { $match: untouched },
        { $group: { _id: null, contacts: { $sum: '$contacts' } } },
      ])
      .session(transaction);
    const cancelled = { $set: { state: 'cancelled', finished_at: new Date() }, $unset: { due_at: 1 } };
    await this.model.updateMany(untouched, cancelled, { session: transaction });
    await this.model.updateMany({ delivery_id: deliveryId, state: 'received' }, cancelled, { session: transaction });
    await this.model.updateMany(
      { delivery_id: deliveryId, state: 'pending' },
      { $set: { cancelled: true } },
      { session: transaction },
    );
    return sum?.contacts ?? 0;
  }

  /** Pending batches of a lane that were due before `instant`. */
  async findDueBefore(instant: Date, lane: Batch['lane'], limit: number): Promise<BatchToRing[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant }, lane }, { number: 1, turn: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map((document) => ({ id: document._id, turn: turnIn(document), lane }));
  }

  /** Lets some time pass until the sweeper rings for them again. */
  async touch(ids: readonly string[]): Promise<void> {
    await this.model.updateMany({ _id: { $in: ids }, state: 'pending' }, { $set: { due_at: new Date() } });
  }
}

function toDocument(batch: Batch): Omit<DeliveryBatchDocument, 'state'> {
  return {
    _id: batch.id,
    delivery_id: batch.deliveryId,
    message_id: new UUID(batch.messageId),
    domain: batch.domain,
    number: batch.number,
    turn: batch.turn,
    lane: batch.lane,
    range: batch.range && { after_id: batch.range.afterId, up_to_id: batch.range.upToId },
    visitors: batch.visitors?.map(({ guid, values }) => ({ visitor_guid: guid, values: [...values] })) ?? null,
    contact_ids: batch.contactIds,
    contacts: batch.contacts,
    attempt: batch.attempt,
    starts: 0,
    expires_at: batch.expiresAt,
    give_up_at: batch.giveUpAt,
  };
}

function turnIn({ turn, number }: Pick<DeliveryBatchDocument, 'turn' | 'number'>): number {
  return turn ?? number;
}

function toBatch(document: DeliveryBatchDocument): Batch {
  return {
    id: document._id,
    deliveryId: document.delivery_id,
    messageId: document.message_id.toString(),
    domain: document.domain,
    number: document.number,
    turn: turnIn(document),
    lane: document.lane,
    range: document.range && { afterId: document.range.after_id, upToId: document.range.up_to_id },
    visitors:
      document.visitors?.map(({ visitor_guid, values }) => ({ guid: visitor_guid, values: new Map(values) })) ?? null,
    contactIds: document.contact_ids,
    contacts: document.contacts,
    attempt: document.attempt,
    expiresAt: document.expires_at,
    giveUpAt: document.give_up_at,
  };
}
