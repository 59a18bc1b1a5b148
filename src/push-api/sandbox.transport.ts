import { Injectable } from '@nestjs/common';
import { ACCEPTED, type SendOutcome, type Refusal, refused } from './send-outcome.js';
import { maxEncryptedBytes, plainBytesFor } from '../push-payloads/payload-limit.js';
import { SandboxNotifications } from './sandbox-notifications.js';
import { ServicePayloads } from '../push-payloads/service-payloads.js';
import { type WebPushCall, WebPushTransport, type WebPushMessage } from './web-push-transport.js';
import type { SubscriptionRequest } from './web-push.dto.js';

const RETRY_AFTER_SECONDS = 1;

/** The refusal by prefix of a segment of the endpoint's path, as in `https://push-service.invalid/gone-1`. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  unauthorized: refused(401, 'Unauthorized'),
  forbidden: refused(403, 'Forbidden'),
  'not-found': refused(404, 'Not found'),
  gone: refused(410, 'Gone'),
  'too-large': refused(413, 'Payload too large'),
  'too-many': refused(429, 'Too many requests', RETRY_AFTER_SECONDS),
  unavailable: refused(503, 'Service unavailable', RETRY_AFTER_SECONDS),
};

/**
 * Replaces the push services: sends nothing, chooses the outcome by the endpoint's path, and keeps the
 * notification for `GET /sandbox/notifications`.
 */
@Injectable()
export class SandboxTransport extends WebPushTransport {
  readonly state = 'sandbox';

  constructor(private readonly notifications: SandboxNotifications) {
    super();
  }

  send({ message, recipients }: WebPushCall): Promise<SendOutcome[]> {
    const payloads = new ServicePayloads(message.content);
    return Promise.resolve(recipients.map(({ subscription }) => this.deliver(payloads, message.headers, subscription)));
  }

  private deliver(
    payloads: ServicePayloads,
    headers: WebPushMessage['headers'],
    { endpoint, subscriptionExtraData }: SubscriptionRequest,
  ): SendOutcome {
    if (!URL.canParse(endpoint)) return refused(400, "The endpoint is no push service's");
    const url = new URL(endpoint);
    const json = payloads.for(url).jsonFor(subscriptionExtraData, plainBytesFor(maxEncryptedBytes(url)));
    const outcome = json === undefined ? refused(413, 'Payload too large') : outcomeFor(url);
    const content = json === undefined ? null : (JSON.parse(json) as unknown);
    this.notifications.add({ channel: 'webPush', recipient: endpoint, content, headers }, outcome);
    return outcome;
  }
}

function outcomeFor({ pathname }: URL): SendOutcome {
  const segments = pathname.split('/');
  const refusal = Object.entries(REFUSALS).find(([name]) => segments.some((segment) => segment.startsWith(name)));
  return refusal?.[1] ?? ACCEPTED;
}
