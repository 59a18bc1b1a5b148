import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { AxiosResponse } from 'axios';
import { Config } from '../core/config.js';
import { AppError } from '../core/errors.js';
import { allFailed } from './answer-items.js';
import { readDeviceTokenResults } from './device-token-results.js';
import { type Notification, type TargetSubscription, toDeviceTokensBody, toSubscriptionsBody } from './notification.js';
import { retryAfterSeconds } from './retry-after.js';
import type { SendResult } from './send-result.js';
import { readSubscriptionResults } from './subscription-results.js';

/** A visitor waits for this one. */
const CHECK_TIMEOUT_MS = 5_000;
const SEND_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 16 * 1_048_576;

/** Our side of PushApi's HTTP contract. */
@Injectable()
export class PushApiClient {
  constructor(
    private readonly http: HttpService,
    private readonly config: Config,
  ) {}

  /** Whether Firebase knows the token. Throws `push_api_unavailable` when PushApi gives no answer. */
  async isValidDeviceToken(deviceToken: string): Promise<boolean> {
    const url = `${this.config.pushApi.url}/devices/${encodeURIComponent(deviceToken)}`;
    const answer = await this.call<{ isValid?: unknown }>(() =>
      this.http.axiosRef.get(url, { ...this.options(CHECK_TIMEOUT_MS) }),
    );
    const isValid = answer?.status === 200 ? answer.data?.isValid : undefined;
    if (typeof isValid === 'boolean') return isValid;
    throw new AppError(
      'push_api_unavailable',
      'The device token cannot be checked now; nothing was stored, try again.',
    );
  }

  /**
   * Sends to device tokens in one call, which has room for PUSH_API_TOKENS_LIMIT, and answers a result for each token.
   * A call that fails as a whole leaves all of them to be tried again.
   */
  sendToDeviceTokens(tokens: readonly string[], notification: Notification): Promise<Map<string, SendResult>> {
    return this.send('/message', toDeviceTokensBody(tokens, notification), tokens, readDeviceTokenResults);
  }

  /** As sendToDeviceTokens, for subscriptions; results are by endpoint. */
  sendToSubscriptions(
    subscriptions: readonly TargetSubscription[],
    notification: Notification,
  ): Promise<Map<string, SendResult>> {
    const endpoints = subscriptions.map(({ endpoint }) => endpoint);
    return this.send('/webpush', toSubscriptionsBody(subscriptions, notification), endpoints, readSubscriptionResults);
  }

  private async send(
    path: string,
    body: object,
    keys: readonly string[],
    read: (keys: readonly string[], answer: unknown) => Map<string, SendResult>,
  ): Promise<Map<string, SendResult>> {
    const url = `${this.config.pushApi.url}${path}`;
    const answer = await this.call<unknown>(() => this.http.axiosRef.post(url, body, this.options(SEND_TIMEOUT_MS)));
    if (answer === undefined) return allFailed(keys, 'PushApi did not answer');
    if (answer.status === 200) return read(keys, answer.data);
    const pause = retryAfterSeconds(answer.headers['retry-after'], new Date());
    return allFailed(keys, `PushApi answered ${answer.status}`, pause);
  }

  private options(timeout: number): object {
    const { token } = this.config.pushApi;
    return {
      // The signal also ends a call whose answer trickles in; axios' own time-out alone does not.
      signal: AbortSignal.timeout(timeout),
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      validateStatus: () => true,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    };
  }

  /** The answer, or undefined when there was none: refused, timed out, too long. */
  private async call<T>(
    request: () => Promise<AxiosResponse<T | undefined>>,
  ): Promise<AxiosResponse<T | undefined> | undefined> {
    try {
      return await request();
    } catch {
      return undefined;
    }
  }
}
