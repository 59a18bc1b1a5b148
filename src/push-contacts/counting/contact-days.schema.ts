import { Schema } from 'mongoose';

export const CONTACT_DAY = 'ContactDay';

/**
 * What happened to the contacts of a domain on a UTC day, as stored. A day has a document for each lane:
 * those who count at the same time do so in different ones. Each number is absent until there is one.
 */
export interface ContactDayDocument {
  readonly domain: string;
  /** The beginning of the day. */
  readonly date: Date;
  readonly lane: number;
  readonly registered?: number;
  readonly returned?: number;
  readonly pruned?: number;
  readonly unsubscribed?: number;
  readonly erased?: number;
  /** What the day's changes add to the active contacts, those that are not, and those of them that left. */
  readonly active?: number;
  readonly deleted?: number;
  readonly left?: number;
  /** What a recount found in addition to `active`: changes by somebody who does not count. */
  readonly corrected?: number;
}

/** Two years and the time to look at them. */
export const KEPT_DAYS = 800;

export const contactDaySchema = new Schema<ContactDayDocument>(
  {
    domain: String,
    date: Date,
    lane: Number,
    registered: Number,
    returned: Number,
    pruned: Number,
    unsubscribed: Number,
    erased: Number,
    active: Number,
    deleted: Number,
    left: Number,
    corrected: Number,
  },
  { collection: 'contactDays', versionKey: false },
)
  .index({ domain: 1, date: 1, lane: 1 }, { unique: true })
  .index({ date: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });
