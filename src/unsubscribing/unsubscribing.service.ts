import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import { UnsubscribedEventsRepository } from '../events/unsubscribed-events.repository.js';
import { ContactUnsubscriber } from '../push-contacts/contact-unsubscriber.js';
import { RECIPIENTS_FRESH_MS } from '../push-contacts/recipients.reader.js';

/**
 * A worker may send to the contact as it read it before for RECIPIENTS_FRESH_MS; the rest is for what it does
 * between its question who has left and the call: encoding, and a connection to PushApi.
 */
const ANSWER_AFTER_MS = RECIPIENTS_FRESH_MS + 250;

/** Requests in one transaction. */
const MAX_WRITES_PER_FLUSH = 500;

/** Lets visitors leave: contact and event change in one transaction, so that neither does alone. */
@Injectable()
export class UnsubscribingService {
  private readonly writes: WriteCoalescer<string>;

  constructor(contacts: ContactUnsubscriber, events: UnsubscribedEventsRepository) {
    this.writes = new WriteCoalescer(
      (deviceTokens) => contacts.unsubscribe(deviceTokens, (left, transaction) => events.insert(left, transaction)),
      MAX_WRITES_PER_FLUSH,
    );
  }

  /**
   * Ends the active contact of this token. Once it resolves, no call to PushApi begins for the contact until
   * it is registered again. A token without an active contact changes nothing, so a repeat is counted once.
   */
  async unsubscribe(deviceToken: string): Promise<void> {
    await this.writes.add(deviceToken);
    await sleep(ANSWER_AFTER_MS);
  }
}
