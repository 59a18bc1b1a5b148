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
    const now = databaseDate();
    const due = { due_at: { $lte: now } };
    const earliest = { sort: { due_at: 1 } } as const;
    // A worker that has a batch has leased it.
    const isFree = { $or: [{ lease_until: null }, { lease_until: { $lt: now } }] };
    const [deliveries, plan, batch] = await Promise.all([
      this.deliveries.countDocuments(UNENDED, { limit: MAX_COUNTED }).hint(UNENDED_INDEX),
      this.deliveries.findOne(due, { due_at: 1 }, earliest).lean(),
      this.batches.findOne({ ...due, ...isFree }, { due_at: 1 }, earliest).lean(),
    ]);
    return { deliveries, planDueAt: plan?.due_at ?? null, batchDueAt: batch?.due_at ?? null };
  }
}
