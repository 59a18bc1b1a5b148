import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './deliveries.schema.js';

const { UUID } = mongoose.mongo;

/** Contacts of a delivery that are sent to together. */
export interface Batch {
  readonly id: string;
  readonly deliveryId: string;
  readonly messageId: string;
  readonly domain: string;
  readonly number: number;
  readonly afterId: string;
  readonly upToId: string;
  /** Null for all of the range. */
  readonly contactIds: readonly string[] | null;
  readonly contacts: number;
  /** How often its contacts were tried before. */
  readonly attempt: number;
}

/** A batch that is being worked on. */
export interface StartedBatch extends Batch {
  /** Whether a worker started it before and did not come to its end. */
  readonly isRestarted: boolean;
}

@Injectable()
export class BatchesRepository {
  constructor(@InjectModel(DELIVERY_BATCH) private readonly model: Model<DeliveryBatchDocument>) {}

  async insert(batches: readonly Batch[], dueAt: Date, transaction: Transaction): Promise<void> {
    if (batches.length === 0) return;
    await this.model.collection.insertMany(batches.map((batch) => toDocument(batch, dueAt)) as never[], {
      session: transaction,
    });
  }

  /** The batch, unless it is done already. */
  async start(id: string): Promise<StartedBatch | undefined> {
    const document = await this.model
      .findOneAndUpdate({ _id: id, state: 'pending' }, { $inc: { starts: 1 } }, { returnDocument: 'after' })
      .lean();
    return document === null ? undefined : { ...toBatch(document), isRestarted: document.starts > 1 };
  }

  /** Leaves the whole batch for a later attempt. */
  async postpone(id: string, dueAt: Date): Promise<void> {
    await this.model.updateOne(
      { _id: id, state: 'pending' },
      { $inc: { attempt: 1 }, $set: { due_at: dueAt, starts: 0 } },
    );
  }

  /** Steps those of the batches that are still pending to done, and answers their ids. */
  async finish(ids: readonly string[], transaction: Transaction): Promise<Set<string>> {
    const pending = await this.model
      .find({ _id: { $in: ids }, state: 'pending' }, { _id: 1 }, { session: transaction })
      .lean();
    const finished = pending.map(({ _id }) => _id);
    await this.model.updateMany(
      { _id: { $in: finished } },
      { $set: { state: 'done', finished_at: new Date() }, $unset: { due_at: 1 } },
      { session: transaction },
    );
    return new Set(finished);
  }

  /** Pending batches that were due before `instant`, by id and number. */
  async findDueBefore(instant: Date, limit: number): Promise<Pick<Batch, 'id' | 'number'>[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant } }, { number: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map(({ _id, number }) => ({ id: _id, number }));
  }

  /** Lets some time pass until the sweeper rings for them again. */
  async touch(ids: readonly string[]): Promise<void> {
    await this.model.updateMany({ _id: { $in: ids }, state: 'pending' }, { $set: { due_at: new Date() } });
  }
}

function toDocument(batch: Batch, dueAt: Date): DeliveryBatchDocument {
  return {
    _id: batch.id,
    delivery_id: batch.deliveryId,
    message_id: new UUID(batch.messageId),
    domain: batch.domain,
    number: batch.number,
    after_id: batch.afterId,
    up_to_id: batch.upToId,
    contact_ids: batch.contactIds,
    contacts: batch.contacts,
    attempt: batch.attempt,
    starts: 0,
    state: 'pending',
    due_at: dueAt,
  };
}

function toBatch(document: DeliveryBatchDocument): Batch {
  return {
    id: document._id,
    deliveryId: document.delivery_id,
    messageId: document.message_id.toString(),
    domain: document.domain,
    number: document.number,
    afterId: document.after_id,
    upToId: document.up_to_id,
    contactIds: document.contact_ids,
    contacts: document.contacts,
    attempt: document.attempt,
  };
}
