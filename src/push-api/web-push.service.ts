import { Injectable } from '@nestjs/common';
import { PushServices } from '../push-services/push-services.js';
import { type Delivery, refused } from './delivery.js';
import { deliveryHeaders } from './delivery-options.dto.js';
import { NotificationPayload } from './notification-payload.js';
import { SandboxCarrier } from './sandbox.carrier.js';
import { ServiceLimits } from './service-limits.js';
import { WebPushCarrier, type WebPushMessage } from './web-push-carrier.js';
import type { SubscriptionRequest, WebPushAnswer, WebPushRequest } from './web-push.dto.js';

/** Notifications under way at once to one push service, over all calls: each has a connection. */
const CONCURRENCY = 128;

/** The worker waits 30 s for a call: what has not been sent by then is answered as such, so that nothing is sent twice. */
const CALL_TIMEOUT_MS = 25_000;

/** Sends one message to many subscriptions at once. */
@Injectable()
export class WebPushService {
  private readonly limits = new ServiceLimits(CONCURRENCY);

  constructor(
    private readonly carrier: WebPushCarrier,
    private readonly sandbox: SandboxCarrier,
    private readonly services: PushServices,
  ) {}

  /** Answers one response for each subscription, in their order. */
  async send(request: WebPushRequest): Promise<WebPushAnswer> {
    const message = { payload: new NotificationPayload(request), headers: deliveryHeaders(request) };
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const responses = await Promise.all(
      request.subscriptions.map((subscription) =>
        this.limits.run(subscription.endpoint, async () =>
          toResponse(subscription, await this.deliver(message, subscription, signal)),
        ),
      ),
    );
    const successCount = responses.filter(({ isSuccess }) => isSuccess).length;
    return { responses, successCount, failureCount: responses.length - successCount };
  }

  private async deliver(
    message: WebPushMessage,
    subscription: SubscriptionRequest,
    signal: AbortSignal,
  ): Promise<Delivery> {
    if (signal.aborted) return refused(503, 'There was no time left to send');
    const isForSandbox = this.services.ownerOf(subscription.endpoint) === 'sandbox';
    return (isForSandbox ? this.sandbox : this.carrier).deliver(message, subscription, signal);
  }
}

function toResponse(
  { endpoint, p256DH, auth }: SubscriptionRequest,
  delivery: Delivery,
): WebPushAnswer['responses'][number] {
  const subscription = { endpoint, p256DH, auth };
  if (delivery.kind === 'accepted') return { isSuccess: true, subscription, exception: null };
  const { code, message, retryAfterSeconds } = delivery;
  const exception = { messagingErrorCode: code, message, retryAfterSeconds: retryAfterSeconds ?? null };
  return { isSuccess: false, subscription, exception };
}
