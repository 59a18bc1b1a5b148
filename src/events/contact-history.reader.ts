import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { escapePattern } from '../core/mongo/escape-pattern.js';
import { hasContactIndex } from './contact-index.js';
import { eventIdsOf, toEventId } from './event-ids.js';
import {
  type EventSubTypeValue,
  type EventTypeValue,
  WEB_PUSH_EVENT,
  type WebPushEventDocument,
} from './events.schema.js';

const { ObjectId, UUID } = mongoose.mongo;

type EventFilter = mongoose.mongo.Filter<WebPushEventDocument>;

/** An event of a contact. */
export interface ContactEvent {
  /** Its `_id` as text; an ObjectId, of other software, behind a `#`. */
  readonly id: string;
  readonly at: Date;
  readonly type: EventTypeValue;
  readonly subType: EventSubTypeValue;
  readonly messageId: string | null;
  /** The clicked action; of an outcome, a word that reports tell it apart by. */
  readonly descriptor: string | null;
  readonly errorMessage: string | null;
  /** Who accepted or failed, as `FailureReason` names it; null for nobody, and where it is not known. */
  readonly pushService: string | null;
  /** Why it was not delivered, as `FailureReason` says it; null where it was, and where it is not known. */
  readonly reason: string | null;
}

/** Behind this event, in the order of time and then of ids, both descending. */
export type EventPlace = Pick<ContactEvent, 'id' | 'at'>;

/** Events of one contact and message; more are clicks again and again. */
const MAX_OF_MESSAGE = 200;

const OF_OTHERS = '#';

/** Reads the history of single contacts. No index names the contact: see `ContactEvents`. */
@Injectable()
export class ContactHistoryReader {
  constructor(@InjectModel(WEB_PUSH_EVENT) private readonly model: Model<WebPushEventDocument>) {}

  /** Whether `findOwn` finds all events of a contact, also the outcomes of broadcasts and lists. */
  hasContactIndex(): Promise<boolean> {
    return hasContactIndex(this.model);
  }

  /**
   * Finds what the contact did and the outcomes of sends to it alone, the latest first, at most `limit`. It
   * reads the events of the contact, and no other's, and leaves out those of another domain: a device token
   * that registers there later keeps the contact's id.
   * @param isIndexed what `hasContactIndex` has returned: then the outcomes of broadcasts and lists as well.
   */
  async findOwn(
    { contactId, domain }: { readonly contactId: string; readonly domain: string },
    isIndexed: boolean,
    { after, limit }: { readonly after: EventPlace | undefined; readonly limit: number },
  ): Promise<ContactEvent[]> {
    const ofContact: EventFilter = isIndexed ? { push_contact_id: contactId } : { _id: eventIdsOf(contactId) };
    const ofDomain: EventFilter = { domain: { $regex: `^${escapePattern(domain)}$`, $options: 'i' } };
    const filter = { $and: [ofContact, ofDomain, ...(after === undefined ? [] : [toPlaceFilter(after)])] };
    return this.find(filter, { sort: { date: -1, _id: -1 }, limit });
  }

  /** Finds the outcomes of these broadcasts and lists at the contact, by delivery. */
  async findOutcomes(contactId: string, deliveryIds: readonly string[]): Promise<Map<string, ContactEvent>> {
    if (deliveryIds.length === 0) return new Map();
    const ids = new Map(deliveryIds.map((deliveryId) => [toBroadcastId(deliveryId, contactId), deliveryId]));
    const events = await this.find({ _id: { $in: [...ids.keys()] } }, { limit: ids.size });
    return new Map(events.map((event) => [ids.get(event.id) ?? '', event]));
  }

  /** Finds the events of one message at the contact: what it did, and outcomes, also of these deliveries. */
  async findOfMessage(contactId: string, messageId: string, deliveryIds: readonly string[]): Promise<ContactEvent[]> {
    const isIndexed = await this.hasContactIndex();
    const own: EventFilter = isIndexed ? { push_contact_id: contactId } : { _id: eventIdsOf(contactId) };
    const ids = deliveryIds.map((deliveryId) => toBroadcastId(deliveryId, contactId));
    const [ofContact, outcomes] = await Promise.all([
      this.find({ $and: [own, { message_id: new UUID(messageId) }] }, { limit: MAX_OF_MESSAGE }),
      isIndexed || ids.length === 0 ? [] : this.find({ _id: { $in: ids } }, { limit: ids.length }),
    ]);
    return [...ofContact, ...outcomes];
  }

  private async find(filter: EventFilter, options: mongoose.mongo.FindOptions): Promise<ContactEvent[]> {
    return (await rawCollection(this.model).find(filter, options).toArray()).map(toContactEvent);
  }
}

function toBroadcastId(deliveryId: string, contactId: string): string {
  return toEventId({ deliveryId, lane: 'broadcast' }, contactId);
}

/** MongoDB compares ids of one kind alone; texts come before ObjectIds. */
function toPlaceFilter({ at, id }: EventPlace): EventFilter {
  const sameTime = id.startsWith(OF_OTHERS)
    ? { $or: [{ _id: { $lt: new ObjectId(id.slice(1)) } }, { _id: { $type: 'string' as const } }] }
    : { _id: { $lt: id } };
  return { $or: [{ date: { $lt: at } }, { $and: [{ date: at }, sameTime] }] };
}

function toContactEvent(document: WebPushEventDocument): ContactEvent {
  const { _id: id } = document;
  return {
    id: typeof id === 'string' ? id : OF_OTHERS + id.toHexString(),
    at: document.date,
    type: document.type,
    subType: document.sub_type,
    messageId: document.message_id?.toString() ?? null,
    descriptor: document.event_descriptor ?? null,
    errorMessage: document.error_message ?? null,
    pushService: document.push_service ?? null,
    reason: document.reason ?? null,
  };
}
