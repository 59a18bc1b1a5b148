import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import {
  type EventSubTypeValue,
  type EventTypeValue,
  WEB_PUSH_EVENT,
  type WebPushEventDocument,
} from './events.schema.js';

const { mongo } = mongoose;
const DUPLICATE_KEY = 11_000;

/** The outcome of sending one message to one contact. */
export interface SendEvent {
  readonly contactId: string;
  readonly deviceToken: string;
  readonly type: EventTypeValue;
  readonly subType: EventSubTypeValue;
  readonly errorMessage: string | null;
}

/** What the outcomes of one batch have in common. */
export interface SendContext {
  readonly deliveryId: string;
  readonly domain: string;
  readonly messageId: string;
  readonly date: Date;
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
      date: context.date,
      message_id: messageId,
      push_contact_id: event.contactId,
      sub_type: event.subType,
      domain: context.domain,
      device_token: event.deviceToken,
      error_message: event.errorMessage,
      event_descriptor: null,
    }));
    try {
      await this.model.collection.insertMany(documents as never[], { ordered: false });
    } catch (error) {
      if (!isOnlyDuplicates(error)) throw error;
    }
  }

  /** The outcomes that a delivery has written already, of those contacts. */
  async findWritten(deliveryId: string, contactIds: readonly string[]): Promise<SendEvent[]> {
    const ids = contactIds.map((contactId) => eventId(deliveryId, contactId));
    const documents = await this.model.find({ _id: { $in: ids } }).lean();
    return documents.map((document) => ({
      contactId: document.push_contact_id,
      deviceToken: document.device_token,
      type: document.type,
      subType: document.sub_type,
      errorMessage: document.error_message,
    }));
  }
}

function eventId(deliveryId: string, contactId: string): string {
  return `${deliveryId}:${contactId}`;
}

function isOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof mongo.MongoBulkWriteError)) return false;
  const writeErrors = [error.writeErrors].flat();
  return writeErrors.length > 0 && writeErrors.every(({ code }) => code === DUPLICATE_KEY);
}
