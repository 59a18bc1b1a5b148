import mongoose, { Schema } from 'mongoose';
import type { NotificationOptions } from '../core/validation/notification-options.js';
import type { Urgency } from '../core/validation/urgency.js';
import type { OutcomeCounts } from './outcome-counts.js';
import type { Utm } from './utm.js';

export const MESSAGE = 'Message';

/** A button of a notification as stored. */
export interface StoredAction {
  readonly action: string;
  readonly title: string;
  readonly icon: string | null;
  readonly link: string | null;
}

/** How a browser shows a message, as stored; absent where the browser chooses. */
interface StoredOptions {
  readonly require_interaction?: boolean;
  readonly silent?: boolean;
  readonly renotify?: boolean;
  readonly tag?: string;
  readonly vibrate?: readonly number[];
  readonly language?: string;
  readonly direction?: NotificationOptions['direction'];
  /** JSON: MongoDB gives some names of its own a meaning. */
  readonly data?: string;
}

/** A message and its counters as stored. Older documents lack the optional fields. */
export interface MessageDocument extends StoredOptions {
  readonly _id: string;
  readonly message_id: mongoose.mongo.UUID;
  readonly domain: string;
  readonly title: string;
  readonly body: string;
  readonly on_click_link?: string | null;
  readonly sent: number;
  readonly delivered: number;
  readonly not_delivered: number;
  readonly billable_sends?: number;
  /** Absent while it is zero. */
  readonly wrong_key?: number;
  readonly received?: number;
  readonly clicks?: number;
  readonly image_url?: string | null;
  readonly prefer_large_image?: boolean;
  readonly icon_url?: string | null;
  readonly inserted_date: Date;
  readonly actions?: readonly StoredAction[];
  /** Counted from `send_at` if that is in the future, else from when the message is accepted. */
  readonly time_to_live_seconds?: number;
  readonly send_at?: Date;
  readonly urgency?: Urgency;
  readonly topic?: string;
  readonly rate_per_minute?: number;
  readonly badge_url?: string;
  readonly utm?: Utm;
  /** Notifications that visitors have closed; absent until there is one. */
  readonly dismissed?: number;
  /** Contacts by push service and reason (`outcome-counts.ts`); absent in older documents. */
  readonly outcomes?: OutcomeCounts;
}

const actionSchema = new Schema<StoredAction>(
  { action: String, title: String, icon: String, link: String },
  { _id: false },
);

export const messageSchema = new Schema<MessageDocument>(
  {
    _id: String,
    message_id: Schema.Types.UUID,
    domain: String,
    title: String,
    body: String,
    on_click_link: String,
    sent: Number,
    delivered: Number,
    not_delivered: Number,
    billable_sends: Number,
    wrong_key: Number,
    received: Number,
    clicks: Number,
    image_url: String,
    prefer_large_image: Boolean,
    icon_url: String,
    inserted_date: Date,
    actions: { type: [actionSchema], default: undefined },
    time_to_live_seconds: Number,
    send_at: Date,
    urgency: String,
    topic: String,
    rate_per_minute: Number,
    badge_url: String,
    utm: {
      type: { source: String, medium: String, campaign: String, content: String },
      _id: false,
      default: undefined,
    },
    require_interaction: Boolean,
    silent: Boolean,
    renotify: Boolean,
    tag: String,
    vibrate: { type: [Number], default: undefined },
    language: String,
    direction: String,
    data: String,
    dismissed: Number,
    outcomes: Schema.Types.Mixed,
  },
  { collection: 'messages', versionKey: false },
)
  .index({ message_id: 1 }, { unique: true })
  .index({ domain: 1, message_id: 1 }, { unique: true })
  .index({ domain: 1, inserted_date: 1 })
  // For the list of a domain's messages; with `_id`, so that pages do not overlap within a millisecond.
  .index({ domain: 1, inserted_date: 1, _id: 1 })
  // For the delivery results of all domains, likewise.
  .index({ inserted_date: 1, _id: 1 });

/** The options as they are stored; without options, no fields. */
export function toStoredOptions({ requireInteraction, data, ...options }: NotificationOptions): StoredOptions {
  return {
    ...options,
    ...(requireInteraction !== undefined && { require_interaction: requireInteraction }),
    ...(data !== undefined && { data: JSON.stringify(data) }),
  };
}

/** The reverse of `toStoredOptions`. */
export function fromStoredOptions(document: StoredOptions): NotificationOptions {
  const { require_interaction: requireInteraction, silent, renotify, tag, vibrate, language, direction } = document;
  const data = document.data === undefined ? undefined : (JSON.parse(document.data) as NotificationOptions['data']);
  const options = { requireInteraction, silent, renotify, tag, vibrate, language, direction, data };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
