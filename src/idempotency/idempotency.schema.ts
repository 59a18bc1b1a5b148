import mongoose, { Schema } from 'mongoose';

export const IDEMPOTENCY_KEY = 'IdempotencyKey';

/** A key that a caller has sent, as stored; `_id` is the key. */
export interface IdempotencyKeyDocument {
  readonly _id: string;
  /** Hash of route and body: the same key with another is a mistake of the caller. */
  readonly fingerprint: string;
  /** Who works on it; another caller may take it over after `locked_until`. */
  readonly lock: string;
  readonly locked_until: Date;
  /** The answer; absent while it is in progress. */
  readonly message_id?: mongoose.mongo.UUID;
  readonly expires_at: Date;
}

export const idempotencyKeySchema = new Schema<IdempotencyKeyDocument>(
  {
    _id: String,
    fingerprint: String,
    lock: String,
    locked_until: Date,
    message_id: Schema.Types.UUID,
    expires_at: Date,
  },
  { collection: 'idempotencyKeys', versionKey: false },
).index({ expires_at: 1 }, { expireAfterSeconds: 0 });
