import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { insertAbsent } from '../core/bare-commands.js';
import type { Transaction } from '../core/transactions.js';
import {
  EventSubType,
  type EventSubTypeValue,
  type EventTypeValue,
  WEB_PUSH_EVENT,
  type WebPushEventDocument,
} from './events.schema.js';

const { mongo } = mongoose;

/** The outcome of sending one message to one contact. */
export interface SendEvent {
  readonly contactId: string;
  readonly deviceToken: string;
  readonly date: Date;
  readonly type: EventTypeValue;
  readonly subType: EventSubTypeValue;
  readonly errorMessage: string | null;
}

/** What the outcomes of one delivery have in common. */
export interface SendContext {
  readonly deliveryId: string;
  readonly domain: string;
  readonly messageId: string;
}

/** What a visitor did with a notification. */
export interface TrackedEvent {
  readonly type: EventTypeValue;
  readonly date: Date;
  readonly messageId: string;
  readonly contactId: string;
  readonly domain: string;
  /** The action's name; null for what is no click on an action. */
  readonly actionName: string | null;
}

@Injectable()
export class EventsRepository {
  constructor(@InjectModel(WEB_PUSH_EVENT) private readonly model: Model<WebPushEventDocument>) {}

  /** Writes the outcomes that are not written yet. */
  async insertNew(context: SendContext, events: readonly SendEvent[]): Promise<void> {
    if (events.length === 0) return;
    const messageId = new mongo.UUID(context.messageId);
    const documents = events.map((event): WebPushEventDocument => ({
      _id: eventId(context.deliveryId, event.contactId),
      type: event.type,
      date: event.date,
      message_id: messageId,
      push_contact_id: event.contactId,
      sub_type: event.subType,
      domain: context.domain,
      device_token: event.deviceToken,
      error_message: event.errorMessage,
      event_descriptor: null,
    }));
    await insertAbsent(this.model, documents);
  }

  /** The outcomes that a delivery has written already for contacts of these ids. */
  async findOf(deliveryId: string, contactIds: readonly string[]): Promise<SendEvent[]> {
    const ids = contactIds.map((contactId) => eventId(deliveryId, contactId));
    const documents = await this.model.find({ _id: { $in: ids } }).lean();
    return documents.map(toSendEvent);
  }

  /** The outcomes that a delivery has written already for contacts with ids after `afterId` up to `upToId`. */
  async findInRange(deliveryId: string, afterId: string, upToId: string): Promise<SendEvent[]> {
    const range = { $gt: eventId(deliveryId, afterId), $lte: eventId(deliveryId, upToId) };
    const documents = await this.model.find({ _id: range }).lean();
    return documents.map(toSendEvent);
  }

  async insertTracked(events: readonly TrackedEvent[], transaction: Transaction): Promise<void> {
    const documents = events.map((event) => ({
      type: event.type,
      date: event.date,
      message_id: new mongo.UUID(event.messageId),
      push_contact_id: event.contactId,
      sub_type: EventSubType.None,
      domain: event.domain,
      device_token: null,
      error_message: null,
      event_descriptor: event.actionName,
    }));
    await this.model.collection.insertMany(documents, { ordered: false, session: transaction });
  }
}

function eventId(deliveryId: string, contactId: string): string {
  return `${deliveryId}:${contactId}`;
}

function toSendEvent(document: WebPushEventDocument): SendEvent {
  return {
    contactId: document.push_contact_id,
    deviceToken: document.device_token ?? '',
    date: document.date,
    type: document.type,
    subType: document.sub_type,
    errorMessage: document.error_message,
  };
}
