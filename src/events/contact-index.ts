import type { Model } from 'mongoose';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { WebPushEventDocument } from './events.schema.js';

/** Whether the installation has an index of its own of the events' contacts, as Doppler's does. */
export async function hasContactIndex(model: Model<WebPushEventDocument>): Promise<boolean> {
  const indexes = await rawCollection(model).indexes();
  return indexes.some(({ key, partialFilterExpression }) => {
    const [first] = Object.keys(key);
    return first === 'push_contact_id' && partialFilterExpression === undefined;
  });
}
