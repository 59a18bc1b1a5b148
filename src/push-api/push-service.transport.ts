import { Injectable } from '@nestjs/common';
import { matchesHost } from '../push-services/push-service-host.js';
import { PushServices } from '../push-services/push-services.js';
import type { CallDeadline } from './call-deadline.js';
import { type SendOutcome, refused } from './send-outcome.js';
import { maxEncryptedBytes, MIN_LIMIT_BYTES, plainBytesFor } from './payload-limit.js';
import { toSendOutcome } from './push-service-response.js';
import { PushServiceConnections } from './push-service-connections.js';
import { VapidAuthorization, type VapidIdentity } from './vapid-authorization.js';
import { WebPushTransport, type WebPushMessage } from './web-push-transport.js';
import type { SubscriptionRequest } from './web-push.dto.js';
import { encryptPayload } from './web-push-encryption.js';

const TOO_LARGE = 413;

/** Sends through the browser vendors' push services (RFC 8030, 8291, 8292). */
@Injectable()
export class PushServiceTransport extends WebPushTransport {
  readonly state = 'up';
  private readonly connections = new PushServiceConnections();
  private readonly vapid: VapidAuthorization;

  constructor(
    identity: VapidIdentity,
    private readonly services: PushServices,
  ) {
    super();
    this.vapid = new VapidAuthorization(identity);
  }

  async deliver(
    message: WebPushMessage,
    subscription: SubscriptionRequest,
    deadline: CallDeadline,
  ): Promise<SendOutcome> {
    const owner = this.services.findOwner(subscription.endpoint);
    if (owner === undefined || owner === 'sandbox') return refused(400, "The endpoint is no push service's");
    const url = new URL(subscription.endpoint);
    const send = async (limit: number): Promise<SendOutcome> => {
      const json = message.payload.jsonFor(subscription.subscriptionExtraData, plainBytesFor(limit));
      if (json === undefined) return refused(TOO_LARGE, `Links and actions alone are more than ${limit} bytes`);
      const body = encrypted(subscription, json);
      if (body === undefined) return refused(400, "The subscription's keys cannot be encrypted for");
      const headers = this.headersFor(url, message.headers);
      const response = await this.connections.post(url, owner, { headers, body, deadline });
      return 'status' in response ? toSendOutcome(url, response, new Date()) : response;
    };
    const limit = maxEncryptedBytes(url);
    const outcome = await send(limit);
    // Some services accept less than RFC 8030 demands, and their limit is unknown: retry with the lowest
    // known one.
    const wasTooLarge = outcome.kind === 'refused' && outcome.code === TOO_LARGE;
    return wasTooLarge && limit > MIN_LIMIT_BYTES ? send(MIN_LIMIT_BYTES) : outcome;
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

/** Microsoft's service refuses a TTL that contradicts its own header (pywebpush issue 162). */
function cachePolicy(url: URL, timeToLive: string | undefined): Record<string, string> {
  if (!matchesHost('*.notify.windows.com', url)) return {};
  return { 'x-wns-cache-policy': timeToLive === '0' ? 'no-cache' : 'cache' };
}

/** Returns undefined for invalid keys, which contacts from before the validation of keys may have. */
function encrypted({ p256DH, auth }: SubscriptionRequest, json: string): Buffer | undefined {
  try {
    return encryptPayload({ p256dh: p256DH, auth }, json);
  } catch {
    return undefined;
  }
}
