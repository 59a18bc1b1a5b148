import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';
import { DELIVERY, type DeliveryDocument, UNENDED } from './deliveries.schema.js';

/** Counting more would take longer than it tells. */
const MAX_COUNTED = 10_000;

/** Has only deliveries that have not ended. */
const UNENDED_INDEX = { domain: 1, state: 1, _id: 1 } as const;

/** Work that no worker has ended. */
export interface UnfinishedWork {
  /** Deliveries that are planned or sent, or wait for their time; 10,000 for more. */
  readonly deliveries: number;
  /** When the plan was due that waits longest for a worker; null when none waits. */
  readonly planDueAt: Date | null;
  /** When the batch was due that waits longest for a worker. */
  readonly batchDueAt: Date | null;
}

/** Reads how much is unfinished, and since when, by indexes that have only that. */
@Injectable()
export class UnfinishedWorkReader {
  constructor(
    @InjectModel(DELIVERY) private readonly deliveries: Model<DeliveryDocument>,
    @InjectModel(DELIVERY_BATCH) private readonly batches: Model<DeliveryBatchDocument>,
  ) {}

  async find(): Promise<UnfinishedWork> {
    const [deliveries, planDueAt, batchDueAt] = await Promise.all([
      this.deliveries.countDocuments(UNENDED, { limit: MAX_COUNTED }).hint(UNENDED_INDEX),
      this.findPlanDueAt(),
      this.findBatchDueAt(),
    ]);
    return { deliveries, planDueAt, batchDueAt };
  }

  /** As `UnfinishedWork.planDueAt`. */
  async findPlanDueAt(): Promise<Date | null> {
    const due = { due_at: { $lte: databaseDate() } };
    const plan = await this.deliveries.findOne(due, { due_at: 1 }, { sort: { due_at: 1 } }).lean();
    return plan?.due_at ?? null;
  }

  /** As `UnfinishedWork.batchDueAt`, also of one that was enqueued again meanwhile. */
  async findBatchDueAt(): Promise<Date | null> {
    const now = databaseDate();
    // A worker that has a batch has leased it.
    const isFree = { $or: [{ lease_until: null }, { lease_until: { $lt: now } }] };
    const [due, again] = await Promise.all([
      this.batches.findOne({ due_at: { $lte: now }, ...isFree }, { due_at: 1 }, { sort: { due_at: 1 } }).lean(),
      // An earlier version ends and postpones batches without a word of `overdue_since`.
      this.batches
        .findOne(
          { overdue_since: { $lte: now }, state: 'pending', due_at: { $lte: now }, ...isFree },
          { overdue_since: 1 },
          { sort: { overdue_since: 1 } },
        )
        .lean(),
    ]);
    const dates = [due?.due_at, again?.overdue_since].flatMap((date) => date?.getTime() ?? []);
    return dates.length === 0 ? null : new Date(Math.min(...dates));
  }

  /** When the delivery began that has begun first of those that have not ended; null without one. */
  async findStartedAt(): Promise<Date | null> {
    const now = databaseDate();
    // An older document of a scheduled one has its acceptance in `started_at`.
    const hasBegun = { started_at: { $lte: now }, $or: [{ due_at: null }, { due_at: { $lte: now } }] };
    const first = await this.deliveries
      .findOne({ ...UNENDED, ...hasBegun }, { started_at: 1 }, { sort: { started_at: 1 } })
      .hint({ started_at: 1 })
      .lean();
    return first?.started_at ?? null;
  }
}
