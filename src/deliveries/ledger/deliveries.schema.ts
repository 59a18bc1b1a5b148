import mongoose, { Schema } from 'mongoose';
import { LEDGER_LIFETIME_SECONDS } from './batches.schema.js';

export const DELIVERY = 'Delivery';

/** The recipients of a delivery: a whole domain, the visitors of a list, or one visitor. */
export type DeliveryKind = 'domain' | 'visitors' | 'visitor';

export type DeliveryState = 'planning' | 'sending' | 'done' | 'cancelled';

/** The contacts of a delivery that have a final outcome, as an expression. */
export const SETTLED = { $add: ['$delivered', '$not_delivered'] };

/** Matches the deliveries of which something may still be sent. */
export const UNENDED = { state: { $in: ['planning', 'sending'] } } satisfies { state: { $in: DeliveryState[] } };

/**
 * The same as a filter of an index, which takes `$in` from MongoDB 6.0 on only: of all states, these two come
 * last in alphabetical order.
 */
const UNENDED_IN_INDEX = { state: { $gte: 'planning' satisfies DeliveryState } };

/** One sending of a message, as stored. At every moment planned = delivered + not delivered + pending. */
export interface DeliveryDocument {
  readonly _id: string;
  readonly message_id: mongoose.mongo.UUID;
  readonly domain: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly planned: number;
  readonly delivered: number;
  readonly not_delivered: number;
  /** Those of `not_delivered` that were refused for the VAPID key; absent while it is zero. */
  readonly wrong_key?: number;
  /**
   * Contacts with ids up to this one are in batches. A list does not use it: `batches` says where its plan
   * resumes.
   */
  readonly planned_up_to: string;
  readonly batches: number;
  /**
   * The start tag of its batch 0, from the first step of the plan on. Older documents lack it and start at 0.
   */
  readonly first_turn?: number;
  /** For a list: visitors without a value for one of the message's placeholders are left out. */
  readonly replacement_mandatory: boolean;
  /** Recipients that are not sent to by then expire; null for no limit. */
  readonly expires_at: Date | null;
  /** When it was accepted; where that is later, when it is scheduled to begin. */
  readonly started_at: Date;
  readonly finished_at: Date | null;
  /** Present while planning: when to plan; the sweeper enqueues a plan that is overdue. */
  readonly due_at?: Date;
  /** The span that accepted it (W3C Trace Context, `traceparent`); absent where nothing was traced. */
  readonly trace_parent?: string;
}

export const deliverySchema = new Schema<DeliveryDocument>(
  {
    _id: String,
    message_id: Schema.Types.UUID,
    domain: String,
    kind: String,
    state: String,
    planned: Number,
    delivered: Number,
    not_delivered: Number,
    wrong_key: Number,
    planned_up_to: String,
    batches: Number,
    first_turn: Number,
    replacement_mandatory: Boolean,
    expires_at: Date,
    started_at: Date,
    finished_at: Date,
    due_at: Date,
    trace_parent: String,
  },
  { collection: 'deliveries', versionKey: false },
)
  // The earliest of a message in a state is the first key of both.
  .index({ message_id: 1, state: 1, started_at: 1 })
  .index({ domain: 1, state: 1, _id: 1 }, { partialFilterExpression: UNENDED_IN_INDEX })
  // Says which deliveries a contact may have events of; with `_id`, so that pages do not overlap, and with
  // `started_at`, so that no document of a scheduled one is read.
  .index({ domain: 1, kind: 1, finished_at: 1, _id: 1, started_at: 1 })
  .index({ due_at: 1 }, { sparse: true })
  // Says which has begun first of those that have not ended.
  .index({ started_at: 1 }, { partialFilterExpression: UNENDED_IN_INDEX })
  .index({ first_turn: 1 }, { sparse: true })
  // Sends to single visitors are many, so they are removed. Their counts stay in the message's counters.
  .index(
    { finished_at: 1 },
    { expireAfterSeconds: LEDGER_LIFETIME_SECONDS, partialFilterExpression: { kind: 'visitor' } },
  );
