import mongoose, { Schema } from 'mongoose';
import type { Config } from '../core/config/config.js';

export const MESSAGE_STATS = 'MessageStats';

/** The counters of a message in one UTC hour, as stored. */
export interface MessageStatsDocument {
  readonly domain: string;
  readonly message_id: mongoose.mongo.UUID;
  /** The beginning of the hour. */
  readonly date: Date;
  readonly sent: number;
  readonly delivered: number;
  readonly not_delivered: number;
  readonly received: number;
  readonly click: number;
  readonly action_click: number;
  readonly billable_sends: number;
  /** Absent while it is zero, and in older documents. */
  readonly wrong_key?: number;
  /** Absent until there is one. */
  readonly dismissed?: number;
  /** Absent until there is one, and in older documents; so are the next two. */
  readonly unique_received?: number;
  readonly unique_click?: number;
  readonly unique_action_click?: number;
}

const SECONDS_A_DAY = 86_400;

/** Builds the schema; a TTL index deletes hours after MESSAGE_STATS_RETENTION_DAYS. */
export function messageStatsSchema(config: Config): Schema<MessageStatsDocument> {
  return new Schema<MessageStatsDocument>(
    {
      domain: String,
      message_id: Schema.Types.UUID,
      date: Date,
      sent: Number,
      delivered: Number,
      not_delivered: Number,
      received: Number,
      click: Number,
      action_click: Number,
      billable_sends: Number,
      wrong_key: Number,
      dismissed: Number,
      unique_received: Number,
      unique_click: Number,
      unique_action_click: Number,
    },
    { collection: 'messageStats', versionKey: false },
  )
    .index({ domain: 1, message_id: 1, date: 1 }, { unique: true })
    .index({ domain: 1, date: 1 })
    .index({ message_id: 1, date: 1 })
    .index({ date: 1 }, { expireAfterSeconds: config.messageStatsRetentionDays * SECONDS_A_DAY });
}
