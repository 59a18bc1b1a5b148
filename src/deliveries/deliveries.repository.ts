import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type PipelineStage } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import { DELIVERY, type DeliveryDocument, type DeliveryKind, type DeliveryState } from './deliveries.schema.js';

const { ObjectId, UUID } = mongoose.mongo;

/** A delivery to store. */
export interface NewDelivery {
  readonly id: string;
  readonly messageId: string;
  readonly domain: string;
  readonly kind: DeliveryKind;
  readonly state: Exclude<DeliveryState, 'cancelled'>;
  readonly replacementIsMandatory: boolean;
  readonly planned: number;
  readonly batches: number;
  readonly expiresAt: Date | null;
  readonly dueAt: Date;
}

/** A delivery that is being cut into batches. */
export interface PlannedDelivery {
  readonly id: string;
  readonly messageId: string;
  readonly domain: string;
  readonly kind: DeliveryKind;
  readonly replacementIsMandatory: boolean;
  readonly plannedUpTo: string;
  readonly batches: number;
  /** The turn of its first batch; undefined before the first step of its planning. */
  readonly firstTurn: number | undefined;
  readonly expiresAt: Date | null;
  readonly dueAt: Date;
}

/** A delivery whose batches have their turns. */
export interface BegunDelivery extends PlannedDelivery {
  readonly firstTurn: number;
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

/** All deliveries of a message taken together. */
export interface DeliveriesOfMessage {
  readonly states: readonly DeliveryState[];
  readonly planned: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly startedAt: Date;
  /** Null while one of them has not ended. */
  readonly finishedAt: Date | null;
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
const STAMP_WHEN_ENDED: PipelineStage.Set = {
  $set: {
    finished_at: {
      $cond: [
        {
          $and: [
            { $in: ['$state', ['done', 'cancelled']] },
            { $eq: ['$planned', { $add: ['$delivered', '$not_delivered'] }] },
          ],
        },
        { $ifNull: ['$finished_at', '$$NOW'] },
        null,
      ],
    },
  },
};

@Injectable()
export class DeliveriesRepository {
  constructor(@InjectModel(DELIVERY) private readonly model: Model<DeliveryDocument>) {}

  /** An id for a delivery that is to be stored. */
  nextId(): string {
    return new ObjectId().toHexString();
  }

  async insert(delivery: NewDelivery, transaction: Transaction): Promise<void> {
    const now = new Date();
    const isDone = delivery.state === 'done';
    const document: DeliveryDocument = {
      _id: delivery.id,
      message_id: new UUID(delivery.messageId),
      domain: delivery.domain,
      kind: delivery.kind,
      state: delivery.state,
      planned: delivery.planned,
      delivered: 0,
      not_delivered: 0,
      planned_up_to: '',
      batches: delivery.batches,
      replacement_mandatory: delivery.replacementIsMandatory,
      expires_at: delivery.expiresAt,
      started_at: now,
      finished_at: isDone ? now : null,
      ...(delivery.state === 'planning' && { due_at: delivery.dueAt }),
    };
    await this.model.collection.insertOne(document as never, { session: transaction });
  }

  /** The delivery while it is still being planned. */
  async findPlanning(id: string): Promise<PlannedDelivery | undefined> {
    const document = await this.model.findOne({ _id: id, state: 'planning' }).lean();
    if (document === null) return undefined;
    return {
      id,
      messageId: document.message_id.toString(),
      domain: document.domain,
      kind: document.kind,
      replacementIsMandatory: document.replacement_mandatory,
      plannedUpTo: document.planned_up_to,
      batches: document.batches,
      firstTurn: document.first_turn ?? (document.batches === 0 ? undefined : 0),
      expiresAt: document.expires_at,
      dueAt: document.due_at ?? new Date(),
    };
  }

  /** Notes a step of the planning; false when another worker has gone on from the same place. */
  async advance(delivery: BegunDelivery, step: PlanStep, transaction: Transaction): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne(
      { _id: delivery.id, state: 'planning', planned_up_to: delivery.plannedUpTo, batches: delivery.batches },
      {
        $set: { planned_up_to: step.plannedUpTo, first_turn: delivery.firstTurn, due_at: new Date() },
        $inc: { batches: step.addedBatches, planned: step.addedContacts },
      },
      { session: transaction },
    );
    return modifiedCount === 1;
  }

  /** The highest first turn of all deliveries; undefined when none has one. */
  async findLatestFirstTurn(): Promise<number | undefined> {
    const filter = { first_turn: { $exists: true } };
    const latest = await this.model.findOne(filter, { _id: 0, first_turn: 1 }, { sort: { first_turn: -1 } }).lean();
    return latest?.first_turn;
  }

  async finishPlanning(id: string): Promise<void> {
    await this.model.collection.updateOne({ _id: id as never, state: 'planning' }, [
      { $set: { state: 'sending' } },
      FINISH_WHEN_SETTLED,
      STAMP_WHEN_ENDED,
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
        STAMP_WHEN_ENDED,
      ],
      { session: transaction },
    );
  }

  /** Ids of the message's deliveries that have not ended. */
  async findUnended(messageId: string): Promise<string[]> {
    const filter = { message_id: new UUID(messageId), state: { $in: ['planning', 'sending'] } } as const;
    const documents = await this.model.find(filter, { _id: 1 }).lean();
    return documents.map(({ _id }) => _id);
  }

  /** Ends a delivery that has not ended; `contacts` of those planned are sent to no more. */
  async cancel(id: string, contacts: number, transaction: Transaction): Promise<void> {
    await this.model.collection.updateOne(
      { _id: id as never, state: { $in: ['planning', 'sending'] } },
      [
        { $set: { state: 'cancelled', planned: { $subtract: ['$planned', contacts] } } },
        STAMP_WHEN_ENDED,
        { $unset: 'due_at' },
      ],
      { session: transaction },
    );
  }

  /** The message's deliveries as one, or undefined when it has none. */
  async sumOfMessage(messageId: string): Promise<DeliveriesOfMessage | undefined> {
    const [sum] = await this.model.aggregate<DeliveriesOfMessage & { unended: number }>([
      { $match: { message_id: new UUID(messageId) } },
      {
        $group: {
          _id: null,
          states: { $addToSet: '$state' },
          planned: { $sum: '$planned' },
          delivered: { $sum: '$delivered' },
          notDelivered: { $sum: '$not_delivered' },
          startedAt: { $min: '$started_at' },
          lastFinishedAt: { $max: '$finished_at' },
          unended: { $sum: { $cond: [{ $eq: ['$finished_at', null] }, 1, 0] } },
        },
      },
      { $set: { finishedAt: { $cond: [{ $eq: ['$unended', 0] }, '$lastFinishedAt', null] } } },
    ]);
    return sum;
  }

  /** Deliveries whose planning was due before `instant`. */
  async findDueBefore(instant: Date, limit: number): Promise<string[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant } }, { _id: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map(({ _id }) => _id);
  }
}
