import { Injectable } from '@nestjs/common';
import { ACCEPTED, type Delivery, type Refusal, refused } from './delivery.js';
import { encryptedLimitOf, plainBytesFor } from './payload-limit.js';
import { SandboxNotifications } from './sandbox-notifications.js';
import { WebPushCarrier, type WebPushMessage } from './web-push-carrier.js';
import type { SubscriptionRequest } from './web-push.dto.js';

const RETRY_AFTER_SECONDS = 1;

/** What the sandbox answers to an endpoint that has such a name in its path: `https://push-service.invalid/gone-1`. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  unauthorized: refused(401, 'Unauthorized'),
  forbidden: refused(403, 'Forbidden'),
  'not-found': refused(404, 'Not found'),
  gone: refused(410, 'Gone'),
  'too-large': refused(413, 'Payload too large'),
  'too-many': refused(429, 'Too many requests', RETRY_AFTER_SECONDS),
  unavailable: refused(503, 'Service unavailable', RETRY_AFTER_SECONDS),
};

/** Stands in for the push services: sends nothing, answers by the endpoint's name, shows what it was given. */
@Injectable()
export class SandboxCarrier extends WebPushCarrier {
  constructor(private readonly notifications: SandboxNotifications) {
    super();
  }

  deliver({ payload, headers }: WebPushMessage, subscription: SubscriptionRequest): Promise<Delivery> {
    const { endpoint, subscriptionExtraData } = subscription;
    if (!URL.canParse(endpoint)) return Promise.resolve(refused(400, "The endpoint is no push service's"));
    const url = new URL(endpoint);
    const json = payload.jsonFor(subscriptionExtraData, plainBytesFor(encryptedLimitOf(url)));
    const outcome = json === undefined ? refused(413, 'Payload too large') : outcomeFor(url);
    const content = json === undefined ? null : (JSON.parse(json) as unknown);
    this.notifications.add({ channel: 'webPush', recipient: endpoint, content, headers }, outcome);
    return Promise.resolve(outcome);
  }
}

function outcomeFor({ pathname }: URL): Delivery {
  const segments = pathname.split('/');
  const refusal = Object.entries(REFUSALS).find(([name]) => segments.some((segment) => segment.startsWith(name)));
  return refusal?.[1] ?? ACCEPTED;
}
