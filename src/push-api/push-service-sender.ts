import { matchesHost } from '../push-services/push-service-host.js';
import { CallDeadline } from './call-deadline.js';
import { maxEncryptedBytes, MIN_LIMIT_BYTES, plainBytesFor } from './payload-limit.js';
import { NotificationPayload } from './notification-payload.js';
import { PushServiceConnections, type ServiceOwner } from './push-service-connections.js';
import { toSendOutcome } from './push-service-response.js';
import { type SendOutcome, refused } from './send-outcome.js';
import { type ConcurrencyBounds, ServiceLimits } from './service-limits.js';
import { VapidAuthorization, type VapidIdentity } from './vapid-authorization.js';
import type { WebPushCall, WebPushMessage } from './web-push-transport.js';
import type { SubscriptionRequest } from './web-push.dto.js';
import { encryptPayload } from './web-push-encryption.js';

/**
 * Below the worker's 30 s per call. What is not sent by then is reported with 503, so nothing is sent twice.
 */
const CALL_TIMEOUT_MS = 25_000;

const TOO_LARGE = 413;

const NO_PUSH_SERVICE = refused(400, "The endpoint is no push service's");

export interface PushServiceSenderOptions {
  readonly identity: VapidIdentity;
  /** Concurrent notifications to one push service. */
  readonly concurrency: ConcurrencyBounds;
}

/** Sends through the browser vendors' push services (RFC 8030, 8291, 8292), all from one thread. */
export class PushServiceSender {
  private readonly connections = new PushServiceConnections();
  private readonly limits: ServiceLimits;
  private readonly vapid: VapidAuthorization;

  constructor({ identity, concurrency }: PushServiceSenderOptions) {
    this.limits = new ServiceLimits(concurrency);
    this.vapid = new VapidAuthorization(identity);
  }

  /** Resolves with one outcome for each recipient, in their order; never rejects. */
  async send({ message, recipients }: WebPushCall): Promise<SendOutcome[]> {
    const payload = new NotificationPayload(message.content);
    const deadline = new CallDeadline(CALL_TIMEOUT_MS);
    try {
      return await Promise.all(
        recipients.map(({ subscription, owner }) => {
          if (owner === undefined || owner === 'sandbox') return NO_PUSH_SERVICE;
          const url = new URL(subscription.endpoint);
          const notification = { url, owner, subscription, payload, headers: message.headers, deadline };
          return this.limits.run(url.origin, () => this.deliver(notification));
        }),
      );
    } finally {
      deadline.clear();
    }
  }

  async close(): Promise<void> {
    await this.connections.close();
  }

  private async deliver(notification: Notification): Promise<SendOutcome> {
    if (notification.deadline.aborted) return refused(503, 'There was no time left to send');
    const limit = maxEncryptedBytes(notification.url);
    const outcome = await this.post(notification, limit);
    // Some services accept less than RFC 8030 demands, and their limit is unknown: retry with the lowest
    // known one.
    const wasTooLarge = outcome.kind === 'refused' && outcome.code === TOO_LARGE;
    return wasTooLarge && limit > MIN_LIMIT_BYTES ? this.post(notification, MIN_LIMIT_BYTES) : outcome;
  }

  private async post(
    { url, owner, subscription, payload, headers, deadline }: Notification,
    limit: number,
  ): Promise<SendOutcome> {
    const json = payload.jsonFor(subscription.subscriptionExtraData, plainBytesFor(limit));
    if (json === undefined) return refused(TOO_LARGE, `Links and actions alone are more than ${limit} bytes`);
    const body = encrypted(subscription, json);
    if (body === undefined) return refused(400, "The subscription's keys cannot be encrypted for");
    const request = { headers: this.headersFor(url, headers), body, deadline };
    const response = await this.connections.post(url, owner, request);
    return 'status' in response ? toSendOutcome(url, response, new Date()) : response;
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

/** What is sent to one subscription. */
interface Notification {
  readonly subscription: SubscriptionRequest;
  readonly url: URL;
  readonly owner: ServiceOwner;
  readonly payload: NotificationPayload;
  readonly headers: WebPushMessage['headers'];
  readonly deadline: CallDeadline;
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
