import { Injectable } from '@nestjs/common';
import { databaseDate } from '../core/mongo/database-clock.js';
import { invalidProperty } from '../core/errors/errors.js';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import type { EventTypeValue } from './events.schema.js';
import { TrackedEventsService, type TrackedRequest } from './tracked-events.service.js';

const CONTACT_ID = /^[0-9a-f]{24}$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The encrypted ids of a contact and a message. */
export interface TrackingLink {
  readonly encryptedContactId: string;
  readonly encryptedMessageId: string;
}

/** Messages whose decrypted id is cached. */
const MESSAGE_IDS_KEPT = 10_000;

/** Requests in one write. More make its transaction long. */
const MAX_WRITES_PER_FLUSH = 1_000;

/** Records the receipts and clicks that visitors' browsers report. */
@Injectable()
export class TrackingService {
  private readonly writes: WriteCoalescer<TrackedRequest>;
  /** By encrypted id. */
  private readonly messageIds = new Map<string, string>();

  constructor(
    private readonly ids: EncryptedIds,
    trackedEvents: TrackedEventsService,
  ) {
    this.writes = new WriteCoalescer((requests) => trackedEvents.record(requests), MAX_WRITES_PER_FLUSH);
  }

  /**
   * Records a click or a receipt, coalesced with concurrent ones. Resolves when event and counters are
   * stored, or when the request was ignored because the contact is not one of the message's domain. Throws
   * `validation_failed` for a link that was not made by this installation.
   *
   * @param actionName the clicked action; null for any other type of event.
   */
  async track(type: EventTypeValue, link: TrackingLink, actionName: string | null = null): Promise<void> {
    await this.writes.add({ type, ...this.readIds(link), actionName, date: databaseDate() });
  }

  /** Returns the ids of a link. Throws as `track` does. */
  readIds({ encryptedContactId, encryptedMessageId }: TrackingLink): Pick<TrackedRequest, 'contactId' | 'messageId'> {
    const contactId = this.ids.decrypt(encryptedContactId) ?? '';
    if (!CONTACT_ID.test(contactId)) throw invalidProperty('encryptedContactId', 'is not the id of a contact');
    return { contactId, messageId: this.readMessageId(encryptedMessageId) };
  }

  private readMessageId(encryptedMessageId: string): string {
    const known = this.messageIds.get(encryptedMessageId);
    if (known !== undefined) return known;
    const messageId = this.ids.decrypt(encryptedMessageId) ?? '';
    if (!UUID.test(messageId)) throw invalidProperty('encryptedMessageId', 'is not the id of a message');
    if (this.messageIds.size >= MESSAGE_IDS_KEPT) this.messageIds.clear();
    this.messageIds.set(encryptedMessageId, messageId.toLowerCase());
    return messageId.toLowerCase();
  }
}
