import type { CallDeadline } from './call-deadline.js';
import type { SendOutcome } from './send-outcome.js';
import type { SenderState } from './sender-state.js';
import type { NotificationPayload } from './notification-payload.js';
import type { SubscriptionRequest } from './web-push.dto.js';

/** The message that a call sends to each of its subscriptions. */
export interface WebPushMessage {
  readonly payload: NotificationPayload;
  /** TTL, Urgency and Topic (RFC 8030, section 5). */
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends Web Push messages. */
export abstract class WebPushTransport {
  abstract readonly state: SenderState;

  /** Sends one message to one subscription. Resolves with a refusal when that fails; never rejects. */
  abstract deliver(
    message: WebPushMessage,
    subscription: SubscriptionRequest,
    deadline: CallDeadline,
  ): Promise<SendOutcome>;
}
