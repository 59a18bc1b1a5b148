import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { App } from 'firebase-admin/app';
import type { Messaging, SendResponse } from 'firebase-admin/messaging';
import type { FirebaseSettings } from '../core/firebase-settings.js';
import { ACCEPTED, refused } from './delivery.js';
import { type DeviceDelivery, DeviceMessages, firebaseUnavailable, toDeviceAnswer } from './device-messages.js';
import { FIREBASE_CODE, firebaseCodeOf } from './firebase-code.js';
import { toFirebaseMessage } from './firebase-message.js';
import type { DeviceMessageAnswer, DeviceMessageRequest } from './push-api.dto.js';

/** The worker waits 30 s for a call. The SDK's own attempts may take longer, above all when Firebase asks for a pause. */
const SEND_TIMEOUT_MS = 25_000;

/** A visitor waits for this one: PushApi's caller gives up after 5 s. */
const CHECK_TIMEOUT_MS = 4_500;

/** Requests under way to Firebase at once: one for each token. */
const CONNECTIONS = 100;

/** Codes that speak of the token: Firebase would not send to it, now or later. */
const TOKEN_FAULTS: readonly number[] = [
  FIREBASE_CODE.invalidArgument,
  FIREBASE_CODE.senderIdMismatch,
  FIREBASE_CODE.unregistered,
];

/** Sends through Firebase Cloud Messaging's v1 API. */
@Injectable()
export class FirebaseDeviceMessages extends DeviceMessages {
  private readonly logger = new Logger(FirebaseDeviceMessages.name);

  private constructor(
    private readonly messaging: Messaging,
    private readonly end: () => Promise<void>,
  ) {
    super();
  }

  /** Loads the SDK, which an installation without Firebase is spared. */
  static async connect(settings: FirebaseSettings): Promise<FirebaseDeviceMessages> {
    const [{ cert, deleteApp, initializeApp }, { getMessaging }] = await Promise.all([
      import('firebase-admin/app'),
      import('firebase-admin/messaging'),
    ]);
    const httpAgent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const credential = cert({ ...settings }, httpAgent);
    const app: App = initializeApp({ credential, projectId: settings.projectId, httpAgent }, randomUUID());
    const messaging = getMessaging(app);
    // By HTTP/2 the SDK makes a connection for each call, and one fault of it leaves all tokens of the call without an outcome.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- until HTTP/2 "reaches the same stability", as the SDK says
    messaging.enableLegacyHttpTransport();
    return new FirebaseDeviceMessages(messaging, async () => {
      await deleteApp(app);
      httpAgent.destroy();
    });
  }

  async isValid(deviceToken: string): Promise<boolean> {
    const notification = { title: 'title', body: 'body' };
    const check = this.messaging.send({ token: deviceToken, notification }, true).then(
      () => true,
      (error: unknown) => (TOKEN_FAULTS.includes(firebaseCodeOf(error)) ? false : undefined),
    );
    const isValid = await within(CHECK_TIMEOUT_MS, check);
    if (isValid === undefined) throw firebaseUnavailable();
    return isValid;
  }

  async send(request: DeviceMessageRequest): Promise<DeviceMessageAnswer> {
    const { tokens } = request;
    const sending = this.messaging.sendEachForMulticast({ ...toFirebaseMessage(request), tokens }).then(
      ({ responses }) => responses.map(toDelivery),
      (error: unknown) => {
        this.logger.warn(`Firebase was not reached (${codeOf(error)})`);
        return [];
      },
    );
    return toDeviceAnswer(tokens, (await within(SEND_TIMEOUT_MS, sending)) ?? []);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.end();
  }
}

function toDelivery({ success, messageId, error }: SendResponse): DeviceDelivery {
  if (success) return { ...ACCEPTED, messageId };
  return refused(firebaseCodeOf(error), error?.message ?? 'Firebase gave no reason');
}

/** Undefined when the promise takes longer. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown';
}
