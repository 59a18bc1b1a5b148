import mongoose, { Schema } from 'mongoose';

export const DELIVERY_BATCH = 'DeliveryBatch';

/** A visitor of a list as stored, with the values of the message's placeholders. */
interface StoredVisitor {
  readonly visitor_guid: string;
  /** Name in lower case and value. */
  readonly values: readonly (readonly [string, string])[];
}

/** A part of a delivery: an entry of the ledger, as stored. */
export interface DeliveryBatchDocument {
  readonly _id: string;
  readonly delivery_id: string;
  readonly message_id: mongoose.mongo.UUID;
  readonly domain: string;
  readonly number: number;
  /** When it is sent among the batches of all deliveries; older documents lack it and have their number for it. */
  readonly turn?: number;
  /** Whose workers send it: those of broadcasts or those of single visitors. */
  readonly lane: 'broadcast' | 'visitor';
  /** All contacts of the domain whose ids are in this range; null where `visitors` are given. */
  readonly range: { readonly after_id: string; readonly up_to_id: string } | null;
  readonly visitors: readonly StoredVisitor[] | null;
  /** Of those, only these; null for all. */
  readonly contact_ids: readonly string[] | null;
  readonly contacts: number;
  readonly attempt: number;
  readonly starts: number;
  /** Until then one worker has it in its hands, and no other may start it. */
  readonly lease_until?: Date;
  /** `received`: of a list that is not planned yet. */
  readonly state: 'received' | 'pending' | 'done' | 'cancelled';
  /** Its delivery was cancelled while it was in the hands of a worker. */
  readonly cancelled?: boolean;
  readonly expires_at: Date | null;
  /** From the first failure on: contacts that fail after it are given up. */
  readonly give_up_at: Date | null;
  readonly finished_at?: Date;
  /** Present while pending. */
  readonly due_at?: Date;
}

const LEDGER_LIFETIME_SECONDS = 7 * 86_400;

export const deliveryBatchSchema = new Schema<DeliveryBatchDocument>(
  {
    _id: String,
    delivery_id: String,
    message_id: Schema.Types.UUID,
    domain: String,
    number: Number,
    turn: Number,
    lane: String,
    range: Schema.Types.Mixed,
    visitors: Schema.Types.Mixed,
    contact_ids: { type: [String], default: null },
    contacts: Number,
    attempt: Number,
    starts: Number,
    lease_until: Date,
    state: String,
    cancelled: Boolean,
    expires_at: Date,
    give_up_at: Date,
    finished_at: Date,
    due_at: Date,
  },
  { collection: 'deliveryBatches', versionKey: false },
)
  .index({ due_at: 1 }, { sparse: true })
  .index({ delivery_id: 1, number: 1 })
  .index({ finished_at: 1 }, { expireAfterSeconds: LEDGER_LIFETIME_SECONDS });
