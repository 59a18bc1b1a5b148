import { Injectable } from '@nestjs/common';
import type { SendEvent } from '../events/events.repository.js';
import { EventsService } from '../events/events.service.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Contact } from '../push-contacts/push-contacts.repository.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import type { Batch, StartedBatch } from './batches.repository.js';

export interface BatchContents {
  readonly message: Message | undefined;
  readonly contacts: readonly Contact[];
  readonly recorded: readonly SendEvent[];
}

/** Reads what a batch is about, and writes its history. */
@Injectable()
export class BatchContentsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly pushContacts: PushContactsService,
    private readonly events: EventsService,
  ) {}

  /** The batch's message and contacts, and the outcomes that a worker had written before it died. */
  async read(batch: StartedBatch): Promise<BatchContents> {
    const [message, contacts] = await Promise.all([
      this.messages.find(batch.messageId),
      batch.contactIds === null
        ? this.pushContacts.findInRange(batch.domain, batch)
        : this.pushContacts.findByIds(batch.domain, batch.contactIds),
    ]);
    const ids = contacts.map(({ id }) => id);
    const recorded = batch.isRestarted ? await this.events.findRecorded(batch.deliveryId, ids) : [];
    return { message, contacts, recorded };
  }

  write({ deliveryId, domain, messageId }: Batch, date: Date, events: readonly SendEvent[]): Promise<void> {
    return this.events.record({ deliveryId, domain, messageId, date }, events);
  }
}
