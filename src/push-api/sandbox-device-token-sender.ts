import { Injectable } from '@nestjs/common';
import { ACCEPTED, type Refusal, refused } from './send-outcome.js';
import { type DeviceSendOutcome, DeviceTokenSender } from './device-token-sender.js';
import { deliveryHeaders } from '../push-payloads/delivery-headers.js';
import { FIREBASE_CODE } from './firebase-code.js';
import { toFirebaseMessage } from '../push-payloads/firebase-message.js';
import type { DeviceMessageRequest } from './push-api.dto.js';
import { SandboxNotifications } from './sandbox-notifications.js';

/** The refusal by prefix of the device token; any other token is accepted. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  unregistered: refused(FIREBASE_CODE.unregistered, 'Requested entity was not found.'),
  'invalid-argument': refused(FIREBASE_CODE.invalidArgument, 'The token is not a valid FCM registration token'),
  'sender-mismatch': refused(FIREBASE_CODE.senderIdMismatch, 'SenderId mismatch'),
  quota: refused(FIREBASE_CODE.quotaExceeded, 'Quota exceeded.'),
  unavailable: refused(FIREBASE_CODE.unavailable, 'The service is currently unavailable.'),
};

const INVALID_TOKEN_PREFIX = 'invalid-token';

/**
 * Replaces Firebase when there are no credentials: sends nothing, chooses the outcome by the token's prefix,
 * and keeps the notification for `GET /sandbox/notifications`.
 */
@Injectable()
export class SandboxDeviceTokenSender extends DeviceTokenSender {
  readonly state = 'sandbox';

  constructor(private readonly notifications: SandboxNotifications) {
    super();
  }

  /** False for a token that starts with `invalid-token`. */
  isValid(deviceToken: string): Promise<boolean> {
    return Promise.resolve(!deviceToken.startsWith(INVALID_TOKEN_PREFIX));
  }

  send(request: DeviceMessageRequest): Promise<readonly DeviceSendOutcome[]> {
    const content = toFirebaseMessage(request);
    const headers = deliveryHeaders(request);
    const outcomes = request.tokens.map((recipient, index): DeviceSendOutcome => {
      const refusal = Object.entries(REFUSALS).find(([name]) => recipient.startsWith(name))?.[1];
      this.notifications.add({ channel: 'firebase', recipient, content, headers }, refusal ?? ACCEPTED);
      return refusal ?? { ...ACCEPTED, messageId: `sandbox-${Date.now()}-${index}` };
    });
    return Promise.resolve(outcomes);
  }
}
