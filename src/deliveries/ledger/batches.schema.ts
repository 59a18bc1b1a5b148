import mongoose, { Schema } from 'mongoose';

export const DELIVERY_BATCH = 'DeliveryBatch';

/** A visitor as stored, with the values of the message's placeholders. */
interface StoredVisitor {
  readonly visitor_guid: string;
  /** Pairs of a name in lower case and its value. */
  readonly values: readonly (readonly [string, string])[];
}

/** Why contacts of a batch wait for another attempt: an entry of `WaitReason`. */
interface StoredWaitReason {
  readonly service: string | null;
  readonly status: number | null;
  readonly code: string;
  readonly contacts: number;
}

/** A batch, one entry of the ledger, as stored. */
export interface DeliveryBatchDocument {
  readonly _id: string;
  readonly delivery_id: string;
  readonly message_id: mongoose.mongo.UUID;
  readonly domain: string;
  readonly number: number;
  /**
   * The start tag: its place among the batches of all deliveries. Older documents lack it and use `number`.
   */
  readonly turn?: number;
  /** Which queue it uses: `visitor` for single visitors, `broadcast` for domains and lists. */
  readonly lane: 'broadcast' | 'visitor';
  /** All contacts of the domain whose ids are in this range; null where `visitors` are given. */
  readonly range: { readonly after_id: string; readonly up_to_id: string } | null;
  readonly visitors: readonly StoredVisitor[] | null;
  /** Only these contacts of the range or the visitors; null for all. */
  readonly contact_ids: readonly string[] | null;
  /** Contacts of visitors that were taken out; absent while there are none. */
  readonly erased_contact_ids?: readonly string[];
  readonly contacts: number;
  readonly attempt: number;
  readonly starts: number;
  /** Until then one worker owns the batch, and no other may start it. */
  readonly lease_until?: Date;
  /** The process that started it last. */
  readonly lease_owner?: string;
  /**
   * The fencing token: how often it was ever started. Absent before its first start and in older
   * documents.
   */
  readonly lease_number?: number;
  /** `received`: part of a list that is not planned yet. */
  readonly state: 'received' | 'pending' | 'done' | 'cancelled';
  /** Its delivery was cancelled after a worker had started it. */
  readonly cancelled?: boolean;
  readonly expires_at: Date | null;
  /** A temporary failure after this time is final; null before the first failure. */
  readonly give_up_at: Date | null;
  /** Absent in older documents. */
  readonly lost_responses?: number;
  /** Present while it waits for another attempt after a failure. */
  readonly waiting_for?: readonly StoredWaitReason[];
  /** Present while all its contacts wait for this throttle. */
  readonly throttled_by?: string;
  /** Present while its contacts wait for the moment of a rate that was reserved for them. */
  readonly slot_at?: Date;
  readonly finished_at?: Date;
  /** Present while pending: when to send; the sweeper enqueues a batch that is overdue. */
  readonly due_at?: Date;
  /** The span that planned it (W3C Trace Context, `traceparent`); absent where nothing was traced. */
  readonly trace_parent?: string;
  /** Present while pending once the sweeper has enqueued it again: since when it has been due. */
  readonly overdue_since?: Date;
}

/** Batches, and sends to single visitors, are removed so long after their end. */
export const LEDGER_LIFETIME_SECONDS = 7 * 86_400;

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
    erased_contact_ids: { type: [String], default: undefined },
    contacts: Number,
    attempt: Number,
    starts: Number,
    lease_until: Date,
    lease_owner: String,
    lease_number: Number,
    state: String,
    cancelled: Boolean,
    expires_at: Date,
    give_up_at: Date,
    lost_responses: Number,
    waiting_for: Schema.Types.Mixed,
    throttled_by: String,
    slot_at: Date,
    finished_at: Date,
    due_at: Date,
    trace_parent: String,
    overdue_since: Date,
  },
  { collection: 'deliveryBatches', versionKey: false },
)
  .index({ due_at: 1 }, { sparse: true })
  // Has only what the sweeper has enqueued again.
  .index({ overdue_since: 1 }, { sparse: true })
  .index({ delivery_id: 1, number: 1 })
  .index({ delivery_id: 1, due_at: 1 }, { partialFilterExpression: { waiting_for: { $exists: true } } })
  // Has only visitors of lists and of single sends: broadcasts name none.
  .index({ 'visitors.visitor_guid': 1 }, { partialFilterExpression: { 'visitors.visitor_guid': { $exists: true } } })
  .index({ finished_at: 1 }, { expireAfterSeconds: LEDGER_LIFETIME_SECONDS });
