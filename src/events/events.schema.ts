import mongoose, { Schema } from 'mongoose';

export const WEB_PUSH_EVENT = 'WebPushEvent';

/**
 * The type of an event: an outcome of sending, or what a visitor did. The numbers are stored. Those after
 * ActionClick are this product's own: no counter and no report of Doppler's has them.
 */
export const EventType = {
  Delivered: 0,
  Received: 1,
  Clicked: 2,
  ProcessingFailed: 3,
  DeliveryFailed: 4,
  DeliveryFailedButRetry: 5,
  ActionClick: 6,
  /** Closed without a click. */
  Dismissed: 7,
  Unsubscribed: 8,
} as const;

/** The reason of an event. The numbers are stored. */
export const EventSubType = { None: 0, InvalidSubscription: 1, UnknownFailure: 2, LimitsExceeded: 3 } as const;

export type EventTypeValue = (typeof EventType)[keyof typeof EventType];
export type EventSubTypeValue = (typeof EventSubType)[keyof typeof EventSubType];

/** A history event as stored. */
export interface WebPushEventDocument {
  /**
   * For an outcome, derived from delivery and contact, so that a second write changes nothing. For the first
   * of what a visitor did, derived from message, contact and kind, so that there is one first.
   */
  readonly _id: string | mongoose.mongo.ObjectId;
  readonly type: EventTypeValue;
  readonly date: Date;
  /** Absent where the event is of no message. */
  readonly message_id?: mongoose.mongo.UUID;
  readonly push_contact_id: string;
  readonly sub_type: EventSubTypeValue;
  readonly domain: string;
  readonly device_token: string | null;
  readonly error_message: string | null;
  readonly event_descriptor: string | null;
  /** Who accepted or failed (`FailureReason`); absent for nobody, and in older documents. */
  readonly push_service?: string;
  /** Why it was not delivered, in a word; absent in older documents. */
  readonly reason?: string;
}

const LIFETIME_SECONDS = 30 * 86_400;

export const webPushEventSchema = new Schema<WebPushEventDocument>(
  {
    _id: Schema.Types.Mixed,
    type: Number,
    date: Date,
    message_id: Schema.Types.UUID,
    push_contact_id: String,
    sub_type: Number,
    domain: String,
    device_token: String,
    error_message: String,
    event_descriptor: String,
    push_service: String,
    reason: String,
  },
  { collection: 'webPushEvent', versionKey: false },
).index({ date: 1 }, { expireAfterSeconds: LIFETIME_SECONDS });
