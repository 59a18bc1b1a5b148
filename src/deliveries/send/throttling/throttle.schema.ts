import { Schema } from 'mongoose';

export const THROTTLE = 'Throttle';

/** What slows sends down, as stored. `_id` is its key: see `throttle-keys.ts`. Times are in milliseconds. */
export interface ThrottleDocument {
  readonly _id: string;
  /** Changes with each adaptation, so that of two workers only one adapts to what both have seen. */
  readonly version?: number;
  readonly until_ms?: number;
  readonly pause_ms?: number;
  readonly is_probing?: boolean;
  /** Until then one process probes. */
  readonly probe_until_ms?: number;
  readonly rate_per_minute?: number | null;
  readonly has_met_limit?: boolean;
  readonly changed_ms?: number;
  readonly refused_ms?: number;
  readonly cycle_start_ms?: number;
  readonly cycle_accepted?: number;
  readonly accepted_ms?: number | null;
  /** Places before this moment are taken. */
  readonly next_ms?: number;
  readonly expires_at: Date;
}

export const throttleSchema = new Schema<ThrottleDocument>(
  {
    _id: String,
    version: Number,
    until_ms: Number,
    pause_ms: Number,
    is_probing: Boolean,
    probe_until_ms: Number,
    rate_per_minute: Number,
    has_met_limit: Boolean,
    changed_ms: Number,
    refused_ms: Number,
    cycle_start_ms: Number,
    cycle_accepted: Number,
    accepted_ms: Number,
    next_ms: Number,
    expires_at: Date,
  },
  { collection: 'throttles', versionKey: false },
).index({ expires_at: 1 }, { expireAfterSeconds: 0 });
