import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';
import { slices } from '../core/slices.js';
import type { SendEvent } from '../events/events.repository.js';
import { EventsService } from '../events/events.service.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import type { FieldValues } from '../messages/placeholders.js';
import type { ContactToReach, IdRange } from '../push-contacts/push-contacts.repository.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import type { Batch, StartedBatch } from './batches.repository.js';

/** What a message's placeholders stand for at a contact. */
export type ValuesOf = (contact: ContactToReach) => FieldValues;

/** What a batch is about. */
export interface BatchContents {
  readonly message: Message | undefined;
  /** Those that have no outcome yet. */
  readonly pages: AsyncIterable<readonly ContactToReach[]>;
  /** What the message's placeholders stand for. */
  readonly valuesOf: ValuesOf;
  /** The outcomes that a worker had written before it died. */
  readonly recorded: readonly SendEvent[];
}

/** Contacts in memory together: a few calls' worth. With more, most of them would outlive V8's young generation. */
const LEAST_PAGE = 400;

const NO_VALUES: FieldValues = new Map();

/** Reads whom a batch is for, and writes what became of them. */
@Injectable()
export class RecipientsService {
  private readonly pageSize: number;

  constructor(
    private readonly messages: MessagesService,
    private readonly pushContacts: PushContactsService,
    private readonly events: EventsService,
    { pushApi: { tokensLimit } }: Config,
  ) {
    this.pageSize = Math.ceil(LEAST_PAGE / tokensLimit) * tokensLimit;
  }

  async read(batch: StartedBatch): Promise<BatchContents> {
    const [message, recorded] = await Promise.all([
      this.messages.find(batch.messageId),
      batch.isRestarted ? this.findRecorded(batch) : [],
    ]);
    const done = new Set(recorded.map(({ contactId }) => contactId));
    const valuesOfVisitors = new Map(batch.visitors?.map(({ guid, values }) => [guid, values]));
    const valuesOf: ValuesOf = ({ visitorGuid }) => valuesOfVisitors.get(visitorGuid ?? '') ?? NO_VALUES;
    return { message, pages: this.openPages(batch, done), valuesOf, recorded };
  }

  /** Writes outcomes at once: what is written is not sent again by whoever goes on with the batch. */
  record({ deliveryId, domain, messageId }: Batch, events: readonly SendEvent[]): Promise<void> {
    return this.events.record({ deliveryId, domain, messageId }, events);
  }

  private async *openPages(batch: Batch, done: ReadonlySet<string>): AsyncGenerator<ContactToReach[]> {
    for await (const page of this.findPages(batch)) {
      yield done.size === 0 ? page : page.filter(({ id }) => !done.has(id));
    }
  }

  private async *findPages({ domain, contactIds, range, visitors }: Batch): AsyncGenerator<ContactToReach[]> {
    if (contactIds !== null) {
      for (const ids of slices(contactIds, this.pageSize)) yield this.pushContacts.findByIds(domain, ids);
    } else if (range !== null) {
      yield* this.findPagesInRange(domain, range);
    } else {
      const guids = [...new Set(visitors?.map(({ guid }) => guid))];
      for (const some of slices(guids, this.pageSize)) yield this.pushContacts.findByVisitors(domain, some);
    }
  }

  private async *findPagesInRange(domain: string, { afterId, upToId }: IdRange): AsyncGenerator<ContactToReach[]> {
    let after = afterId;
    while (after !== upToId) {
      const page = await this.pushContacts.findInRange(domain, { afterId: after, upToId }, this.pageSize);
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.id;
    }
  }

  /** By the ids that the batch was made for: a contact may have been pruned since its outcome was written. */
  private async findRecorded({ deliveryId, domain, contactIds, range, visitors }: Batch): Promise<SendEvent[]> {
    if (contactIds !== null) return this.events.findRecordedOf(deliveryId, contactIds);
    if (range !== null) return this.events.findRecordedInRange(deliveryId, range);
    const guids = visitors?.map(({ guid }) => guid) ?? [];
    return this.events.findRecordedOf(deliveryId, await this.pushContacts.findIdsOfVisitors(domain, guids));
  }
}
