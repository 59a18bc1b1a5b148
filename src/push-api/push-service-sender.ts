import { matchesHost } from '../push-services/push-service-host.js';
import { CallDeadline } from './call-deadline.js';
import { maxEncryptedBytes, MIN_LIMIT_BYTES, plainBytesFor } from '../push-payloads/payload-limit.js';
import { PushServiceConnections, type ServiceOwner } from './push-service-connections.js';
import { MAX_TOLD_BYTES, toSendOutcome, toServiceResponse } from './push-service-response.js';
import { type Payload, ServicePayloads } from '../push-payloads/service-payloads.js';
import { type SendOutcome, refused } from './send-outcome.js';
import { type PushTimes, PushTimer } from './push-times.js';
import { type ConcurrencyBounds, ServiceLimits } from './service-limits.js';
import type { VapidAuthorization } from './vapid-authorization.js';
import { type VapidKeys, VapidRing } from './vapid-ring.js';
import type { WebPushCall, WebPushMessage } from './web-push-transport.js';
import type { SubscriptionRequest } from './web-push.dto.js';
import { encryptPayload } from './web-push-encryption.js';

/**
 * Below the worker's 30 s per call. What is not sent by then is reported with 503, so nothing is sent twice.
 */
const CALL_TIMEOUT_MS = 25_000;

const TOO_LARGE = 413;

const NO_PUSH_SERVICE = refused(400, "The endpoint is no push service's");

/** What a push service would answer if another key had signed (RFC 8292, section 4.2). */
const UNKNOWN_KEY = refused(403, "PushApi has no pair of the subscription's VAPID key");

export interface PushServiceSenderOptions {
  readonly keys: VapidKeys;
  /** Concurrent notifications to one push service. */
  readonly concurrency: ConcurrencyBounds;
}

/** What became of a call. */
export interface SentCall {
  /** One for each recipient, in their order. */
  readonly outcomes: readonly SendOutcome[];
  readonly times: readonly PushTimes[];
}

/** Sends through the browser vendors' push services (RFC 8030, 8291, 8292), all from one thread. */
export class PushServiceSender {
  private readonly connections = new PushServiceConnections();
  private readonly limits: ServiceLimits;
  private readonly ring: VapidRing;

  constructor({ keys, concurrency }: PushServiceSenderOptions) {
    this.limits = new ServiceLimits(concurrency);
    this.ring = new VapidRing(keys);
  }

  /** Never rejects. */
  async send({ message, recipients }: WebPushCall): Promise<SentCall> {
    const payloads = new ServicePayloads(message.content);
    const deadline = new CallDeadline(CALL_TIMEOUT_MS);
    const outcomes = recipients.map((): SendOutcome => NO_PUSH_SERVICE);
    const timer = new PushTimer();
    const deliverAll = async (origin: string, notifications: readonly Notification[]): Promise<void> => {
      const service = new URL(origin);
      const headersOf = perSigner((signer) => headersFor(service, message.headers, signer));
      const { withServiceResponse } = message;
      const limit = maxEncryptedBytes(service);
      const context = { payload: payloads.for(service), headersOf, deadline, limit, withServiceResponse, timer };
      const delivered = await this.limits.runAll(origin, notifications, (each) => this.deliver(each, context));
      for (const [index, { position }] of notifications.entries()) {
        outcomes[position] = delivered[index] ?? NO_PUSH_SERVICE;
      }
    };
    try {
      await Promise.all([...this.byService(recipients, outcomes)].map((entry) => deliverAll(...entry)));
    } finally {
      deadline.clear();
    }
    return { outcomes, times: timer.all };
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
    if (!wasTooLarge || context.limit <= MIN_LIMIT_BYTES || toJson(notification, context) === undefined) return outcome;
    return this.post(notification, { ...context, limit: MIN_LIMIT_BYTES });
  }

  private async post(notification: Notification, context: ServiceContext): Promise<SendOutcome> {
    const { url, owner, subscription, signer } = notification;
    const { headersOf, deadline, limit, withServiceResponse, timer } = context;
    const json = toJson(notification, context);
    if (json === undefined) return refused(TOO_LARGE, `Links and actions alone are more than ${limit} bytes`);
    const body = encrypted(subscription, json);
    if (body === undefined) return refused(400, "The subscription's keys cannot be encrypted for");
    const beganMs = performance.now();
    const headers = headersOf(signer);
    const request = { headers, body, deadline, ...(withServiceResponse && { maxBodyBytes: MAX_TOLD_BYTES }) };
    const response = await this.connections.post(url, owner, request);
    timer.add(url.origin, 'status' in response ? response.status : null, beganMs);
    if (!('status' in response)) return response;
    const outcome = toSendOutcome(url, response, new Date());
    return withServiceResponse ? { ...outcome, serviceResponse: toServiceResponse(response, beganMs) } : outcome;
  }

  /** Leaves out those who have no push service, and sets the outcome of those whose key is unknown. */
  private byService(recipients: WebPushCall['recipients'], outcomes: SendOutcome[]): Map<string, Notification[]> {
    const services = new Map<string, Notification[]>();
    for (const [position, { subscription, owner }] of recipients.entries()) {
      if (owner === undefined || owner === 'sandbox') continue;
      const signer = this.ring.find(subscription.vapidPublicKey);
      if (signer === undefined) {
        outcomes[position] = UNKNOWN_KEY;
        continue;
      }
      const url = new URL(subscription.endpoint);
      const { origin } = url;
      const notifications = services.get(origin) ?? [];
      if (notifications.length === 0) services.set(origin, notifications);
      notifications.push({ subscription, url, owner, signer, position });
    }
    return services;
  }
}

interface Notification {
  readonly subscription: SubscriptionRequest;
  readonly url: URL;
  readonly owner: ServiceOwner;
  /** Of the key that the subscription belongs to. */
  readonly signer: VapidAuthorization;
  /** Among the recipients of its call. */
  readonly position: number;
}

/** What all notifications of a call to one service have in common. */
interface ServiceContext {
  readonly payload: Payload;
  readonly headersOf: (signer: VapidAuthorization) => Record<string, string>;
  readonly deadline: CallDeadline;
  /** Encrypted bytes that the service accepts. */
  readonly limit: number;
  readonly withServiceResponse: boolean;
  readonly timer: PushTimer;
}

/** Returns undefined where the message does not fit, so that nothing is posted. */
function toJson({ subscription }: Notification, { payload, limit }: ServiceContext): string | undefined {
  return payload.jsonFor(subscription.subscriptionExtraData, plainBytesFor(limit));
}

function headersFor(
  service: URL,
  headers: WebPushMessage['headers'],
  signer: VapidAuthorization,
): Record<string, string> {
  return {
    ...headers,
    ...cachePolicy(service, headers.TTL),
    authorization: signer.headerFor(service.origin),
    'content-encoding': 'aes128gcm',
    'content-type': 'application/octet-stream',
  };
}

/** A call has few keys, mostly one: the headers of each are built once. */
function perSigner<T>(build: (signer: VapidAuthorization) => T): (signer: VapidAuthorization) => T {
  const built = new Map<VapidAuthorization, T>();
  return (signer) => {
    const value = built.get(signer) ?? build(signer);
    built.set(signer, value);
    return value;
  };
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
