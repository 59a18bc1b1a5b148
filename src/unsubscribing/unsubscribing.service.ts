import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/mongo/transactions.js';
import { UnsubscribedEventsRepository } from '../events/unsubscribed-events.repository.js';
import { ContactUnsubscriber } from '../push-contacts/contact-unsubscriber.js';
import { RECIPIENTS_FRESH_MS } from '../push-contacts/recipients.reader.js';

/**
 * A worker may send to the contact as it read it before for RECIPIENTS_FRESH_MS; the rest is for what it does
 * between its question who has left and the call: encoding, and a connection to PushApi.
 */
const ANSWER_AFTER_MS = RECIPIENTS_FRESH_MS + 250;

/** Lets visitors leave: contact and event change in one transaction, so that neither does alone. */
@Injectable()
export class UnsubscribingService {
  constructor(
    private readonly contacts: ContactUnsubscriber,
    private readonly events: UnsubscribedEventsRepository,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Ends the active contact of this token. Once it resolves, no call to PushApi begins for the contact until
   * it is registered again. A token without an active contact changes nothing, so a repeat is counted once.
   */
  async unsubscribe(deviceToken: string): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const contact = await this.contacts.unsubscribe(deviceToken, transaction);
      if (contact === undefined) return;
      const { id: contactId, domain, date } = contact;
      await this.events.insert({ contactId, deviceToken, domain, date }, transaction);
    });
    await sleep(ANSWER_AFTER_MS);
  }
}
