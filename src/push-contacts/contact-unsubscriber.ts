import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { PUSH_CONTACT, type PushContactDocument } from './push-contacts.schema.js';

/** A contact that has just left. */
export interface UnsubscribedContact {
  readonly id: string;
  readonly domain: string;
  readonly date: Date;
}

/** Ends contacts whose visitors leave. */
@Injectable()
export class ContactUnsubscriber {
  constructor(@InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>) {}

  /**
   * Marks the active contact of this token as deleted, with the time, which tells it from a pruned one.
   * Resolves with undefined, and changes nothing, when the token has no active contact.
   */
  async unsubscribe(deviceToken: string, transaction: Transaction): Promise<UnsubscribedContact | undefined> {
    const date = databaseDate();
    const contact = await this.model
      .findOneAndUpdate(
        { device_token: deviceToken, deleted: false },
        { deleted: true, modified: date, unsubscribed_at: date },
        { projection: { domain: 1 }, session: transaction },
      )
      .lean();
    return contact === null ? undefined : { id: contact._id, domain: contact.domain, date };
  }
}
