import { Injectable } from '@nestjs/common';
import { isDuplicateKey } from '../core/mongo/duplicate-key.js';
import { Transactions } from '../core/mongo/transactions.js';
import { RecipientsReader } from '../push-contacts/recipients.reader.js';
import { byHour, type HourlyBucket } from '../stats/hourly-bucket.js';
import type { TrackingCounts } from '../stats/stats.repository.js';
import { StatsService } from '../stats/stats.service.js';
import { type TrackedEvent, TrackedEventsRepository } from './tracked-events.repository.js';
import { EventType, type EventTypeValue } from './events.schema.js';
import { TrackedMessages } from './tracked-messages.js';

/** A receipt, click or dismissal as requested, before its contact and message are checked. */
export type TrackedRequest = Omit<TrackedEvent, 'domain'>;

/** Each one means that another process has stored the same first event at the same time. */
const MAX_DUPLICATES = 10;

type EventsOfHours = readonly (readonly [HourlyBucket, readonly TrackedEvent[]])[];

/** Records what visitors do: events and counters in one transaction, so that they always agree. */
@Injectable()
export class TrackedEventsService {
  constructor(
    private readonly events: TrackedEventsRepository,
    private readonly messages: TrackedMessages,
    private readonly recipients: RecipientsReader,
    private readonly stats: StatsService,
    private readonly transactions: Transactions,
  ) {}

  /** Records the requests whose contact belongs to the message's domain, and ignores the others. */
  async record(requests: readonly TrackedRequest[]): Promise<void> {
    const events = await this.withDomain(requests);
    if (events.length === 0) return;
    const hours = byHour(events, (event) => event);
    await this.stats.ensure(hours.map(([hour]) => hour));
    await this.store(events, hours);
  }

  private async store(events: readonly TrackedEvent[], hours: EventsOfHours, duplicates = 0): Promise<void> {
    try {
      await this.transactions.run(async (transaction) => {
        const firsts = await this.events.insert(events, transaction);
        const counted = hours.map(([hour, ofHour]) => ({ hour, counts: count(ofHour, firsts) }));
        await this.stats.add(counted, transaction);
      });
    } catch (error) {
      if (!isDuplicateKey(error) || duplicates >= MAX_DUPLICATES) throw error;
      await this.store(events, hours, duplicates + 1);
    }
  }

  private async withDomain(requests: readonly TrackedRequest[]): Promise<TrackedEvent[]> {
    const contactIds = new Set(requests.map(({ contactId }) => contactId));
    const messageIds = new Set(requests.map(({ messageId }) => messageId));
    const [domainsOfContacts, domainsOfMessages] = await Promise.all([
      this.recipients.findDomains([...contactIds]),
      this.findDomainsOfMessages(messageIds),
    ]);
    return requests.flatMap((request) => {
      const domain = domainsOfMessages.get(request.messageId);
      const domainOfContact = domainsOfContacts.get(request.contactId);
      if (domain === undefined || !isSame(domain, domainOfContact)) return [];
      return [{ ...request, domain }];
    });
  }

  private async findDomainsOfMessages(messageIds: ReadonlySet<string>): Promise<Map<string, string>> {
    const domains = new Map<string, string>();
    for (const messageId of messageIds) {
      const message = await this.messages.find(messageId);
      if (message !== undefined) domains.set(messageId, message.domain);
    }
    return domains;
  }
}

/** In any case. */
function isSame(domain: string, other: string | undefined): boolean {
  return domain === other || domain.toLowerCase() === other?.toLowerCase();
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
