import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { WaitReason } from './batch.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';

/** What the failed batches of some deliveries wait for, and when the earliest of them is tried again. */
export interface Waiting {
  /** Most contacts first. */
  readonly reasons: readonly WaitReason[];
  readonly nextAttemptAt: Date | null;
}

/** Contacts that wait for another attempt, by the code of a `WaitReason`. */
export interface WaitingContacts {
  readonly code: string;
  readonly contacts: number;
}

/** Batches that one question reads; a batch may have thousands of ids. */
const MAX_READ = 200;

/** Has only batches that wait. */
const WAITING_INDEX = { delivery_id: 1, due_at: 1 } as const;

interface Found {
  readonly reasons: readonly WaitReason[];
  readonly next: readonly { readonly at: Date | null }[];
}

/** Reads which batches of deliveries wait for another attempt. */
@Injectable()
export class WaitingBatchesReader {
  constructor(@InjectModel(DELIVERY_BATCH) private readonly model: Model<DeliveryBatchDocument>) {}

  /** Sums up the reasons of the batches that wait, by the partial index `delivery_id, due_at`. */
  async find(deliveryIds: readonly string[]): Promise<Waiting> {
    const key = { service: '$waiting_for.service', status: '$waiting_for.status', code: '$waiting_for.code' };
    const [found] = await this.model.aggregate<Found>([
      { $match: { delivery_id: { $in: deliveryIds }, waiting_for: { $exists: true } } },
      {
        $facet: {
          reasons: [
            { $unwind: '$waiting_for' },
            { $group: { _id: key, contacts: { $sum: '$waiting_for.contacts' } } },
            { $sort: { contacts: -1, _id: 1 } },
            { $replaceWith: { $mergeObjects: ['$_id', { contacts: '$contacts' }] } },
          ],
          next: [{ $group: { _id: null, at: { $min: '$due_at' } } }],
        },
      },
    ]);
    return { reasons: found?.reasons ?? [], nextAttemptAt: found?.next[0]?.at ?? null };
  }

  /** Sums up why contacts of all deliveries wait: those of 200 batches, where there are more. */
  countContacts(): Promise<WaitingContacts[]> {
    return this.model.aggregate<WaitingContacts>(
      [
        { $match: { waiting_for: { $exists: true } } },
        { $limit: MAX_READ },
        { $unwind: '$waiting_for' },
        { $group: { _id: '$waiting_for.code', contacts: { $sum: '$waiting_for.contacts' } } },
        { $project: { _id: 0, code: '$_id', contacts: 1 } },
      ],
      { hint: WAITING_INDEX },
    );
  }
}
