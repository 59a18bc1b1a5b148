import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../core/errors.js';
import { FoldedWrites } from '../core/folded-writes.js';
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

/** Messages whose id is remembered: those that are clicked at present. */
const MESSAGE_IDS_KEPT = 10_000;

/** Requests in one write: more would make its transaction long. */
const MAX_FOLD = 1_000;

/** Takes what visitors' browsers report of a notification. */
@Injectable()
export class TrackingService {
  private readonly writes: FoldedWrites<TrackedRequest>;
  /** By encrypted id. */
  private readonly messageIds = new Map<string, string>();

  constructor(
    private readonly ids: EncryptedIds,
    trackedEvents: TrackedEventsService,
  ) {
    this.writes = new FoldedWrites((requests) => trackedEvents.record(requests), MAX_FOLD);
  }

  /**
   * Records a click or a receipt, together with others of the same moment; when this resolves it is counted and durable.
   * Throws `validation_failed` for a link that was not made by this installation.
   */
  async track(type: EventTypeValue, link: TrackingLink, actionName: string | null = null): Promise<void> {
    const contactId = this.ids.decrypt(link.encryptedContactId) ?? '';
    if (!CONTACT_ID.test(contactId)) throw invalidProperty('encryptedContactId', 'is not the id of a contact');
    const messageId = this.messageIdOf(link.encryptedMessageId);
    await this.writes.add({ type, contactId, messageId, actionName, date: new Date() });
  }

  private messageIdOf(encryptedMessageId: string): string {
    const known = this.messageIds.get(encryptedMessageId);
    if (known !== undefined) return known;
    const messageId = this.ids.decrypt(encryptedMessageId) ?? '';
    if (!UUID.test(messageId)) throw invalidProperty('encryptedMessageId', 'is not the id of a message');
    if (this.messageIds.size >= MESSAGE_IDS_KEPT) this.messageIds.clear();
    this.messageIds.set(encryptedMessageId, messageId.toLowerCase());
    return messageId.toLowerCase();
  }
}
