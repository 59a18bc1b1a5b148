import type { EndpointOwner } from '../push-services/push-services.js';
import type { NotificationContent } from '../push-payloads/notification-content.js';
import type { SendOutcome } from './send-outcome.js';
import type { SenderState } from './sender-state.js';
import type { SubscriptionRequest } from './web-push.dto.js';

/** The message that a call sends to each of its subscriptions. */
export interface WebPushMessage {
  readonly content: NotificationContent;
  /** TTL, Urgency and Topic (RFC 8030, section 5). */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether outcomes have the push service's own answer. */
  readonly withServiceResponse: boolean;
}

interface WebPushRecipient {
  readonly subscription: SubscriptionRequest;
  /** Undefined when the endpoint must not be called. */
  readonly owner: EndpointOwner | undefined;
}

/** One message and those who get it. May pass between threads: plain values and Maps alone. */
export interface WebPushCall {
  readonly message: WebPushMessage;
  readonly recipients: readonly WebPushRecipient[];
}

/** Sends Web Push messages. */
export abstract class WebPushTransport {
  abstract readonly state: SenderState;

  /** Resolves with one outcome for each recipient, in their order; what fails is a refusal. */
  abstract send(call: WebPushCall): Promise<readonly SendOutcome[]>;
}
