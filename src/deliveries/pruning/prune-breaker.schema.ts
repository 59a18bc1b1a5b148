import mongoose, { Schema } from 'mongoose';

export const PRUNE_BREAKER = 'PruneBreaker';

/** The breaker of a domain, as stored; `_id` is the domain. A domain without one is closed. */
export interface PruneBreakerDocument {
  readonly _id: string;
  readonly is_open: boolean;
  readonly opened_at: Date;
  readonly message_id: mongoose.mongo.UUID;
  readonly answered: number;
  readonly gone: number;
  readonly past_share: number;
  /** Contacts that were not pruned since, about: what is repeated after a crash counts again. */
  readonly withheld: number;
  /** The messages of these contacts, which are no past to compare with. */
  readonly doubted_message_ids?: readonly mongoose.mongo.UUID[];
  /** Until then nothing opens it again. */
  readonly released_until?: Date;
}

export const pruneBreakerSchema = new Schema<PruneBreakerDocument>(
  {
    _id: String,
    is_open: Boolean,
    opened_at: Date,
    message_id: Schema.Types.UUID,
    answered: Number,
    gone: Number,
    past_share: Number,
    withheld: Number,
    doubted_message_ids: [Schema.Types.UUID],
    released_until: Date,
  },
  { collection: 'pruneBreakers', versionKey: false },
).index({ is_open: 1 }, { partialFilterExpression: { is_open: true } });
