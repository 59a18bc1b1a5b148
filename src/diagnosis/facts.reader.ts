import { Injectable } from '@nestjs/common';
import { ContactDeliveriesReader, type DeliveryOfMessage } from '../deliveries/ledger/contact-deliveries.reader.js';
import { ContactHistoryReader } from '../events/contact-history.reader.js';
import type { StoredContact } from '../push-contacts/stored-contacts.reader.js';
import { ContactSearchService } from './contact-search.service.js';
import type { DiagnosisFacts } from './facts.js';

/** What is the same for all contacts of a visitor. */
export interface MessageFacts extends Pick<DiagnosisFacts, 'nowMs' | 'isSent' | 'insertedAt' | 'isEverySendKnown'> {
  readonly messageId: string;
  readonly deliveries: readonly DeliveryOfMessage[];
}

/** Reads what is known of a message and one contact. */
@Injectable()
export class FactsReader {
  constructor(
    private readonly search: ContactSearchService,
    private readonly history: ContactHistoryReader,
    private readonly sends: ContactDeliveriesReader,
  ) {}

  async read(contact: StoredContact, message: MessageFacts): Promise<DiagnosisFacts> {
    const { messageId, deliveries: all, ...ofMessage } = message;
    const named = await this.sends.findNaming(contact, messageId);
    const toDomain = all.filter(({ kind }) => kind === 'domain');
    const namedIds = [...new Set(named.map(({ deliveryId }) => deliveryId))];
    const open = toDomain.filter(({ finishedAt }) => finishedAt === null);
    const toMany = all.filter(({ kind }) => kind !== 'visitor').map(({ id }) => id);
    const [ofVisitor, ofBroadcasts, events] = await Promise.all([
      this.sends.findByIds(namedIds),
      Promise.all(open.map((delivery) => this.sends.findOfBroadcast(delivery, contact.id))),
      this.history.findOfMessage(contact.id, messageId, [...new Set([...toMany, ...namedIds])]),
    ]);
    return {
      ...ofMessage,
      contact,
      pushService: this.search.namePushService(contact),
      events,
      deliveries: [...toDomain, ...ofVisitor],
      batches: [...named, ...ofBroadcasts.flat()],
    };
  }
}
