import { Injectable } from '@nestjs/common';
import type { SendEvent } from '../events/events.repository.js';
import { EventsService } from '../events/events.service.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import type { FieldValues } from '../messages/placeholders.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import type { Batch, StartedBatch } from './batches.repository.js';

/** What a message's placeholders stand for at a contact. */
export type ValuesOf = (contact: ContactToReach) => FieldValues;

/** What a batch is about. */
export interface BatchContents {
  readonly message: Message | undefined;
  /** Those that have no outcome yet. */
  readonly open: readonly ContactToReach[];
  /** What the message's placeholders stand for. */
  readonly valuesOf: ValuesOf;
  /** The outcomes that a worker had written before it died. */
  readonly recorded: readonly SendEvent[];
}

const NO_VALUES: FieldValues = new Map();

/** Reads whom a batch is for, and writes what became of them. */
@Injectable()
export class RecipientsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly pushContacts: PushContactsService,
    private readonly events: EventsService,
  ) {}

  async read(batch: StartedBatch): Promise<BatchContents> {
    const [message, contacts, recorded] = await Promise.all([
      this.messages.find(batch.messageId),
      this.findContacts(batch),
      batch.isRestarted ? this.findRecorded(batch) : [],
    ]);
    const done = new Set(recorded.map(({ contactId }) => contactId));
    const valuesOfVisitors = new Map(batch.visitors?.map(({ guid, values }) => [guid, values]));
    const open = done.size === 0 ? contacts : contacts.filter(({ id }) => !done.has(id));
    const valuesOf: ValuesOf = ({ visitorGuid }) => valuesOfVisitors.get(visitorGuid ?? '') ?? NO_VALUES;
    return { message, open, valuesOf, recorded };
  }

  /** Writes outcomes at once: what is written is not sent again by whoever goes on with the batch. */
  record({ deliveryId, domain, messageId }: Batch, events: readonly SendEvent[]): Promise<void> {
    return this.events.record({ deliveryId, domain, messageId }, events);
  }

  private findContacts(batch: Batch): Promise<ContactToReach[]> {
    if (batch.contactIds !== null) return this.pushContacts.findByIds(batch.domain, batch.contactIds);
    if (batch.range !== null) return this.pushContacts.findInRange(batch.domain, batch.range);
    const guids = batch.visitors?.map(({ guid }) => guid) ?? [];
    return this.pushContacts.findByVisitors(batch.domain, guids);
  }

  /** By the ids that the batch was made for: a contact may have been pruned since its outcome was written. */
  private async findRecorded({ deliveryId, domain, contactIds, range, visitors }: Batch): Promise<SendEvent[]> {
    if (contactIds !== null) return this.events.findRecordedOf(deliveryId, contactIds);
    if (range !== null) return this.events.findRecordedInRange(deliveryId, range);
    const guids = visitors?.map(({ guid }) => guid) ?? [];
    return this.events.findRecordedOf(deliveryId, await this.pushContacts.findIdsOfVisitors(domain, guids));
  }
}
