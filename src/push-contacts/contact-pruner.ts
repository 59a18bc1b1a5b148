import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { chunk } from '../core/async/chunk.js';
import { databaseDate } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { CHANGE } from './counting/contact-changes.js';
import { ContactCounter } from './counting/contact-counter.js';
import { PUSH_CONTACT, type PushContactDocument } from './push-contacts.schema.js';

/** Contacts in one transaction: a longer one makes those wait who change the same contacts. */
const CONTACTS_AT_ONCE = 1_000;

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
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly counter: ContactCounter,
  ) {}

  /**
   * Marks contacts of a domain as deleted, except contacts whose token or endpoint has changed since it was
   * rejected.
   */
  async prune(domain: string, contacts: readonly RejectedContact[]): Promise<void> {
    for (const some of chunk(contacts, CONTACTS_AT_ONCE)) {
      await this.counter.run(async (transaction, changes) => {
        changes.add(domain, CHANGE.pruned, await this.pruneWithin(domain, some, transaction));
      });
    }
  }

  private async pruneWithin(
    domain: string,
    contacts: readonly RejectedContact[],
    transaction: Transaction,
  ): Promise<number> {
    const modified = databaseDate();
    const { modifiedCount } = await rawCollection(this.model).bulkWrite(
      contacts.map(({ id, deviceToken, rejectedAs }) => ({
        updateOne: {
          filter: {
            _id: id,
            domain,
            deleted: false,
            device_token: deviceToken,
            ...('unchangedSince' in rejectedAs && { modified: { $lte: rejectedAs.unchangedSince } }),
            ...('endpoint' in rejectedAs && stillReachedBy(rejectedAs.endpoint)),
          },
          update: { $set: { deleted: true, modified } },
        },
      })),
      { ordered: false, session: transaction },
    );
    return modifiedCount;
  }
}

/** A contact whose token was rejected may have a complete subscription since; then it is not gone. */
function stillReachedBy(endpoint: string | null): object {
  if (endpoint !== null) return { 'subscription.endpoint': endpoint };
  const parts = ['endpoint', 'p256dh', 'auth'].map((part) => ({ [`subscription.${part}`]: { $in: [null, ''] } }));
  return { $or: parts };
}
