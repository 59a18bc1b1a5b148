import { Injectable } from '@nestjs/common';
import { isHostOf } from '../push-services/push-service-host.js';
import { PushServices } from '../push-services/push-services.js';
import { type Delivery, refused } from './delivery.js';
import { encryptedLimitOf, LEAST_LIMIT_BYTES, plainBytesFor } from './payload-limit.js';
import { toDelivery } from './push-service-answer.js';
import { PushServiceConnections } from './push-service-connections.js';
import { VapidAuthorization, type VapidIdentity } from './vapid-authorization.js';
import { WebPushCarrier, type WebPushMessage } from './web-push-carrier.js';
import type { SubscriptionRequest } from './web-push.dto.js';
import { encryptPayload } from './web-push-encryption.js';

const TOO_LARGE = 413;

/** Sends through the browser vendors' push services (RFC 8030, 8291, 8292). */
@Injectable()
export class PushServiceCarrier extends WebPushCarrier {
  private readonly connections = new PushServiceConnections();
  private readonly vapid: VapidAuthorization;

  constructor(
    identity: VapidIdentity,
    private readonly services: PushServices,
  ) {
    super();
    this.vapid = new VapidAuthorization(identity);
  }

  async deliver(message: WebPushMessage, subscription: SubscriptionRequest, signal: AbortSignal): Promise<Delivery> {
    const owner = this.services.ownerOf(subscription.endpoint);
    if (owner === undefined || owner === 'sandbox') return refused(400, "The endpoint is no push service's");
    const url = new URL(subscription.endpoint);
    const send = async (limit: number): Promise<Delivery> => {
      const json = message.payload.jsonFor(subscription.subscriptionExtraData, plainBytesFor(limit));
      if (json === undefined) return refused(TOO_LARGE, `Links and actions alone are more than ${limit} bytes`);
      const body = encrypted(subscription, json);
      if (body === undefined) return refused(400, "The subscription's keys cannot be encrypted for");
      const headers = this.headersFor(url, message.headers);
      const answer = await this.connections.post(url, owner, { headers, body, signal });
      return 'status' in answer ? toDelivery(url, answer, new Date()) : answer;
    };
    const limit = encryptedLimitOf(url);
    const delivery = await send(limit);
    // Some services take less than they should; how much less is not known beforehand.
    const wasTooLarge = delivery.kind === 'refused' && delivery.code === TOO_LARGE;
    return wasTooLarge && limit > LEAST_LIMIT_BYTES ? send(LEAST_LIMIT_BYTES) : delivery;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connections.close();
  }

  private headersFor(url: URL, headers: WebPushMessage['headers']): Record<string, string> {
    return {
      ...headers,
      ...cachePolicy(url, headers.TTL),
      authorization: this.vapid.headerFor(url.origin),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
    };
  }
}

/** Microsoft's service refuses a TTL that this header of its own does not agree with (pywebpush issue 162). */
function cachePolicy(url: URL, timeToLive: string | undefined): Record<string, string> {
  if (!isHostOf('*.notify.windows.com', url)) return {};
  return { 'x-wns-cache-policy': timeToLive === '0' ? 'no-cache' : 'cache' };
}

/** Undefined for keys that are none: of a contact stored before keys were checked. */
function encrypted({ p256DH, auth }: SubscriptionRequest, json: string): Buffer | undefined {
  try {
    return encryptPayload({ p256dh: p256DH, auth }, json);
  } catch {
    return undefined;
  }
}
