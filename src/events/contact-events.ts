import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { chunk } from '../core/async/chunk.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { hasContactIndex } from './contact-index.js';
import { eventIdsOf, toEventId } from './event-ids.js';
import { WEB_PUSH_EVENT, type WebPushEventDocument } from './events.schema.js';

type EventFilter = mongoose.mongo.Filter<WebPushEventDocument>;

/** Contacts in one query. */
const CONTACTS_AT_ONCE = 100;

/** Ids in one query. */
const IDS_AT_ONCE = 1_000;

/** What an event says of whom it is, besides the contact's id. */
const IDENTIFYING: EventFilter = { $or: [{ device_token: { $ne: null } }, { error_message: { $ne: null } }] };

/** How far the events of contacts are erased. */
export interface ErasedEvents {
  /** The number of changed events. */
  readonly events: number;
  /** False when the time was over before the end. */
  readonly isComplete: boolean;
}

/**
 * Finds the events of contacts by their ids: no index names the contact, because each event of a broadcast
 * would pay for it (docs/decisions/0010). Where an installation has such an index, as Doppler's does, it is
 * used, and finds also what other software has written. Contacts times deliveries may be millions of ids, so
 * that they are made query by query.
 */
@Injectable()
export class ContactEvents {
  constructor(@InjectModel(WEB_PUSH_EVENT) private readonly model: Model<WebPushEventDocument>) {}

  /**
   * Yields the events of these contacts as they are stored.
   * @param deliveryIds the deliveries to domains and lists that they may have events of.
   */
  async *read(
    contactIds: readonly string[],
    deliveryIds: readonly string[],
  ): AsyncGenerator<mongoose.mongo.WithId<WebPushEventDocument>> {
    for await (const filter of this.toFilters(contactIds, deliveryIds)) {
      yield* rawCollection(this.model).find(filter);
    }
  }

  /**
   * Removes device tokens and error texts, which may quote them, from the events of these contacts. What
   * reports count stays.
   * @param until begins no further query after this time, as `performance.now()` has it.
   */
  async erase(contactIds: readonly string[], deliveryIds: readonly string[], until: number): Promise<ErasedEvents> {
    let events = 0;
    for await (const filter of this.toFilters(contactIds, deliveryIds)) {
      if (performance.now() > until) return { events, isComplete: false };
      const { modifiedCount } = await rawCollection(this.model).updateMany(
        { $and: [filter, IDENTIFYING] },
        { $set: { device_token: null, error_message: null } },
      );
      events += modifiedCount;
    }
    return { events, isComplete: true };
  }

  private async *toFilters(contactIds: readonly string[], deliveryIds: readonly string[]): AsyncGenerator<EventFilter> {
    if (contactIds.length === 0) return;
    const isIndexed = await hasContactIndex(this.model);
    for (const ids of chunk(contactIds, CONTACTS_AT_ONCE)) {
      if (isIndexed) yield { push_contact_id: { $in: ids } };
      else yield* toIdFilters(ids, deliveryIds);
    }
  }
}

function* toIdFilters(contactIds: readonly string[], deliveryIds: readonly string[]): Generator<EventFilter> {
  yield { $or: contactIds.map((contactId) => ({ _id: eventIdsOf(contactId) })) };
  for (const some of chunk(deliveryIds, Math.floor(IDS_AT_ONCE / contactIds.length))) {
    const ids = some.flatMap((deliveryId) =>
      contactIds.map((contactId) => toEventId({ deliveryId, lane: 'broadcast' }, contactId)),
    );
    yield { _id: { $in: ids } };
  }
}
