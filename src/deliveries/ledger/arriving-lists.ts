import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AppError } from '../../core/errors/errors.js';
import { HTTP_LIMITS } from '../../core/http/http-limits.js';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import { ARRIVING_LIST, type ArrivingListDocument } from './arriving-lists.schema.js';
import { DELIVERY, type DeliveryDocument } from './deliveries.schema.js';

/** As long as a body may take, and a minute to store it. */
const ARRIVES_WITHIN_MS = HTTP_LIMITS.streamedBodyMs + 60_000;

/**
 * The lists that are arriving or being planned: visitors that they name are still in the memory of a process,
 * which stores them later than whoever looks for them now.
 */
@Injectable()
export class ArrivingLists {
  constructor(
    @InjectModel(ARRIVING_LIST) private readonly model: Model<ArrivingListDocument>,
    @InjectModel(DELIVERY) private readonly deliveries: Model<DeliveryDocument>,
  ) {}

  /** Stores that a list begins to arrive. */
  async begin(deliveryId: string, domain: string): Promise<void> {
    await this.model.create({ _id: deliveryId, domain, until: new Date(databaseNow() + ARRIVES_WITHIN_MS) });
  }

  /** Ends it together with the storing of its delivery. Throws `request_timeout` when it took too long. */
  async end(deliveryId: string, transaction: Transaction): Promise<void> {
    const inTime = { _id: deliveryId, until: { $gt: databaseDate() } };
    const { deletedCount } = await this.model.deleteOne(inTime, { session: transaction });
    if (deletedCount === 0) throw new AppError('request_timeout', 'The body did not arrive in time.');
  }

  async remove(deliveryId: string): Promise<void> {
    await this.model.deleteOne({ _id: deliveryId });
  }

  /** Finds the delivery ids of the lists for a domain, or for any, that are arriving or being planned. */
  find(domain: string | undefined): Promise<string[]> {
    return this.findIds(domain === undefined ? {} : { domain });
  }

  /** Finds those of these lists that are still arriving or being planned. */
  findStill(deliveryIds: readonly string[]): Promise<string[]> {
    return deliveryIds.length === 0 ? Promise.resolve([]) : this.findIds({ _id: { $in: [...deliveryIds] } });
  }

  private async findIds(filter: { domain?: string; _id?: { $in: string[] } }): Promise<string[]> {
    // In this order: what ends to arrive in between has a delivery by then.
    const arriving = await this.model.find({ ...filter, until: { $gt: databaseDate() } }, { _id: 1 }).lean();
    // One that begins later reads its visitors later.
    const begun = { kind: 'visitors', state: 'planning', due_at: { $lte: databaseDate() } } as const;
    const planned = await this.deliveries.find({ ...filter, ...begun }, { _id: 1 }).lean();
    return [...new Set([...arriving, ...planned].map(({ _id }) => _id))];
  }
}
