import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { chunk } from '../core/async/chunk.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { eventIdsOf, toEventId } from './event-ids.js';
import { WEB_PUSH_EVENT, type WebPushEventDocument } from './events.schema.js';

type EventFilter = mongoose.mongo.Filter<WebPushEventDocument>;

/** Ids in one query. */
const IDS_AT_ONCE = 1_000;

/** What an event says of whom it is, besides the contact's id. */
const IDENTIFYING: EventFilter = { $or: [{ device_token: { $ne: null } }, { error_message: { $ne: null } }] };

/**
 * Finds the events of contacts by their ids: no index names the contact, because each event of a broadcast
 * would pay for it (docs/decisions/0010). Where an installation has such an index, as Doppler's does, it is
 * used, and finds also what other software has written.
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
    for (const filter of await this.toFilters(contactIds, deliveryIds)) {
      yield* rawCollection(this.model).find(filter);
    }
  }

  /**
   * Removes device tokens and error texts, which may quote them, from the events of these contacts. What
   * reports count stays. Resolves with the number of changed events.
   */
  async erase(contactIds: readonly string[], deliveryIds: readonly string[]): Promise<number> {
    let erased = 0;
    for (const filter of await this.toFilters(contactIds, deliveryIds)) {
      const { modifiedCount } = await rawCollection(this.model).updateMany(
        { $and: [filter, IDENTIFYING] },
        { $set: { device_token: null, error_message: null } },
      );
      erased += modifiedCount;
    }
    return erased;
  }

  private async toFilters(contactIds: readonly string[], deliveryIds: readonly string[]): Promise<EventFilter[]> {
    if (contactIds.length === 0) return [];
    if (await this.hasContactIndex()) {
      return chunk(contactIds, IDS_AT_ONCE).map((ids) => ({ push_contact_id: { $in: ids } }));
    }
    const ids = contactIds.flatMap((contactId) =>
      deliveryIds.map((deliveryId) => toEventId({ deliveryId, lane: 'broadcast' }, contactId)),
    );
    return [
      ...chunk(ids, IDS_AT_ONCE).map((some): EventFilter => ({ _id: { $in: some } })),
      ...contactIds.map((contactId): EventFilter => ({ _id: eventIdsOf(contactId) })),
    ];
  }

  private async hasContactIndex(): Promise<boolean> {
    const indexes = await rawCollection(this.model).indexes();
    return indexes.some(({ key, partialFilterExpression }) => {
      const [first] = Object.keys(key);
      return first === 'push_contact_id' && partialFilterExpression === undefined;
    });
  }
}
