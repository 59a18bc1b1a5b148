import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors.js';
import { allFailed } from './answer-items.js';
import { readDeviceTokenResults } from './device-token-results.js';
import { type Notification, type TargetSubscription, toDeviceTokensBody, toSubscriptionsBody } from './notification.js';
import { PushApiConnections } from './push-api-connections.js';
import { retryAfterSeconds } from './retry-after.js';
import type { SendResult } from './send-result.js';
import { readSubscriptionResults } from './subscription-results.js';

/** A visitor waits for this one. */
const CHECK_TIMEOUT_MS = 5_000;
const SEND_TIMEOUT_MS = 30_000;

/** Our side of PushApi's HTTP contract. */
@Injectable()
export class PushApiClient {
  constructor(private readonly connections: PushApiConnections) {}

  /** Whether Firebase knows the token. Throws `push_api_unavailable` when PushApi gives no answer. */
  async isValidDeviceToken(deviceToken: string): Promise<boolean> {
    const answer = await this.connections.get(`/devices/${encodeURIComponent(deviceToken)}`, CHECK_TIMEOUT_MS);
    const isValid = (answer?.json as { isValid?: unknown } | null | undefined)?.isValid;
    if (typeof isValid === 'boolean') return isValid;
    throw new AppError(
      'push_api_unavailable',
      'The device token cannot be checked now; nothing was stored, try again.',
    );
  }

  /**
   * Sends to device tokens in one call, which has room for PUSH_API_TOKENS_LIMIT, and answers a result for each token,
   * in their order. A call that fails as a whole leaves all of them to be tried again.
   */
  sendToDeviceTokens(tokens: readonly string[], notification: Notification): Promise<SendResult[]> {
    return this.send('/message', toDeviceTokensBody(tokens, notification), tokens, readDeviceTokenResults);
  }

  /** As sendToDeviceTokens, for subscriptions. */
  sendToSubscriptions(subscriptions: readonly TargetSubscription[], notification: Notification): Promise<SendResult[]> {
    const endpoints = subscriptions.map(({ endpoint }) => endpoint);
    return this.send('/webpush', toSubscriptionsBody(subscriptions, notification), endpoints, readSubscriptionResults);
  }

  private async send(
    path: string,
    body: object,
    keys: readonly string[],
    read: (keys: readonly string[], answer: unknown) => SendResult[],
  ): Promise<SendResult[]> {
    const answer = await this.connections.post(path, body, SEND_TIMEOUT_MS);
    if (answer === undefined) return allFailed(keys, 'PushApi did not answer');
    if (answer.status === 200) return read(keys, answer.json);
    const pause = retryAfterSeconds(answer.retryAfter, new Date());
    return allFailed(keys, `PushApi answered ${answer.status}`, pause);
  }
}
