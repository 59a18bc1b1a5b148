import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { findStoredIds } from '../core/mongo/raw-commands.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { firstEventId, newEventId } from './event-ids.js';
import { EventSubType, type EventTypeValue, WEB_PUSH_EVENT, type WebPushEventDocument } from './events.schema.js';

const { UUID } = mongoose.mongo;

/** What a visitor did with a notification. */
export interface TrackedEvent {
  readonly type: EventTypeValue;
  readonly date: Date;
  readonly messageId: string;
  readonly contactId: string;
  readonly domain: string;
  /** The name of the clicked action; null for any other type of event. */
  readonly actionName: string | null;
}

@Injectable()
export class TrackedEventsRepository {
  constructor(@InjectModel(WEB_PUSH_EVENT) private readonly model: Model<WebPushEventDocument>) {}

  /** Finds the ids of the first events of their message, contact and kind which are stored. */
  async findStored(events: readonly TrackedEvent[], transaction: Transaction): Promise<ReadonlySet<string>> {
    return findStoredIds(this.model, [...new Set(events.map(firstId))], transaction);
  }

  /**
   * Adds the events to the writes. Returns those that are the first of their message, contact and kind, where
   * each action is a kind of its own. The writes are rejected with a duplicate key when another transaction
   * stores the same first meanwhile.
   *
   * @param stored what `findStored` has found, in the same transaction, of these events and perhaps others.
   */
  insert(
    events: readonly TrackedEvent[],
    stored: ReadonlySet<string>,
    writes: CombinedWrites,
  ): ReadonlySet<TrackedEvent> {
    const taken = new Set(stored);
    const firsts = new Set<TrackedEvent>();
    const messageIds = new Map<string, mongoose.mongo.UUID>();
    const documents = events.map((event): WebPushEventDocument => {
      const id = firstId(event);
      const isFirst = !taken.has(id);
      if (isFirst) firsts.add(event);
      taken.add(id);
      const messageId = messageIds.get(event.messageId) ?? new UUID(event.messageId);
      messageIds.set(event.messageId, messageId);
      return toDocument(event, isFirst ? id : newEventId(event.contactId), messageId);
    });
    writes.insert(this.model, documents);
    return firsts;
  }
}

function toDocument(
  event: TrackedEvent,
  id: WebPushEventDocument['_id'],
  messageId: mongoose.mongo.UUID,
): WebPushEventDocument {
  return {
    _id: id,
    type: event.type,
    date: event.date,
    message_id: messageId,
    push_contact_id: event.contactId,
    sub_type: EventSubType.None,
    domain: event.domain,
    device_token: null,
    error_message: null,
    event_descriptor: event.actionName,
  };
}

function firstId({ messageId, type, contactId, actionName }: TrackedEvent): string {
  return firstEventId(contactId, messageId, actionName === null ? String(type) : `${type}:${actionName}`);
}
