import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { toTimeSpan } from '../core/http/retry-after.js';
import { PushServices } from '../push-services/push-services.js';
import { type SendOutcome, refused } from './send-outcome.js';
import { CallDeadline } from './call-deadline.js';
import { deliveryHeaders } from './delivery-options.dto.js';
import { RememberedCalls } from './remembered-calls.js';
import { NotificationPayload } from './notification-payload.js';
import { SandboxTransport } from './sandbox.transport.js';
import { ServiceLimits } from './service-limits.js';
import { WebPushTransport, type WebPushMessage } from './web-push-transport.js';
import type { SubscriptionRequest, WebPushResponse, WebPushRequest } from './web-push.dto.js';

/**
 * Below the worker's 30 s per call. What is not sent by then is reported with 503, so nothing is sent twice.
 */
const CALL_TIMEOUT_MS = 25_000;

const NOT_SENT = refused(503, 'There was no time left to send');

/** Sends one message to many subscriptions at once. */
@Injectable()
export class WebPushService {
  private readonly limits: ServiceLimits;

  constructor(
    private readonly transport: WebPushTransport,
    private readonly sandbox: SandboxTransport,
    private readonly services: PushServices,
    private readonly calls: RememberedCalls,
    { pushServiceConcurrency }: Config,
  ) {
    this.limits = new ServiceLimits(pushServiceConcurrency);
  }

  /**
   * Answers one response for each subscription, in their order.
   * @param key the same for a call that is repeated, which is then sent once.
   */
  async send(request: WebPushRequest, key: string | undefined): Promise<WebPushResponse> {
    const { subscriptions, notificationTitle: title, notificationBody: body } = request;
    const recipients = subscriptions.map(({ endpoint }) => endpoint);
    const outcomes = await this.calls.once({ key, title, body, recipients }, () => this.sendNow(request));
    const responses = subscriptions.map((subscription, index) => toResponse(subscription, outcomes[index]));
    const successCount = responses.filter(({ isSuccess }) => isSuccess).length;
    return { responses, successCount, failureCount: responses.length - successCount };
  }

  private async sendNow(request: WebPushRequest): Promise<SendOutcome[]> {
    const message = { payload: new NotificationPayload(request), headers: deliveryHeaders(request) };
    const deadline = new CallDeadline(CALL_TIMEOUT_MS);
    try {
      return await Promise.all(
        request.subscriptions.map((subscription) =>
          this.limits.run(subscription.endpoint, () => this.deliver(message, subscription, deadline)),
        ),
      );
    } finally {
      deadline.clear();
    }
  }

  private async deliver(
    message: WebPushMessage,
    subscription: SubscriptionRequest,
    deadline: CallDeadline,
  ): Promise<SendOutcome> {
    if (deadline.aborted) return NOT_SENT;
    const isForSandbox = this.services.findOwner(subscription.endpoint) === 'sandbox';
    return (isForSandbox ? this.sandbox : this.transport).deliver(message, subscription, deadline);
  }
}

function toResponse(
  { endpoint, p256DH, auth }: SubscriptionRequest,
  outcome: SendOutcome = NOT_SENT,
): WebPushResponse['responses'][number] {
  const subscription = { endpoint, p256DH, auth };
  if (outcome.kind === 'accepted') return { isSuccess: true, subscription, exception: null };
  const { code, message, retryAfterSeconds } = outcome;
  const pause = retryAfterSeconds === undefined ? null : toTimeSpan(retryAfterSeconds);
  const exception = { messagingErrorCode: code, message, retryAfterSeconds: pause };
  return { isSuccess: false, subscription, exception };
}
