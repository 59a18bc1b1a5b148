import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/mongo/transactions.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { RecipientsReader } from '../push-contacts/recipients.reader.js';
import { byHour } from '../stats/hourly-bucket.js';
import type { TrackingCounts } from '../stats/stats.repository.js';
import { StatsService } from '../stats/stats.service.js';
import { type TrackedEvent, TrackedEventsRepository } from './tracked-events.repository.js';
import { EventType } from './events.schema.js';

/** A receipt, click or dismissal as requested, before its contact and message are checked. */
export type TrackedRequest = Omit<TrackedEvent, 'domain'>;

/** Messages whose domain is cached. */
const DOMAINS_KEPT = 10_000;

/** Records what visitors do: events and counters in one transaction, so that they always agree. */
@Injectable()
export class TrackedEventsService {
  private readonly domainsOfMessages = new Map<string, string>();

  constructor(
    private readonly events: TrackedEventsRepository,
    private readonly messages: MessagesReader,
    private readonly recipients: RecipientsReader,
    private readonly stats: StatsService,
    private readonly transactions: Transactions,
  ) {}

  /** Records the requests whose contact belongs to the message's domain, and ignores the others. */
  async record(requests: readonly TrackedRequest[]): Promise<void> {
    const events = await this.withDomain(requests);
    if (events.length === 0) return;
    const hours = byHour(events, (event) => event).map(([hour, ofHour]) => ({ hour, counts: count(ofHour) }));
    await this.stats.ensure(hours.map(({ hour }) => hour));
    await this.transactions.run(async (transaction) => {
      await this.events.insert(events, transaction);
      await this.stats.add(hours, transaction);
    });
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
      if (domain === undefined || domain.toLowerCase() !== domainOfContact?.toLowerCase()) return [];
      return [{ ...request, domain }];
    });
  }

  private async findDomainsOfMessages(messageIds: ReadonlySet<string>): Promise<Map<string, string>> {
    const domains = new Map<string, string>();
    for (const messageId of messageIds) {
      const domain = this.domainsOfMessages.get(messageId) ?? (await this.messages.findDomain(messageId));
      if (domain !== undefined) domains.set(messageId, domain);
    }
    if (this.domainsOfMessages.size > DOMAINS_KEPT) this.domainsOfMessages.clear();
    for (const [messageId, domain] of domains) this.domainsOfMessages.set(messageId, domain);
    return domains;
  }
}

function count(events: readonly TrackedEvent[]): TrackingCounts {
  const ofType = (type: number): number => events.filter((event) => event.type === type).length;
  return {
    received: ofType(EventType.Received),
    clicks: ofType(EventType.Clicked),
    actionClicks: ofType(EventType.ActionClick),
    dismissed: ofType(EventType.Dismissed),
  };
}
