import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { CHANGE } from './counting/contact-changes.js';
import { ContactCounter } from './counting/contact-counter.js';
import { PUSH_CONTACT, type PushContactDocument } from './push-contacts.schema.js';
import { ContactTokens } from './tokens/contact-tokens.js';

/** A contact that has just left. */
export interface UnsubscribedContact {
  readonly contactId: string;
  readonly deviceToken: string;
  readonly domain: string;
  readonly date: Date;
}

/** Ends contacts whose visitors leave. */
@Injectable()
export class ContactUnsubscriber {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly counter: ContactCounter,
    private readonly tokens: ContactTokens,
  ) {}

  /**
   * Marks the active contacts of these tokens as deleted, with the time, which tells them from pruned ones.
   * Tokens without an active contact change nothing. Resolves with those whose contacts another transaction
   * holds: nothing of them is changed.
   *
   * @param deviceTokens different ones.
   * @param record what has to be stored of those that left, in the same transaction.
   */
  async unsubscribe(
    deviceTokens: readonly string[],
    record: (contacts: readonly UnsubscribedContact[], transaction: Transaction) => Promise<void>,
  ): Promise<readonly string[]> {
    return this.counter.runOnEach(deviceTokens, async (tokens, transaction, changes) => {
      const contacts = await this.end(tokens, transaction);
      if (contacts.length === 0) return;
      await record(contacts, transaction);
      for (const { domain } of contacts) changes.add(domain, CHANGE.unsubscribed);
    });
  }

  private async end(deviceTokens: readonly string[], transaction: Transaction): Promise<UnsubscribedContact[]> {
    const date = databaseDate();
    const active = { ...(await this.tokens.match(deviceTokens, transaction)), deleted: false };
    const session = { session: transaction };
    const found = await this.model.find(active, { domain: 1, device_token: 1 }, session).lean();
    const ended = { $set: { deleted: true, modified: date, unsubscribed_at: date } };
    const contacts = found.map(({ _id: id, device_token: deviceToken, domain }) => ({ id, deviceToken, domain }));
    await this.model.updateMany(this.tokens.matchKnown(contacts), ended, session);
    return contacts.map(({ id: contactId, deviceToken, domain }) => ({ contactId, deviceToken, domain, date }));
  }
}
