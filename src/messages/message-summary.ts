import type { MessageDocument } from './messages.schema.js';

/** A message as lists show it, with its counters. */
export interface MessageSummary {
  readonly messageId: string;
  readonly title: string;
  readonly body: string;
  readonly imageUrl: string | null;
  readonly insertedAt: Date;
  /** Null to send at once. */
  readonly sendAt: Date | null;
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly received: number;
  readonly clicks: number;
  /** Notifications that visitors have closed without a click. */
  readonly dismissed: number;
}

/** Reads a stored message, also one of an older version. */
export function toSummary(document: MessageDocument): MessageSummary {
  return {
    messageId: document.message_id.toString(),
    title: document.title,
    body: document.body,
    imageUrl: readText(document.image_url),
    insertedAt: document.inserted_date,
    sendAt: document.send_at ?? null,
    sent: document.sent,
    delivered: document.delivered,
    notDelivered: document.not_delivered,
    received: document.received ?? 0,
    clicks: document.clicks ?? 0,
    dismissed: document.dismissed ?? 0,
  };
}

/** A text of another writer's document; null for anything else. */
export function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
