import { Injectable } from '@nestjs/common';
import { toTimeSpan } from '../core/http/retry-after.js';
import { findActiveSpan } from '../core/tracing/tracing.js';
import { PushServices } from '../push-services/push-services.js';
import { type SendOutcome, refused, tellService } from './send-outcome.js';
import { deliveryHeaders } from '../push-payloads/delivery-headers.js';
import { toContent } from '../push-payloads/notification-content.js';
import { RememberedCalls } from './remembered-calls.js';
import { SandboxTransport } from './sandbox.transport.js';
import { WebPushTransport } from './web-push-transport.js';
import type { SubscriptionRequest, WebPushResponse, WebPushRequest } from './web-push.dto.js';

const UNKNOWN = refused(503, 'There is no outcome');

/** Sends one message to many subscriptions at once. */
@Injectable()
export class WebPushService {
  constructor(
    private readonly transport: WebPushTransport,
    private readonly sandbox: SandboxTransport,
    private readonly services: PushServices,
    private readonly calls: RememberedCalls,
  ) {}

  /**
   * Answers one response for each subscription, in their order.
   * @param key the same for a call that is repeated, which is then sent once.
   */
  async send(request: WebPushRequest, key: string | undefined): Promise<WebPushResponse> {
    const { subscriptions, notificationTitle: title, notificationBody: body } = request;
    findActiveSpan()?.describe({ 'push_contact.contacts': subscriptions.length });
    const recipients = subscriptions.map(({ endpoint }) => endpoint);
    const outcomes = await this.calls.once({ key, title, body, recipients }, () => this.sendNow(request));
    const responses = subscriptions.map((subscription, index) =>
      toResponse(subscription, outcomes[index], tellService(outcomes[index], request)),
    );
    const successCount = responses.filter(({ isSuccess }) => isSuccess).length;
    return { responses, successCount, failureCount: responses.length - successCount };
  }

  private async sendNow(request: WebPushRequest): Promise<SendOutcome[]> {
    const message = {
      content: toContent(request),
      headers: deliveryHeaders(request),
      withServiceResponse: request.withServiceResponse === true,
    };
    const recipients = request.subscriptions.map((subscription) => {
      return { subscription, owner: this.services.findOwner(subscription.endpoint) };
    });
    const forSandbox = recipients.filter(({ owner }) => owner === 'sandbox');
    const others = recipients.filter(({ owner }) => owner !== 'sandbox');
    const [ofSandbox, ofOthers] = await Promise.all([
      forSandbox.length === 0 ? [] : this.sandbox.send({ message, recipients: forSandbox }),
      others.length === 0 ? [] : this.transport.send({ message, recipients: others }),
    ]);
    const outcomes = { sandbox: ofSandbox.values(), others: ofOthers.values() };
    return recipients.map(({ owner }) => {
      const next = owner === 'sandbox' ? outcomes.sandbox.next() : outcomes.others.next();
      return next.value ?? UNKNOWN;
    });
  }
}

function toResponse(
  { endpoint, p256DH, auth }: SubscriptionRequest,
  outcome: SendOutcome = UNKNOWN,
  told: ReturnType<typeof tellService>,
): WebPushResponse['responses'][number] {
  const subscription = { endpoint, p256DH, auth };
  if (outcome.kind === 'accepted') return { isSuccess: true, subscription, exception: null, ...told };
  const { code, message, retryAfterSeconds } = outcome;
  const pause = retryAfterSeconds === undefined ? null : toTimeSpan(retryAfterSeconds);
  const exception = { messagingErrorCode: code, message, retryAfterSeconds: pause };
  return { isSuccess: false, subscription, exception, ...told };
}
