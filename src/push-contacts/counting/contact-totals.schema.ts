import { Schema } from 'mongoose';

export const CONTACT_TOTALS = 'ContactTotals';

/**
 * How many contacts a domain has, as stored; `_id` is the domain. A total is what is stored here and what the
 * days since `from` add to it. Without `from`, its contacts are not counted yet.
 */
export interface ContactTotalsDocument {
  readonly _id: string;
  readonly active?: number;
  readonly deleted?: number;
  /** Those of the deleted whose visitors left. */
  readonly left?: number;
  /** The beginning of a UTC day. */
  readonly from?: Date;
  readonly counted_since?: Date;
  readonly counted_at?: Date;
  /** When they are counted again. */
  readonly due_at: Date;
}

export const contactTotalsSchema = new Schema<ContactTotalsDocument>(
  {
    _id: String,
    active: Number,
    deleted: Number,
    left: Number,
    from: Date,
    counted_since: Date,
    counted_at: Date,
    due_at: Date,
  },
  { collection: 'contactTotals', versionKey: false },
).index({ due_at: 1 });
