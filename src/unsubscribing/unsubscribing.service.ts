import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import { UnsubscribedEventsRepository } from '../events/unsubscribed-events.repository.js';
import { ContactUnsubscriber } from '../push-contacts/contact-unsubscriber.js';
import { heldFailure } from '../push-contacts/counting/held-contacts.js';
import { RECIPIENTS_FRESH_MS } from '../push-contacts/recipients.reader.js';

/**
 * A worker may send to the contact as it read it before for RECIPIENTS_FRESH_MS; the rest is for what it does
 * between its question who has left and the call: encoding, and a connection to PushApi.
 */
const ANSWER_AFTER_MS = RECIPIENTS_FRESH_MS + 250;

/** Requests in one transaction. */
const MAX_WRITES_PER_FLUSH = 500;

/** A request of a visitor who leaves. */
interface Leaving {
  readonly deviceToken: string;
  isHeld: boolean;
}

/** Lets visitors leave: contact and event change in one transaction, so that neither does alone. */
@Injectable()
export class UnsubscribingService {
  private readonly writes = new WriteCoalescer<Leaving>(
    'unsubscriptions',
    (leaving) => this.write(leaving),
    MAX_WRITES_PER_FLUSH,
  );

  constructor(
    private readonly contacts: ContactUnsubscriber,
    private readonly events: UnsubscribedEventsRepository,
  ) {}

  /**
   * Ends the active contact of this token. Once it resolves, no call to PushApi begins for the contact until
   * it is registered again. A token without an active contact changes nothing, so a repeat is counted once.
   * Throws `database_unavailable` where another transaction holds the contact.
   */
  async unsubscribe(deviceToken: string): Promise<void> {
    const leaving: Leaving = { deviceToken, isHeld: false };
    await this.writes.add(leaving);
    if (leaving.isHeld) throw heldFailure();
    await sleep(ANSWER_AFTER_MS);
  }

  private async write(leaving: readonly Leaving[]): Promise<void> {
    const tokens = new Set(leaving.map(({ deviceToken }) => deviceToken));
    const held = new Set(
      await this.contacts.unsubscribe([...tokens], (left, transaction) => this.events.insert(left, transaction)),
    );
    for (const each of leaving) each.isHeld = held.has(each.deviceToken);
  }
}
