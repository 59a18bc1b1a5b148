import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { insertAll } from '../core/mongo/raw-commands.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { newEventId } from './event-ids.js';
import { EventSubType, EventType, WEB_PUSH_EVENT, type WebPushEventDocument } from './events.schema.js';

/** A contact that has left. */
export interface UnsubscribedEvent {
  readonly contactId: string;
  readonly deviceToken: string;
  readonly domain: string;
  readonly date: Date;
}

/** Stores the events of contacts that leave. They are of no message, so no counter and no report has them. */
@Injectable()
export class UnsubscribedEventsRepository {
  constructor(@InjectModel(WEB_PUSH_EVENT) private readonly model: Model<WebPushEventDocument>) {}

  /** Stores events, anew each time: a contact may come back and leave again. */
  async insert(events: readonly UnsubscribedEvent[], transaction: Transaction): Promise<void> {
    await insertAll(this.model, events.map(toDocument), transaction);
  }
}

function toDocument({ contactId, deviceToken, domain, date }: UnsubscribedEvent): WebPushEventDocument {
  return {
    _id: newEventId(contactId),
    type: EventType.Unsubscribed,
    date,
    push_contact_id: contactId,
    sub_type: EventSubType.None,
    domain,
    device_token: deviceToken,
    error_message: null,
    event_descriptor: null,
  };
}
