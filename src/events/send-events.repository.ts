import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { insertIfMissing } from '../core/mongo/raw-commands.js';
import { type EventSource, toEventId } from './event-ids.js';
import {
  type EventSubTypeValue,
  type EventTypeValue,
  WEB_PUSH_EVENT,
  type WebPushEventDocument,
} from './events.schema.js';

const { mongo } = mongoose;

/** The event of a final outcome: one delivery at one contact. */
export interface SendEvent {
  readonly contactId: string;
  readonly deviceToken: string;
  readonly date: Date;
  readonly type: EventTypeValue;
  readonly subType: EventSubTypeValue;
  readonly errorMessage: string | null;
  /** A word for outcomes that reports tell apart from others of their type; null for all others. */
  readonly descriptor: string | null;
  /** Who accepted or failed, as `FailureReason` names it; null for nobody, and where it is not known. */
  readonly pushService: string | null;
  /** Why it was not delivered, as `FailureReason` says it; null where it was, and where it is not known. */
  readonly reason: string | null;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the events of one delivery have in common. */
export interface SendContext extends EventSource {
  readonly domain: string;
  readonly messageId: string;
}

/** Stores and reads the events of sending: at most one for each delivery and contact. */
@Injectable()
export class SendEventsRepository {
  constructor(@InjectModel(WEB_PUSH_EVENT) private readonly model: Model<WebPushEventDocument>) {}

  /** Writes outcomes; those that are written already stay as they are. False when there was such a one. */
  async record(context: SendContext, events: readonly SendEvent[]): Promise<boolean> {
    if (events.length === 0) return true;
    const messageId = new mongo.UUID(context.messageId);
    const documents = events.map((event) => toDocument(context, messageId, event));
    const stored = await insertIfMissing(this.model, documents);
    return stored.length === 0;
  }

  /** Finds the events of a delivery for these contacts, also those of an older version. */
  async findByContacts({ deliveryId, lane }: EventSource, contactIds: readonly string[]): Promise<SendEvent[]> {
    const lanes = lane === 'visitor' ? (['visitor', 'broadcast'] as const) : [lane];
    const ids = lanes.flatMap((of) => contactIds.map((contactId) => toEventId({ deliveryId, lane: of }, contactId)));
    const documents = await this.model.find({ _id: { $in: ids } }).lean();
    return documents.map(readSendEvent);
  }

  /** Finds the events of a delivery to a domain for contacts with ids after `afterId`, up to `upToId`. */
  async findInRange(
    deliveryId: string,
    { afterId, upToId }: { readonly afterId: string; readonly upToId: string },
  ): Promise<SendEvent[]> {
    const source = { deliveryId, lane: 'broadcast' } as const;
    const range = { $gt: toEventId(source, afterId), $lte: toEventId(source, upToId) };
    const documents = await this.model.find({ _id: range }).lean();
    return documents.map(readSendEvent);
  }
}

/** Without spreads: it runs once for each contact of a broadcast. */
function toDocument(context: SendContext, messageId: mongoose.mongo.UUID, event: SendEvent): WebPushEventDocument {
  const document: Writable<WebPushEventDocument> = {
    _id: toEventId(context, event.contactId),
    type: event.type,
    date: event.date,
    message_id: messageId,
    push_contact_id: event.contactId,
    sub_type: event.subType,
    domain: context.domain,
    device_token: event.deviceToken,
    error_message: event.errorMessage,
    event_descriptor: event.descriptor,
  };
  if (event.pushService !== null) document.push_service = event.pushService;
  if (event.reason !== null) document.reason = event.reason;
  return document;
}

function readSendEvent(document: WebPushEventDocument): SendEvent {
  return {
    contactId: document.push_contact_id,
    deviceToken: document.device_token ?? '',
    date: document.date,
    type: document.type,
    subType: document.sub_type,
    errorMessage: document.error_message,
    descriptor: document.event_descriptor,
    pushService: document.push_service ?? null,
    reason: document.reason ?? null,
  };
}
