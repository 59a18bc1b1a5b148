import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { PUSH_CONTACT, type PushContactDocument } from './push-contacts.schema.js';

/** A contact that PushApi reported as gone, with the address that was rejected. */
export interface RejectedContact {
  readonly id: string;
  readonly deviceToken: string;
  /**
   * The endpoint that was rejected, null for the token; or the time of the event, when the endpoint is
   * unknown.
   */
  readonly rejectedAs: { readonly endpoint: string | null } | { readonly unchangedSince: Date };
}

/** Prunes contacts whose token or subscription is gone. */
@Injectable()
export class ContactPruner {
  constructor(@InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>) {}

  /** Marks contacts as deleted, except contacts whose token or endpoint has changed since it was rejected. */
  async prune(contacts: readonly RejectedContact[]): Promise<void> {
    if (contacts.length === 0) return;
    const modified = databaseDate();
    await rawCollection(this.model).bulkWrite(
      contacts.map(({ id, deviceToken, rejectedAs }) => ({
        updateOne: {
          filter: {
            _id: id,
            deleted: false,
            device_token: deviceToken,
            ...('unchangedSince' in rejectedAs && { modified: { $lte: rejectedAs.unchangedSince } }),
            ...('endpoint' in rejectedAs && stillReachedBy(rejectedAs.endpoint)),
          },
          update: { $set: { deleted: true, modified } },
        },
      })),
      { ordered: false },
    );
  }
}

/** A contact whose token was rejected may have a complete subscription since; then it is not gone. */
function stillReachedBy(endpoint: string | null): object {
  if (endpoint !== null) return { 'subscription.endpoint': endpoint };
  const parts = ['endpoint', 'p256dh', 'auth'].map((part) => ({ [`subscription.${part}`]: { $in: [null, ''] } }));
  return { $or: parts };
}
