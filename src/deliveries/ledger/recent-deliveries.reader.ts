import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { DELIVERY, type DeliveryDocument } from './deliveries.schema.js';

/** Finds deliveries by domain and time. */
@Injectable()
export class RecentDeliveriesReader {
  constructor(@InjectModel(DELIVERY) private readonly model: Model<DeliveryDocument>) {}

  /** Finds the ids of deliveries to these domains, or to lists, that ended at `since` or later or not yet. */
  async findIds(domains: readonly string[], since: Date): Promise<string[]> {
    const kinds = ['domain', 'visitors'] as const;
    const filter = { domain: { $in: domains }, kind: { $in: kinds } };
    const ended = [{ finished_at: null }, { finished_at: { $gte: since } }];
    const documents = await this.model.find({ $or: ended.map((when) => ({ ...filter, ...when })) }, { _id: 1 }).lean();
    return documents.map(({ _id }) => _id);
  }
}
