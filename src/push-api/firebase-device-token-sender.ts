import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { FirebaseSettings } from '../core/config/firebase-settings.js';
import { isRecord } from '../core/validation/is-record.js';
import { CallDeadline } from './call-deadline.js';
import { ACCEPTED, type Refusal, refused } from './send-outcome.js';
import { type DeviceSendOutcome, DeviceTokenSender, firebaseUnavailable } from './device-token-sender.js';
import {
  FINAL_CODES,
  FIREBASE_CODE,
  isMessageRefused,
  TOKEN_CODES,
  toFirebaseCode,
  toFirebaseMessageText,
} from './firebase-code.js';
import { FirebaseConnections, type FirebaseResponse } from './firebase-connections.js';
import {
  type FirebaseContent,
  toFirebaseMessage,
  toFirebaseTarget,
  toLaterTarget,
} from '../push-payloads/firebase-message.js';
import type { DeviceMessageRequest } from './push-api.dto.js';
import { toServiceResponse } from './push-service-response.js';
import { observePushes, PushTimer } from './push-times.js';
import { AdaptiveLimit, type ConcurrencyBounds } from './service-limits.js';

/** Below the worker's 30 s per call. */
const SEND_TIMEOUT_MS = 25_000;

/** Below the caller's 5 s: a visitor waits for this response. */
const CHECK_TIMEOUT_MS = 4_500;

const ACCESS_TIMEOUT_MS = 2_000;

/** The push service of device tokens, as metrics name it. */
const FIREBASE = 'firebase';

/** What the messages of one call have in common. */
interface FirebaseCall {
  readonly content: FirebaseContent;
  readonly deadline: CallDeadline;
  readonly timer: PushTimer;
}

type FirebaseTarget = ReturnType<typeof toFirebaseTarget>;

/** Too many messages, and what an overloaded service answers. */
const OVERLOAD: readonly number[] = [FIREBASE_CODE.quotaExceeded, FIREBASE_CODE.unavailable];

/** Sends through Firebase Cloud Messaging's v1 API. */
@Injectable()
export class FirebaseDeviceTokenSender extends DeviceTokenSender {
  readonly state = 'up';
  private readonly logger = new Logger(FirebaseDeviceTokenSender.name);

  private readonly limit: AdaptiveLimit<DeviceSendOutcome | undefined>;

  private constructor(
    private readonly connections: FirebaseConnections,
    concurrency: ConcurrencyBounds,
  ) {
    super();
    this.limit = new AdaptiveLimit(concurrency, isOverload);
  }

  /** @param concurrency of messages to Firebase, one for each token. */
  static async connect(settings: FirebaseSettings, concurrency: ConcurrencyBounds): Promise<FirebaseDeviceTokenSender> {
    return new FirebaseDeviceTokenSender(await FirebaseConnections.open(settings), concurrency);
  }

  /** ETIMEDOUT when Google takes longer than a readiness probe waits. */
  override findFault(): Promise<string | undefined> {
    const late = sleep(ACCESS_TIMEOUT_MS, 'ETIMEDOUT', { ref: false });
    const access = this.connections.assertAccess().then(() => undefined, readCode);
    return Promise.race([access, late]);
  }

  async isValid(deviceToken: string): Promise<boolean> {
    const message = { ...toFirebaseTarget(deviceToken), notification: { title: 'title', body: 'body' } };
    const deadline = new CallDeadline(CHECK_TIMEOUT_MS);
    const response = await this.connections
      .post(message, true, deadline)
      .catch(() => undefined)
      .finally(() => {
        deadline.clear();
      });
    if (response === undefined || 'kind' in response) throw firebaseUnavailable();
    if (response.status === 200) return true;
    if (!isRefusedBy(response, TOKEN_CODES)) throw firebaseUnavailable();
    return false;
  }

  async send(request: DeviceMessageRequest): Promise<readonly (DeviceSendOutcome | undefined)[]> {
    const deadline = new CallDeadline(SEND_TIMEOUT_MS);
    const call = { content: toFirebaseMessage(request), deadline, timer: new PushTimer() };
    const failures = new Set<string>();
    const trySending = async (token: string): Promise<DeviceSendOutcome | undefined> => {
      const beganMs = performance.now();
      try {
        const response = await this.sendTo(token, call);
        if (!('kind' in response)) return toTold(response, request.withServiceResponse === true ? beganMs : undefined);
        failures.add(response.message);
      } catch (error) {
        failures.add(readCode(error));
      }
      return undefined;
    };
    try {
      return await this.limit.runAll(request.tokens, trySending);
    } finally {
      deadline.clear();
      observePushes(call.timer.all, () => FIREBASE);
      if (failures.size > 0) this.logger.warn(`Firebase did not respond (${[...failures].join(', ')})`);
    }
  }

  /** Sends to the token, or else to the id that has taken its place where it is not registered any more. */
  private async sendTo(deviceToken: string, call: FirebaseCall): Promise<FirebaseResponse | Refusal> {
    const response = await this.push(toFirebaseTarget(deviceToken), call);
    const later = toLaterTarget(deviceToken);
    if (later === undefined || !isRefusedBy(response, [FIREBASE_CODE.unregistered])) return response;
    const moved = await this.push(later, call);
    return isRefusedBy(moved, FINAL_CODES) ? response : moved;
  }

  private async push(target: FirebaseTarget, call: FirebaseCall): Promise<FirebaseResponse | Refusal> {
    const beganMs = performance.now();
    const response = await this.connections.post({ ...target, ...call.content }, false, call.deadline);
    call.timer.add(FIREBASE, 'status' in response ? response.status : null, beganMs);
    return response;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connections.close();
  }
}

/** @param beganMs of the request where Firebase's own answer is to be told, else undefined. */
function toTold(response: FirebaseResponse, beganMs: number | undefined): DeviceSendOutcome {
  const outcome = toSendOutcome(response);
  return beganMs === undefined ? outcome : { ...outcome, serviceResponse: toServiceResponse(response, beganMs) };
}

function toSendOutcome(response: FirebaseResponse): DeviceSendOutcome {
  if (response.status !== 200) return toRefusal(response);
  const name = isRecord(response.json) ? response.json.name : undefined;
  return typeof name === 'string' ? { ...ACCEPTED, messageId: name } : ACCEPTED;
}

function toRefusal(response: FirebaseResponse): Refusal {
  const refusal = refused(toFirebaseCode(response), toFirebaseMessageText(response));
  return isMessageRefused(response) ? { ...refusal, isMessageRefused: true } : refusal;
}

function isRefusedBy(response: FirebaseResponse | Refusal, codes: readonly number[]): boolean {
  return !('kind' in response) && response.status !== 200 && codes.includes(toFirebaseCode(response));
}

function isOverload(outcome: DeviceSendOutcome | undefined): boolean {
  return outcome === undefined || (outcome.kind === 'refused' && OVERLOAD.includes(outcome.code));
}

function readCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((text): text is string => typeof text === 'string') ?? 'unknown';
}
