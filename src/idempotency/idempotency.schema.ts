import mongoose, { Schema } from 'mongoose';

export const IDEMPOTENCY_KEY = 'IdempotencyKey';

/** An Idempotency-Key as stored; `_id` is the key. */
export interface IdempotencyKeyDocument {
  readonly _id: string;
  /** Hash of method, URL and body. The same key with another hash is an error of the caller. */
  readonly fingerprint: string;
  /** Id of the request that holds the key; another request may take it over after `locked_until`. */
  readonly lock: string;
  readonly locked_until: Date;
  /** The message id of the response; absent while the request is in progress. */
  readonly message_id?: mongoose.mongo.UUID;
  readonly expires_at: Date;
}

/** The TTL index deletes keys after `expires_at`. */
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
