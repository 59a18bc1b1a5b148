import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type PipelineStage } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import { DELIVERY, type DeliveryDocument } from './deliveries.schema.js';

const { ObjectId, UUID } = mongoose.mongo;

/** A delivery that is being cut into batches. */
export interface PlannedDelivery {
  readonly id: string;
  readonly messageId: string;
  readonly domain: string;
  readonly plannedUpTo: string;
  readonly batches: number;
}

/** How far the planning has come since it was read. */
export interface PlanStep {
  readonly plannedUpTo: string;
  readonly addedBatches: number;
  readonly addedContacts: number;
}

/** What finished batches change; `planned` corrects what was planned by what was found. */
export interface Settled {
  readonly planned: number;
  readonly delivered: number;
  readonly notDelivered: number;
}

/** A delivery is done when it is planned to the end and every contact has its outcome. */
const FINISH_WHEN_SETTLED: PipelineStage.Set = {
  $set: {
    state: {
      $cond: [
        {
          $and: [{ $eq: ['$state', 'sending'] }, { $eq: ['$planned', { $add: ['$delivered', '$not_delivered'] }] }],
        },
        'done',
        '$state',
      ],
    },
  },
};
const STAMP_WHEN_DONE: PipelineStage.Set = {
  $set: { finished_at: { $cond: [{ $eq: ['$state', 'done'] }, { $ifNull: ['$finished_at', '$$NOW'] }, null] } },
};

@Injectable()
export class DeliveriesRepository {
  constructor(@InjectModel(DELIVERY) private readonly model: Model<DeliveryDocument>) {}

  async insert(messageId: string, domain: string, transaction: Transaction): Promise<string> {
    const now = new Date();
    const document: DeliveryDocument = {
      _id: new ObjectId().toHexString(),
      message_id: new UUID(messageId),
      domain,
      state: 'planning',
      planned: 0,
      delivered: 0,
      not_delivered: 0,
      planned_up_to: '',
      batches: 0,
      started_at: now,
      finished_at: null,
      due_at: now,
    };
    await this.model.collection.insertOne(document as never, { session: transaction });
    return document._id;
  }

  /** The delivery while it is still being planned. */
  async findPlanning(id: string): Promise<PlannedDelivery | undefined> {
    const document = await this.model.findOne({ _id: id, state: 'planning' }).lean();
    return (
      (document && {
        id,
        messageId: document.message_id.toString(),
        domain: document.domain,
        plannedUpTo: document.planned_up_to,
        batches: document.batches,
      }) ??
      undefined
    );
  }

  /** Notes a step of the planning; false when another worker has gone on from the same place. */
  async advance(delivery: PlannedDelivery, step: PlanStep, transaction: Transaction): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne(
      { _id: delivery.id, state: 'planning', planned_up_to: delivery.plannedUpTo, batches: delivery.batches },
      {
        $set: { planned_up_to: step.plannedUpTo, due_at: new Date() },
        $inc: { batches: step.addedBatches, planned: step.addedContacts },
      },
      { session: transaction },
    );
    return modifiedCount === 1;
  }

  async finishPlanning(id: string): Promise<void> {
    await this.model.collection.updateOne({ _id: id as never, state: 'planning' }, [
      { $set: { state: 'sending' } },
      FINISH_WHEN_SETTLED,
      STAMP_WHEN_DONE,
      { $unset: 'due_at' },
    ]);
  }

  async settle(id: string, { planned, delivered, notDelivered }: Settled, transaction: Transaction): Promise<void> {
    await this.model.collection.updateOne(
      { _id: id as never },
      [
        {
          $set: {
            planned: { $add: ['$planned', planned] },
            delivered: { $add: ['$delivered', delivered] },
            not_delivered: { $add: ['$not_delivered', notDelivered] },
          },
        },
        FINISH_WHEN_SETTLED,
        STAMP_WHEN_DONE,
      ],
      { session: transaction },
    );
  }

  /** Deliveries whose planning was due before `instant`. */
  async findDueBefore(instant: Date, limit: number): Promise<string[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant } }, { _id: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map(({ _id }) => _id);
  }
}
