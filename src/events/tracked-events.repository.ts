import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { insertAll } from '../core/mongo/raw-commands.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { newEventId } from './event-ids.js';
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

  /** Stores events, each anew: a visitor may click the same notification several times. */
  async insert(events: readonly TrackedEvent[], transaction: Transaction): Promise<void> {
    const documents = events.map((event): WebPushEventDocument => ({
      _id: newEventId(event.contactId),
      type: event.type,
      date: event.date,
      message_id: new UUID(event.messageId),
      push_contact_id: event.contactId,
      sub_type: EventSubType.None,
      domain: event.domain,
      device_token: null,
      error_message: null,
      event_descriptor: event.actionName,
    }));
    await insertAll(this.model, documents, transaction);
  }
}
