import mongoose, { Schema } from 'mongoose';
import type { Config } from '../core/config/config.js';

export const AUDIT_ENTRY = 'AuditEntry';

/** A call that changes something, or was refused, as stored. Nothing in it is personal data of visitors. */
export interface AuditEntryDocument {
  /** Milliseconds since 1970 in hexadecimal, and a random part: ascending in time. */
  readonly _id: string;
  readonly at: Date;
  readonly subject: string | null;
  readonly key_id: string;
  readonly method: string;
  /** The template, never the path: that may have a token or a visitor guid in it. */
  readonly route: string;
  /** Several for an erasure of a person who has contacts of several. */
  readonly domain: string | readonly string[] | null;
  readonly message_id?: mongoose.mongo.UUID;
  readonly contact_id?: string;
  readonly request_id: string;
  readonly is_repeat?: boolean;
  /** The HTTP status of the response; null until it is sent. */
  readonly status: number | null;
}

const SECONDS_A_DAY = 86_400;

/** Builds the schema; a TTL index deletes entries after AUDIT_RETENTION_DAYS. */
export function auditEntrySchema(config: Config): Schema<AuditEntryDocument> {
  return new Schema<AuditEntryDocument>(
    {
      _id: String,
      at: Date,
      subject: String,
      key_id: String,
      method: String,
      route: String,
      domain: Schema.Types.Mixed,
      message_id: Schema.Types.UUID,
      contact_id: String,
      request_id: String,
      is_repeat: Boolean,
      status: Number,
    },
    { collection: 'auditEntries', versionKey: false },
  )
    .index({ domain: 1, _id: 1 })
    .index({ at: 1 }, { expireAfterSeconds: config.auditRetentionDays * SECONDS_A_DAY });
}
