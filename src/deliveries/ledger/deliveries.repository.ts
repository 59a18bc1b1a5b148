import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type PipelineStage } from 'mongoose';
import { databaseDate } from '../../core/mongo/database-clock.js';
import type { CombinedWrites } from '../../core/mongo/combined-writes.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import {
  DELIVERY,
  type DeliveryDocument,
  type DeliveryKind,
  type DeliveryState,
  SETTLED,
  UNENDED,
} from './deliveries.schema.js';

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
  /** The `traceparent` of the span that accepts it; absent where nothing is traced. */
  readonly traceParent?: string | undefined;
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
  /** The start tag of its first batch; undefined before the first step of its plan. */
  readonly firstStartTag: number | undefined;
  readonly expiresAt: Date | null;
  readonly dueAt: Date;
  /** As in `NewDelivery`. */
  readonly traceParent?: string;
}

/** A delivery whose first start tag is known. */
export interface BegunDelivery extends PlannedDelivery {
  readonly firstStartTag: number;
}

/** What one step of a plan adds to the delivery. */
export interface PlanStep {
  readonly plannedUpTo: string;
  readonly addedBatches: number;
  readonly addedContacts: number;
}

/**
 * What finished batches add to a delivery. `planned` is a correction: contacts found less contacts planned.
 */
export interface Settled {
  readonly planned: number;
  readonly delivered: number;
  readonly notDelivered: number;
  /** Those of `notDelivered` that were refused for the VAPID key. */
  readonly wrongKey: number;
}

/** A delivery is done when all of it is planned and every contact has a final outcome. */
const FINISH_WHEN_SETTLED: PipelineStage.Set = {
  $set: {
    state: {
      $cond: [
        {
          $and: [{ $eq: ['$state', 'sending'] }, { $eq: ['$planned', SETTLED] }],
        },
        'done',
        '$state',
      ],
    },
  },
};
/** Sets the end once a done or cancelled delivery has nothing pending any more, and keeps it afterwards. */
const STAMP_WHEN_ENDED: PipelineStage.Set = {
  $set: {
    finished_at: {
      $cond: [
        {
          $and: [{ $in: ['$state', ['done', 'cancelled']] }, { $eq: ['$planned', SETTLED] }],
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

  /** Makes an id for a delivery. Ids are needed before the delivery is stored, for the ids of its batches. */
  nextId(): string {
    return new ObjectId().toHexString();
  }

  insert(delivery: NewDelivery, writes: CombinedWrites): void {
    const now = databaseDate();
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
      started_at: isDone ? now : delivery.dueAt,
      finished_at: isDone ? now : null,
      ...(delivery.state === 'planning' && { due_at: delivery.dueAt }),
      ...(delivery.traceParent !== undefined && { trace_parent: delivery.traceParent }),
    };
    writes.insert(this.model, [document]);
  }

  /** Finds a delivery that is still being planned. */
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
      firstStartTag: document.first_turn ?? (document.batches === 0 ? undefined : 0),
      expiresAt: document.expires_at,
      dueAt: document.due_at ?? databaseDate(),
      ...(document.trace_parent !== undefined && { traceParent: document.trace_parent }),
    };
  }

  /**
   * Records a step of the plan. Returns false, without a change, when another worker has recorded a step
   * since the delivery was read, or the delivery was cancelled.
   */
  async advance(delivery: BegunDelivery, step: PlanStep, transaction: Transaction): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne(
      { _id: delivery.id, state: 'planning', planned_up_to: delivery.plannedUpTo, batches: delivery.batches },
      {
        $set: { planned_up_to: step.plannedUpTo, first_turn: delivery.firstStartTag, due_at: databaseDate() },
        $inc: { batches: step.addedBatches, planned: step.addedContacts },
      },
      { session: transaction },
    );
    return modifiedCount === 1;
  }

  /** Finds the highest first start tag of all deliveries; undefined when no delivery has one. */
  async findLatestStartTag(): Promise<number | undefined> {
    const filter = { first_turn: { $exists: true } };
    const latest = await this.model.findOne(filter, { _id: 0, first_turn: 1 }, { sort: { first_turn: -1 } }).lean();
    return latest?.first_turn;
  }

  /** Sets a delivery that is planned to its end to sending, or to done when all its batches are settled. */
  async finishPlanning(id: string): Promise<void> {
    await rawCollection(this.model).updateOne({ _id: id, state: 'planning' }, [
      { $set: { state: 'sending' } },
      FINISH_WHEN_SETTLED,
      STAMP_WHEN_ENDED,
      { $unset: 'due_at' },
    ]);
  }

  /** Adds the counts of finished batches. The last one of a delivery sets it to done. */
  settle(id: string, settled: Settled, writes: CombinedWrites): void {
    const { planned, delivered, notDelivered, wrongKey } = settled;
    const counted = {
      planned: { $add: ['$planned', planned] },
      delivered: { $add: ['$delivered', delivered] },
      not_delivered: { $add: ['$not_delivered', notDelivered] },
      ...(wrongKey > 0 && { wrong_key: { $add: [{ $ifNull: ['$wrong_key', 0] }, wrongKey] } }),
    };
    const change = [{ $set: counted }, FINISH_WHEN_SETTLED, STAMP_WHEN_ENDED];
    writes.update(this.model, { filter: { _id: id }, change });
  }

  /**
   * Cancels a delivery that has not ended, and takes the `contacts` of its cancelled batches off `planned`.
   */
  async cancel(id: string, contacts: number, transaction: Transaction): Promise<void> {
    await rawCollection(this.model).updateOne(
      { _id: id, ...UNENDED },
      [
        {
          $set: {
            state: 'cancelled',
            planned: { $subtract: ['$planned', contacts] },
            // Else a scheduled one would end before it starts.
            started_at: { $min: ['$started_at', '$$NOW'] },
          },
        },
        STAMP_WHEN_ENDED,
        { $unset: 'due_at' },
      ],
      { session: transaction },
    );
  }
}
