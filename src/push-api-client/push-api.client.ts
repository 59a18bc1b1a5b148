import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { findActiveSpan, inSpan, type SpanAttributes } from '../core/tracing/tracing.js';
import { PushServiceNames } from '../push-services/push-service-names.js';
import { FIREBASE, statusFailure } from './failure-reason.js';
import { allFailed, allLost, hasItems, MISSING } from './response-items.js';
import { readDeviceTokenResults } from './device-token-results.js';
import { type Notification, type TargetSubscription, toDeviceTokensBody, toSubscriptionsBody } from './notification.js';
import { type NoResponse, PushApiConnections, type PushApiResponse } from './push-api-connections.js';
import { retryAfterSeconds } from '../core/http/retry-after.js';
import { SendObserver } from './send-observer.js';
import type { SendResult } from './send-result.js';
import { readServiceAnswer, type ServiceAnswer } from './service-answer.js';
import { readSubscriptionResults } from './subscription-results.js';

/** Short, because a visitor waits for this response. */
const CHECK_TIMEOUT_MS = 5_000;
const SEND_TIMEOUT_MS = 30_000;

const OK = 200;
const GATEWAY_TIMEOUT = 504;

/** PushApi refuses the call because of its size (RFC 9110, section 15.5.14); a smaller one may pass. */
export const TOO_LARGE = 'too-large';
const CONTENT_TOO_LARGE = 413;

interface SendCall {
  readonly path: '/message' | '/webpush';
  readonly body: object;
  readonly callId: string;
  readonly messageId: string;
  /** Tokens or endpoints. */
  readonly keys: readonly string[];
  readonly read: (response: unknown) => SendResult[];
  /** The push service of the recipient at this place. */
  readonly nameService: (index: number) => string;
}

/** The one recipient of a test: a subscription, or else a device token. */
export type TestTarget =
  | { readonly by: 'subscription'; readonly subscription: TargetSubscription }
  | { readonly by: 'device-token'; readonly deviceToken: string };

/** What became of a test. */
export interface TestResult {
  readonly result: SendResult;
  readonly answer: ServiceAnswer;
  /** As `FailureReason.service` names it. */
  readonly pushService: string;
  /** Of the whole call to PushApi. */
  readonly callMs: number;
}

/** Our side of PushApi's HTTP contract. */
@Injectable()
export class PushApiClient {
  constructor(
    private readonly connections: PushApiConnections,
    private readonly observer: SendObserver,
    private readonly names: PushServiceNames,
  ) {}

  /** Resolves with whether the token is valid. Throws `push_api_unavailable` when PushApi does not say. */
  async isValidDeviceToken(deviceToken: string): Promise<boolean> {
    const path = `/devices/${encodeURIComponent(deviceToken)}`;
    const response = await traced('GET', '/devices/{token}', {}, () =>
      this.observer.measure('/devices', this.connections.get(path, CHECK_TIMEOUT_MS)),
    );
    const isValid = response.status === OK ? readIsValid(response.json) : undefined;
    const failure = this.observer.observeCall('/devices', response, isValid !== undefined);
    if (isValid !== undefined) return isValid;
    if (failure !== undefined) this.observer.observeFailedCheck(failure);
    throw new AppError(
      'push_api_unavailable',
      'The device token cannot be checked now; nothing was stored, try again.',
    );
  }

  /** Makes contacts visible that are sent to no more, because the message's time to live is over. */
  observeExpired(messageId: string, contacts: number): void {
    this.observer.observeExpired(messageId, contacts);
  }

  /** Makes contacts visible that cannot be sent to, because their fields make a link too long. */
  observeLongLinks(messageId: string, contacts: number): void {
    this.observer.observeLongLinks(messageId, contacts);
  }

  /**
   * Sends to device tokens in one call, which has room for PUSH_API_TOKENS_LIMIT, and returns a result
   * for each token, in their order. A call that fails as a whole leaves all of them to be tried again; one
   * that is `too-large` for PushApi is to be made in parts.
   * @param callId the same when a call is repeated whose response was lost, so that PushApi sends once.
   */
  sendToDeviceTokens(
    tokens: readonly string[],
    notification: Notification,
    callId: string,
  ): Promise<SendResult[] | typeof TOO_LARGE> {
    return this.send(toDeviceTokensCall(tokens, notification, callId));
  }

  /** As sendToDeviceTokens, for subscriptions. */
  sendToSubscriptions(
    subscriptions: readonly TargetSubscription[],
    notification: Notification,
    callId: string,
  ): Promise<SendResult[] | typeof TOO_LARGE> {
    return this.send(this.toSubscriptionsCall(subscriptions, notification, callId));
  }

  /**
   * Sends to one recipient and asks for the push service's own answer. No message has the result: only the
   * state of PushApi and the counter of test sends learn of it.
   */
  async sendTest(target: TestTarget, notification: Notification, callId: string): Promise<TestResult> {
    const call =
      target.by === 'device-token'
        ? toDeviceTokensCall([target.deviceToken], notification, callId)
        : this.toSubscriptionsCall([target.subscription], notification, callId);
    const beganMs = performance.now();
    const response = await this.post({ ...call, body: { ...call.body, withServiceResponse: true } });
    const [result = MISSING] = this.interpret(call, response);
    const pushService = result.kind === 'delivered' ? call.nameService(0) : result.reason.service;
    this.observer.observeTest(pushService, result);
    const answer = readServiceAnswer(response.status === OK ? response.json : undefined, call.path);
    return { result, answer, pushService, callMs: Math.round(performance.now() - beganMs) };
  }

  private toSubscriptionsCall(
    subscriptions: readonly TargetSubscription[],
    notification: Notification,
    callId: string,
  ): SendCall {
    const keys = subscriptions.map(({ endpoint }) => endpoint);
    const nameService = (endpoint: string): string => this.names.name(endpoint);
    return {
      path: '/webpush',
      body: toSubscriptionsBody(subscriptions, notification),
      callId,
      messageId: notification.messageId,
      keys,
      read: (response) => readSubscriptionResults(keys, response, nameService),
      nameService: (index) => nameService(keys[index] ?? ''),
    };
  }

  private async send(call: SendCall): Promise<SendResult[] | typeof TOO_LARGE> {
    const response = await this.post(call);
    const results = this.interpret(call, response);
    this.observer.observeResults(call.messageId, results, call.nameService);
    return response.status === CONTENT_TOO_LARGE ? TOO_LARGE : results;
  }

  private post({ path, body, callId, messageId, keys }: SendCall): Promise<PushApiResponse | NoResponse> {
    const attributes = { 'push_contact.message_id': messageId, 'push_contact.contacts': keys.length };
    return traced('POST', path, attributes, () =>
      this.observer.measure(path, this.connections.post(path, body, SEND_TIMEOUT_MS, callId)),
    );
  }

  private interpret({ path, keys, read }: SendCall, response: PushApiResponse | NoResponse): SendResult[] {
    const isComplete = response.status === OK && hasItems(response.json);
    const reason = this.observer.observeCall(path, response, isComplete);
    if (response.status === OK && reason === undefined) return read(response.json);
    const failure = { reason: reason ?? statusFailure(OK) };
    if (response.status === null) {
      return response.isSent
        ? allLost(keys, { ...failure, message: `PushApi did not answer (${response.code})` })
        : allFailed(keys, { ...failure, message: `PushApi was not reached (${response.code})` });
    }
    const retryAfter = retryAfterSeconds(response.retryAfter, new Date());
    const message =
      response.status === OK ? 'PushApi did not answer for this one' : `PushApi answered ${response.status}`;
    const whole = { ...failure, message, retryAfterSeconds: retryAfter };
    return mayHaveSent(response.status) ? allLost(keys, whole) : allFailed(keys, whole);
  }
}

function toDeviceTokensCall(tokens: readonly string[], notification: Notification, callId: string): SendCall {
  return {
    path: '/message',
    body: toDeviceTokensBody(tokens, notification),
    callId,
    messageId: notification.messageId,
    keys: tokens,
    read: (response) => readDeviceTokenResults(tokens, response),
    nameService: () => FIREBASE,
  };
}

/**
 * Makes a call in a span of its own.
 * @param route the path, or its pattern where the path holds a token.
 */
function traced(
  method: 'GET' | 'POST',
  route: string,
  attributes: SpanAttributes,
  call: () => Promise<PushApiResponse | NoResponse>,
): Promise<PushApiResponse | NoResponse> {
  const request = { 'http.request.method': method, 'http.route': route };
  return inSpan({ name: `${method} ${route}`, kind: 'client', attributes: { ...request, ...attributes } }, async () => {
    const response = await call();
    const span = findActiveSpan();
    if (response.status === null) span?.fail(response.code);
    else span?.describe({ 'http.response.status_code': response.status });
    if (response.status !== null && response.status >= 400) span?.fail(String(response.status));
    return response;
  });
}

function readIsValid(json: unknown): boolean | undefined {
  const isValid = (json as { isValid?: unknown } | null | undefined)?.isValid;
  return typeof isValid === 'boolean' ? isValid : undefined;
}

/**
 * A success without the results that belong to it, and a proxy that has waited in vain for PushApi's
 * response (RFC 9110, section 15.6.5). Of any other status PushApi says itself that it has not done
 * what it was asked.
 */
function mayHaveSent(status: number): boolean {
  return (status >= OK && status < 300) || status === GATEWAY_TIMEOUT;
}
