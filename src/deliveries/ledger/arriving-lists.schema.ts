import { Schema } from 'mongoose';

export const ARRIVING_LIST = 'ArrivingList';

/** A list of visitors while it is received, as stored. `_id` is the id of the delivery that it becomes. */
export interface ArrivingListDocument {
  readonly _id: string;
  readonly domain: string;
  /** It is refused when it is not complete by then. */
  readonly until: Date;
}

/** The TTL index deletes lists that were left by a process that died. */
export const arrivingListSchema = new Schema<ArrivingListDocument>(
  { _id: String, domain: String, until: Date },
  { collection: 'arrivingLists', versionKey: false },
).index({ until: 1 }, { expireAfterSeconds: 0 });
