import { Schema } from 'mongoose';

export const PUSH_SERVICE_THROTTLE = 'PushServiceThrottle';

/** A push service that asked for a pause, as stored; `_id` is its host, or `firebase`. */
export interface PushServiceThrottleDocument {
  readonly _id: string;
  readonly until: Date;
}

export const pushServiceThrottleSchema = new Schema<PushServiceThrottleDocument>(
  { _id: String, until: Date },
  { collection: 'pushServiceBrakes', versionKey: false },
).index({ until: 1 }, { expireAfterSeconds: 0 });
