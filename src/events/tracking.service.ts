import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../core/errors.js';
import { FoldedWrites } from '../core/folded-writes.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import type { EventTypeValue } from './events.schema.js';
import type { TrackingParams } from './tracking.dto.js';
import { TrackedEventsService, type TrackedRequest } from './tracked-events.service.js';

const CONTACT_ID = /^[0-9a-f]{24}$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Requests in one write: more would make its transaction long. */
const MAX_FOLD = 1_000;

/** Takes what visitors' browsers report of a notification. */
@Injectable()
export class TrackingService {
  private readonly writes: FoldedWrites<TrackedRequest>;

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
  async track(type: EventTypeValue, link: TrackingParams, actionName: string | null = null): Promise<void> {
    const contactId = this.ids.decrypt(link.encryptedContactId) ?? '';
    if (!CONTACT_ID.test(contactId)) throw invalidProperty('encryptedContactId', 'is not the id of a contact');
    const messageId = this.ids.decrypt(link.encryptedMessageId) ?? '';
    if (!UUID.test(messageId)) throw invalidProperty('encryptedMessageId', 'is not the id of a message');
    await this.writes.add({ type, contactId, messageId: messageId.toLowerCase(), actionName, date: new Date() });
  }
}
