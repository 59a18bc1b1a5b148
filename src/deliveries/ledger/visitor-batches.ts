import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';

/** What is stored of visitors in one batch. */
export type VisitorsOfBatch = Pick<
  DeliveryBatchDocument,
  '_id' | 'delivery_id' | 'message_id' | 'domain' | 'state' | 'visitors' | 'due_at' | 'finished_at'
>;

/** A batch that a worker has started, and the lease under which it did. */
export interface HeldBatch {
  readonly batch_id: string;
  readonly lease_number: number;
}

/** Visitors, at one domain or at all. */
export interface VisitorsAt {
  readonly guids: readonly string[];
  readonly domain: string | undefined;
}

/** The visitors that lists and single sends name, with the values of their fields. */
@Injectable()
export class VisitorBatches {
  constructor(@InjectModel(DELIVERY_BATCH) private readonly model: Model<DeliveryBatchDocument>) {}

  /** Yields what is stored of these visitors, and nothing of the others in the same batches. */
  read(visitors: VisitorsAt): AsyncIterable<VisitorsOfBatch> {
    const isOne = { $in: ['$$visitor.visitor_guid', [...visitors.guids]] };
    const ofThem = { $filter: { input: '$visitors', as: 'visitor', cond: isOne } };
    const fields = { delivery_id: 1, message_id: 1, domain: 1, state: 1, due_at: 1, finished_at: 1 };
    return rawCollection(this.model).aggregate<VisitorsOfBatch>([
      { $match: toFilter(visitors) },
      { $project: { ...fields, visitors: ofThem } },
    ]);
  }

  /** Finds the deliveries that name one of these visitors. */
  findDeliveryIds(visitors: VisitorsAt): Promise<string[]> {
    return rawCollection(this.model).distinct('delivery_id', toFilter(visitors));
  }

  /**
   * Takes these visitors out of all batches, also out of those that have ended. The planned contacts of a
   * batch stay; its settlement corrects them, as it does for any contact that is gone by then. Resolves with
   * the number of changed batches.
   * @param contactIds their contacts, of which there may be outcomes that a restarted batch has to count.
   */
  async erase(visitors: VisitorsAt, contactIds: readonly string[]): Promise<number> {
    const { modifiedCount } = await rawCollection(this.model).updateMany(toFilter(visitors), {
      $pull: { visitors: { visitor_guid: { $in: [...visitors.guids] } } },
      ...(contactIds.length > 0 && { $addToSet: { erased_contact_ids: { $each: [...contactIds] } } }),
    });
    return modifiedCount;
  }

  /** Finds the batches of these domains that a worker has started and not ended. */
  async findHeld(domains: readonly string[]): Promise<HeldBatch[]> {
    const filter = { due_at: { $lte: databaseDate() }, state: 'pending', starts: { $gt: 0 } } as const;
    const held = await this.model.find({ ...filter, domain: { $in: domains } }, { lease_number: 1 }).lean();
    return held.map(({ _id, lease_number: leaseNumber = 0 }) => ({ batch_id: _id, lease_number: leaseNumber }));
  }

  /** Finds those of these batches that are still held under the same lease. */
  async findStillHeld(held: readonly HeldBatch[]): Promise<HeldBatch[]> {
    if (held.length === 0) return [];
    const filter = held.map(({ batch_id: _id, lease_number: leaseNumber }) => ({ _id, lease_number: leaseNumber }));
    const found = await this.model.find({ $or: filter, state: 'pending', starts: { $gt: 0 } }, { _id: 1 }).lean();
    const ids = new Set(found.map(({ _id }) => _id));
    return held.filter(({ batch_id: id }) => ids.has(id));
  }
}

function toFilter({ guids, domain }: VisitorsAt): mongoose.mongo.Filter<DeliveryBatchDocument> {
  return { 'visitors.visitor_guid': { $in: [...guids] }, ...(domain !== undefined && { domain }) };
}
