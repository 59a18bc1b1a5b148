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
    const outcomes = recipients.map((): SendOutcome => NO_PUSH_SERVICE);
    const deliverAll = async (origin: string, notifications: readonly Notification[]): Promise<void> => {
      const service = new URL(origin);
      const headers = this.headersFor(service, message.headers);
      const context = { payload, headers, deadline, limit: maxEncryptedBytes(service) };
      const delivered = await this.limits.runAll(origin, notifications, (each) => this.deliver(each, context));
      for (const [index, { position }] of notifications.entries()) {
        outcomes[position] = delivered[index] ?? NO_PUSH_SERVICE;
      }
    };
    try {
      await Promise.all([...byService(recipients)].map((entry) => deliverAll(...entry)));
    } finally {
      deadline.clear();
    }
    return outcomes;
  }

  async close(): Promise<void> {
    await this.connections.close();
  }

  private async deliver(notification: Notification, context: ServiceContext): Promise<SendOutcome> {
    if (context.deadline.aborted) return refused(503, 'There was no time left to send');
    const outcome = await this.post(notification, context);
    // Some services accept less than RFC 8030 demands, and their limit is unknown: retry with the lowest
    // known one.
    const wasTooLarge = outcome.kind === 'refused' && outcome.code === TOO_LARGE;
    if (!wasTooLarge || context.limit <= MIN_LIMIT_BYTES) return outcome;
    return this.post(notification, { ...context, limit: MIN_LIMIT_BYTES });
  }

  private async post(
    { url, owner, subscription }: Notification,
    { payload, headers, deadline, limit }: ServiceContext,
  ): Promise<SendOutcome> {
    const json = payload.jsonFor(subscription.subscriptionExtraData, plainBytesFor(limit));
    if (json === undefined) return refused(TOO_LARGE, `Links and actions alone are more than ${limit} bytes`);
    const body = encrypted(subscription, json);
    if (body === undefined) return refused(400, "The subscription's keys cannot be encrypted for");
    const response = await this.connections.post(url, owner, { headers, body, deadline });
    return 'status' in response ? toSendOutcome(url, response, new Date()) : response;
  }

  private headersFor(service: URL, headers: WebPushMessage['headers']): Record<string, string> {
    return {
      ...headers,
      ...cachePolicy(service, headers.TTL),
      authorization: this.vapid.headerFor(service.origin),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
    };
  }
}

interface Notification {
  readonly subscription: SubscriptionRequest;
  readonly url: URL;
  readonly owner: ServiceOwner;
  /** Among the recipients of its call. */
  readonly position: number;
}

/** What all notifications of a call to one service have in common. */
interface ServiceContext {
  readonly payload: NotificationPayload;
  readonly headers: Record<string, string>;
  readonly deadline: CallDeadline;
  /** Encrypted bytes that the service accepts. */
  readonly limit: number;
}

/** Leaves out those who have no push service. */
function byService(recipients: WebPushCall['recipients']): Map<string, Notification[]> {
  const services = new Map<string, Notification[]>();
  for (const [position, { subscription, owner }] of recipients.entries()) {
    if (owner === undefined || owner === 'sandbox') continue;
    const url = new URL(subscription.endpoint);
    const { origin } = url;
    const notifications = services.get(origin) ?? [];
    if (notifications.length === 0) services.set(origin, notifications);
    notifications.push({ subscription, url, owner, position });
  }
  return services;
}

/** Microsoft's service refuses a TTL that contradicts its own header (pywebpush issue 162). */
function cachePolicy(service: URL, timeToLive: string | undefined): Record<string, string> {
  if (!matchesHost('*.notify.windows.com', service)) return {};
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
