import mongoose, { Schema } from 'mongoose';

export const DELIVERY = 'Delivery';

/** To whom a delivery goes: all of a domain, the visitors of a list, or one visitor. */
export type DeliveryKind = 'domain' | 'visitors' | 'visitor';

export type DeliveryState = 'planning' | 'sending' | 'done' | 'cancelled';

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
  /** Contacts with an id up to this one are in a batch; of a list, batches with a number below `batches`. */
  readonly planned_up_to: string;
  readonly batches: number;
  /** The turn of its batch 0, from the first step of the planning on; absent in older documents, which began at 0. */
  readonly first_turn?: number;
  /** Of a list: a visitor without a value for one of the message's placeholders is left out. */
  readonly replacement_mandatory: boolean;
  /** What is not sent by then is dropped. */
  readonly expires_at: Date | null;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  /** Present while planning: from then on it is to be planned, and when it is overdue the sweeper rings. */
  readonly due_at?: Date;
}

/** Sends to visitors are many; what they counted stays in the message's counters. */
const VISITOR_LIFETIME_SECONDS = 7 * 86_400;

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
    planned_up_to: String,
    batches: Number,
    first_turn: Number,
    replacement_mandatory: Boolean,
    expires_at: Date,
    started_at: Date,
    finished_at: Date,
    due_at: Date,
  },
  { collection: 'deliveries', versionKey: false },
)
  .index({ message_id: 1 })
  .index({ due_at: 1 }, { sparse: true })
  .index({ first_turn: 1 }, { sparse: true })
  .index(
    { finished_at: 1 },
    { expireAfterSeconds: VISITOR_LIFETIME_SECONDS, partialFilterExpression: { kind: 'visitor' } },
  );
