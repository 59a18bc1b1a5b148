import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import type { AxiosResponse } from 'axios';
import { Config } from '../core/config.js';
import { AppError } from '../core/errors.js';
import { fillMissing, readDeviceTokenResults } from './device-token-results.js';
import { retryAfterSeconds } from './retry-after.js';
import type { SendResult } from './send-result.js';

/** A notification for Firebase device tokens. */
export interface DeviceNotification {
  readonly title: string;
  readonly body: string;
  readonly onClickLink: string | null;
  readonly imageUrl: string | null;
}

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
   * Sends to as many tokens as fit into calls of the configured size, all calls at once, and answers one result for each
   * token. A call that fails as a whole leaves its tokens to be tried again.
   */
  async sendToDeviceTokens(tokens: readonly string[], content: DeviceNotification): Promise<Map<string, SendResult>> {
    const { tokensLimit } = this.config.pushApi;
    const calls: Promise<Map<string, SendResult>>[] = [];
    for (let start = 0; start < tokens.length; start += tokensLimit) {
      calls.push(this.sendCall(tokens.slice(start, start + tokensLimit), content));
    }
    return new Map((await Promise.all(calls)).flatMap((results) => [...results]));
  }

  private async sendCall(tokens: string[], content: DeviceNotification): Promise<Map<string, SendResult>> {
    const body = {
      tokens,
      notificationTitle: content.title,
      notificationBody: content.body,
      notificationOnClickLink: content.onClickLink,
      imageUrl: content.imageUrl,
    };
    const url = `${this.config.pushApi.url}/message`;
    const answer = await this.call<unknown>(() => this.http.axiosRef.post(url, body, this.options(SEND_TIMEOUT_MS)));
    if (answer === undefined) return fillMissing(tokens, new Map(), 'PushApi did not answer');
    if (answer.status === 200) return readDeviceTokenResults(tokens, answer.data);
    const pause = retryAfterSeconds(answer.headers['retry-after'], new Date());
    return fillMissing(tokens, new Map(), `PushApi answered ${answer.status}`, pause);
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
