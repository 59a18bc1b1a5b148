import { Injectable } from '@nestjs/common';
import { chunk } from '../core/async/chunk.js';
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
interface ErasedCounts {
  readonly contacts: number;
  readonly events: number;
  readonly handOvers: number;
  /** Batches of waiting or past sends that named the visitor. */
  readonly batches: number;
}

/** How far an erasure has come. */
export interface ErasedPart extends ErasedCounts {
  /** False when the time was over before all events were erased. */
  readonly isComplete: boolean;
}

/** Contacts in one command. */
const CONTACTS_AT_ONCE = 1_000;

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

  /**
   * Contacts first: what begins afterwards finds nobody any more. Contacts, hand-overs and batches are erased
   * however long it takes.
   * @param until erases no further events after this time, as `performance.now()` has it.
   */
  async erase(data: ErasedData, until = Number.POSITIVE_INFINITY): Promise<ErasedPart> {
    const { contactIds } = data;
    let contacts = 0;
    let handOvers = 0;
    for (const ids of chunk(contactIds, CONTACTS_AT_ONCE)) {
      contacts += await this.contacts.erase(ids);
      handOvers += await this.handOvers.erase(ids);
    }
    const deliveryIds = await this.findDeliveryIds(data);
    const batches = await this.batches.erase(data, contactIds);
    const { events, isComplete } = await this.events.erase(contactIds, deliveryIds, until);
    return { contacts, events, handOvers, batches, isComplete };
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
