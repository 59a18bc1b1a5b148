import mongoose, { Schema } from 'mongoose';
import type { Config } from '../core/config/config.js';

export const MESSAGE_DAYS = 'MessageDays';
export const ROLL_UP = 'RollUp';

/** The counters of all days of a message that are over, as stored: the sums of its hours. */
export interface MessageDaysDocument {
  readonly domain: string;
  readonly message_id: mongoose.mongo.UUID;
  /** See `packDays`: nothing else is quick enough for reports of many messages. */
  readonly days: mongoose.mongo.Binary;
  /** When the last of its days ends, or later. */
  readonly ends_at: Date;
  /** Days from this one on differ from the hours: something was counted for a day that had been rolled up. */
  readonly stale_from?: Date;
  /** How often that happened. */
  readonly late_counts?: number;
}

/** How far the roll-up of all messages is, as stored: one document. */
export interface RollUpDocument {
  readonly _id: 'message-days';
  /** When a worker is to continue; later while one does. */
  readonly due_at: Date;
  /** All days before this one are rolled up, but for what is stale. Absent before the first run. */
  readonly rolled_until?: Date;
  /** Present while one runs: rolls up the days in `[from, to)`, message by message. */
  readonly run?: {
    readonly from: Date;
    readonly to: Date;
    /** The last message that is rolled up; null for none. */
    readonly after: { readonly domain: string; readonly message_id: mongoose.mongo.UUID } | null;
  };
}

const SECONDS_A_DAY = 86_400;

/** Builds the schema; a TTL index deletes what has no day within MESSAGE_STATS_RETENTION_DAYS. */
export function messageDaysSchema(config: Config): Schema<MessageDaysDocument> {
  return new Schema<MessageDaysDocument>(
    {
      domain: String,
      message_id: Schema.Types.UUID,
      days: Buffer,
      ends_at: Date,
      stale_from: Date,
      late_counts: Number,
    },
    { collection: 'messageDays', versionKey: false },
  )
    .index({ domain: 1, message_id: 1 }, { unique: true })
    .index({ stale_from: 1 }, { sparse: true })
    .index({ ends_at: 1 }, { expireAfterSeconds: config.messageStatsRetentionDays * SECONDS_A_DAY });
}

export const rollUpSchema = new Schema<RollUpDocument>(
  { _id: String, due_at: Date, rolled_until: Date, run: Schema.Types.Mixed },
  { collection: 'statsRollUps', versionKey: false },
);
