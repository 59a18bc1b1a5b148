import mongoose, { Schema } from 'mongoose';

export const DELIVERY = 'Delivery';
export const DELIVERY_BATCH = 'DeliveryBatch';

/** One sending of a message to a domain, as stored. At every moment planned = delivered + not delivered + pending. */
export interface DeliveryDocument {
  readonly _id: string;
  readonly message_id: mongoose.mongo.UUID;
  readonly domain: string;
  readonly state: 'planning' | 'sending' | 'done';
  readonly planned: number;
  readonly delivered: number;
  readonly not_delivered: number;
  /** Contacts with an id up to this one are in a batch. */
  readonly planned_up_to: string;
  readonly batches: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  /** Present while planning: from then on the sweeper rings. */
  readonly due_at?: Date;
}

/** A part of a delivery: an entry of the ledger, as stored. */
export interface DeliveryBatchDocument {
  readonly _id: string;
  readonly delivery_id: string;
  readonly message_id: mongoose.mongo.UUID;
  readonly domain: string;
  readonly number: number;
  readonly after_id: string;
  readonly up_to_id: string;
  /** Instead of the range, for the contacts of a batch that are to be tried again alone. */
  readonly contact_ids: readonly string[] | null;
  readonly contacts: number;
  readonly attempt: number;
  readonly starts: number;
  readonly state: 'pending' | 'done';
  readonly finished_at?: Date;
  /** Present while pending. */
  readonly due_at?: Date;
}

const LEDGER_LIFETIME_SECONDS = 7 * 86_400;

export const deliverySchema = new Schema<DeliveryDocument>(
  {
    _id: String,
    message_id: Schema.Types.UUID,
    domain: String,
    state: String,
    planned: Number,
    delivered: Number,
    not_delivered: Number,
    planned_up_to: String,
    batches: Number,
    started_at: Date,
    finished_at: Date,
    due_at: Date,
  },
  { collection: 'deliveries', versionKey: false },
)
  .index({ message_id: 1 })
  .index({ due_at: 1 }, { sparse: true });

export const deliveryBatchSchema = new Schema<DeliveryBatchDocument>(
  {
    _id: String,
    delivery_id: String,
    message_id: Schema.Types.UUID,
    domain: String,
    number: Number,
    after_id: String,
    up_to_id: String,
    contact_ids: { type: [String], default: null },
    contacts: Number,
    attempt: Number,
    starts: Number,
    state: String,
    finished_at: Date,
    due_at: Date,
  },
  { collection: 'deliveryBatches', versionKey: false },
)
  .index({ due_at: 1 }, { sparse: true })
  .index({ finished_at: 1 }, { expireAfterSeconds: LEDGER_LIFETIME_SECONDS });
