import { Injectable } from '@nestjs/common';
import { databaseDate } from '../core/mongo/database-clock.js';
import { AppError } from '../core/errors/errors.js';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import type { SignedIds } from '../security/link-signatures.js';
import { EventType, type EventTypeValue } from './events.schema.js';
import type { LinkQuery } from './link-query.js';
import type { TrackedEvent } from './tracked-events.repository.js';
import { TrackedEventsService } from './tracked-events.service.js';
import { TrackedMessages } from './tracked-messages.js';
import { type TrackingLink, TrackingLinkReader } from './tracking-link.reader.js';

/** Requests in one write. More make its transaction long. */
const MAX_WRITES_PER_FLUSH = 1_000;

/** Records the receipts and clicks that visitors' browsers report. */
@Injectable()
export class TrackingService {
  private readonly writes: WriteCoalescer<TrackedEvent>;

  constructor(
    private readonly links: TrackingLinkReader,
    private readonly messages: TrackedMessages,
    trackedEvents: TrackedEventsService,
  ) {
    this.writes = new WriteCoalescer('tracking-events', (events) => trackedEvents.record(events), MAX_WRITES_PER_FLUSH);
  }

  /**
   * Records a click, a receipt or a dismissal, as `record` does. Throws `validation_failed`, at once, for a
   * link that this installation has not made or that has ended.
   */
  track(type: EventTypeValue, link: TrackingLink, query: LinkQuery): Promise<void> {
    return this.record(type, this.links.read(link, query));
  }

  /** Records a click on an action. Throws as `track`, and `resource_not_found` unless the message has it. */
  async trackAction(actionName: string, link: TrackingLink, query: LinkQuery): Promise<void> {
    const ids = this.links.read(link, query);
    const message = await this.messages.find(ids.messageId);
    if (message !== undefined && !message.actionNames.has(actionName)) throw unknownAction();
    await this.record(EventType.ActionClick, ids, actionName);
  }

  /**
   * Records an event, coalesced with concurrent ones. Resolves when event and counters are stored, or when it
   * was ignored because the message is unknown or the contact is not one of its domain. The message is looked
   * up before, so that one that cannot be read fails no other's events.
   *
   * @param actionName the clicked action; null for any other type of event.
   */
  record(type: EventTypeValue, ids: SignedIds, actionName: string | null = null): Promise<void> {
    const { contactId, messageId } = ids;
    const date = databaseDate();
    const message = this.messages.findKept(messageId);
    if (message === undefined) return this.findAndRecord({ type, contactId, messageId, actionName, date });
    // Without a promise of its own: nearly all requests are of messages that are kept.
    return this.writes.add({ type, contactId, messageId, actionName, domain: message.domain, date });
  }

  private async findAndRecord(event: Omit<TrackedEvent, 'domain'>): Promise<void> {
    const message = await this.messages.find(event.messageId);
    if (message !== undefined) await this.writes.add({ ...event, domain: message.domain });
  }
}

/** The error for an action that a message does not have. */
export function unknownAction(): AppError {
  return new AppError('resource_not_found', 'The message has no action of this name.');
}
