import { Injectable } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { RecentDeliveriesReader } from '../deliveries/ledger/recent-deliveries.reader.js';
import { VisitorBatches } from '../deliveries/ledger/visitor-batches.js';
import { VisitorHandOvers } from '../doppler/visitor-hand-overs.js';
import { ContactEvents } from '../events/contact-events.js';
import { VisitorContacts } from '../push-contacts/visitor-contacts.js';
import type { ErasedData } from './erasures.repository.js';

/** Events are deleted after 30 days; a day more, because MongoDB deletes them late. */
const EVENTS_LIVE_MS = 31 * 86_400_000;

/** How much was erased. */
export interface ErasedCounts {
  readonly contacts: number;
  readonly events: number;
  readonly handOvers: number;
  /** Batches of waiting or past sends that named the visitor. */
  readonly batches: number;
}

/** Erases what is stored of contacts and visitors. Each step changes nothing when it is done again. */
@Injectable()
export class Eraser {
  constructor(
    private readonly contacts: VisitorContacts,
    private readonly handOvers: VisitorHandOvers,
    private readonly batches: VisitorBatches,
    private readonly events: ContactEvents,
    private readonly deliveries: RecentDeliveriesReader,
  ) {}

  /** Contacts first: what begins afterwards finds nobody any more. */
  async erase(data: ErasedData): Promise<ErasedCounts> {
    const { contactIds } = data;
    const contacts = await this.contacts.erase(contactIds);
    const handOvers = await this.handOvers.erase(contactIds);
    const deliveryIds = await this.findDeliveryIds(data);
    const batches = await this.batches.erase(data, contactIds);
    const events = await this.events.erase(contactIds, deliveryIds);
    return { contacts, events, handOvers, batches };
  }

  /** Finds the deliveries that these contacts may have events of. */
  async findDeliveryIds({ guids, domain, domains }: ErasedData): Promise<string[]> {
    const since = new Date(databaseNow() - EVENTS_LIVE_MS);
    const [recent, naming] = await Promise.all([
      domains.length === 0 ? [] : this.deliveries.findIds(domains, since),
      this.batches.findDeliveryIds({ guids, domain }),
    ]);
    return [...new Set([...recent, ...naming])];
  }
}
