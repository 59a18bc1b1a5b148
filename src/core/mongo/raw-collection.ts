import type mongoose from 'mongoose';
import type { Model } from 'mongoose';

/**
 * The driver's collection of a model, typed by its documents. Writes through it are not cast and get
 * no defaults, which a hot path and an update pipeline need.
 */
export function rawCollection<T extends object>(model: Model<T>): mongoose.mongo.Collection<T> {
  return model.collection as unknown as mongoose.mongo.Collection<T>;
}
