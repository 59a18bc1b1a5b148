import { Injectable } from '@nestjs/common';
import { isDuplicateKey } from '../core/mongo/duplicate-key.js';
import { Transactions } from '../core/mongo/transactions.js';
import { RecipientsReader } from '../push-contacts/recipients.reader.js';
import { byHour, type HourlyBucket } from '../stats/hourly-bucket.js';
import type { TrackingCounts } from '../stats/stats.repository.js';
import { StatsService } from '../stats/stats.service.js';
import { type TrackedEvent, TrackedEventsRepository } from './tracked-events.repository.js';
import { EventType, type EventTypeValue } from './events.schema.js';

/** Each one means that another process has stored the same first event at the same time. */
const MAX_DUPLICATES = 10;

/** Records what visitors do: events and counters in one transaction, so that they always agree. */
@Injectable()
export class TrackedEventsService {
  constructor(
    private readonly events: TrackedEventsRepository,
    private readonly recipients: RecipientsReader,
    private readonly stats: StatsService,
    private readonly transactions: Transactions,
  ) {}

  /** Records the events whose contact belongs to the message's domain, and ignores the others. */
  async record(requested: readonly TrackedEvent[]): Promise<void> {
    const own = this.ofOwnContacts(requested);
    // It is awaited in the transaction, which may never begin.
    own.catch(() => undefined);
    if (!this.stats.areEnsured(hoursOf(requested))) {
      const events = await own;
      await this.stats.ensure(hoursOf(events));
      if (events.length === 0) return;
    }
    await this.store(requested, own);
  }

  /** Contacts are looked up while the transaction begins, which saves a flush one round trip. */
  private async store(requested: readonly TrackedEvent[], own: Promise<TrackedEvent[]>, duplicates = 0): Promise<void> {
    let isRepeated = false;
    try {
      await this.transactions.run(async (transaction, writes) => {
        // Where MongoDB fails, nothing is repeated for contacts that cannot be looked up.
        if (isRepeated) await own;
        isRepeated = true;
        const stored = await this.events.findStored(requested, transaction);
        const events = await own;
        if (events.length === 0) return;
        const firsts = this.events.insert(events, stored, writes);
        const hours = byHour(events, (event) => event);
        const counted = hours.map(([hour, ofHour]) => ({ hour, counts: count(ofHour, firsts) }));
        this.stats.add(counted, writes);
      });
    } catch (error) {
      if (!isDuplicateKey(error) || duplicates >= MAX_DUPLICATES) throw error;
      await this.store(requested, own, duplicates + 1);
    }
  }

  private async ofOwnContacts(events: readonly TrackedEvent[]): Promise<TrackedEvent[]> {
    const contactIds = new Set(events.map(({ contactId }) => contactId));
    const likely = new Set(events.map(({ domain }) => domain));
    const domains = await this.recipients.findDomains([...contactIds], [...likely]);
    return events.filter(({ contactId, domain }) => isSame(domain, domains.get(contactId)));
  }
}

function hoursOf(events: readonly TrackedEvent[]): HourlyBucket[] {
  return byHour(events, (event) => event).map(([hour]) => hour);
}

/** In any case. A contact of another writer may have a domain that is no text. */
function isSame(domain: string, other: unknown): boolean {
  return domain === other || (typeof other === 'string' && domain.toLowerCase() === other.toLowerCase());
}

function count(events: readonly TrackedEvent[], firsts: ReadonlySet<TrackedEvent>): TrackingCounts {
  const unique = events.filter((event) => firsts.has(event));
  return {
    received: countType(events, EventType.Received),
    clicks: countType(events, EventType.Clicked),
    actionClicks: countType(events, EventType.ActionClick),
    dismissed: countType(events, EventType.Dismissed),
    uniqueReceived: countType(unique, EventType.Received),
    uniqueClicks: countType(unique, EventType.Clicked),
    uniqueActionClicks: countType(unique, EventType.ActionClick),
  };
}

function countType(events: readonly TrackedEvent[], type: EventTypeValue): number {
  let sum = 0;
  for (const event of events) if (event.type === type) sum += 1;
  return sum;
}
