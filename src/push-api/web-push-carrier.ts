import type { Delivery } from './delivery.js';
import type { NotificationPayload } from './notification-payload.js';
import type { SubscriptionRequest } from './web-push.dto.js';

/** What a call sends to each of its subscriptions. */
export interface WebPushMessage {
  readonly payload: NotificationPayload;
  /** TTL, Urgency and Topic (RFC 8030, section 5). */
  readonly headers: Readonly<Record<string, string>>;
}

/** Brings a message to a subscription; whatever goes wrong with it is an answer, not an error. */
export abstract class WebPushCarrier {
  abstract deliver(message: WebPushMessage, subscription: SubscriptionRequest, signal: AbortSignal): Promise<Delivery>;
}
