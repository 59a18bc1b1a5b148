import { Injectable } from '@nestjs/common';
import { ACCEPTED, type Refusal, refused } from './delivery.js';
import { type DeviceDelivery, DeviceMessages, toDeviceAnswer } from './device-messages.js';
import { deliveryHeaders } from './delivery-options.dto.js';
import { FIREBASE_CODE } from './firebase-code.js';
import { toFirebaseMessage } from './firebase-message.js';
import type { DeviceMessageAnswer, DeviceMessageRequest } from './push-api.dto.js';
import { SandboxNotifications } from './sandbox-notifications.js';

/** What a device token's name makes the sandbox answer: one that starts with such a name is refused, every other delivered. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  unregistered: refused(FIREBASE_CODE.unregistered, 'Requested entity was not found.'),
  'invalid-argument': refused(FIREBASE_CODE.invalidArgument, 'The token is not a valid FCM registration token'),
  'sender-mismatch': refused(FIREBASE_CODE.senderIdMismatch, 'SenderId mismatch'),
  quota: refused(FIREBASE_CODE.quotaExceeded, 'Quota exceeded.'),
  unavailable: refused(FIREBASE_CODE.unavailable, 'The service is currently unavailable.'),
};

const INVALID_TOKEN_PREFIX = 'invalid-token';

/** Stands in for Firebase where there are no credentials: sends nothing, answers by the token's name, shows what it was given. */
@Injectable()
export class SandboxDeviceMessages extends DeviceMessages {
  constructor(private readonly notifications: SandboxNotifications) {
    super();
  }

  /** False for a token that starts with `invalid-token`. */
  isValid(deviceToken: string): Promise<boolean> {
    return Promise.resolve(!deviceToken.startsWith(INVALID_TOKEN_PREFIX));
  }

  send(request: DeviceMessageRequest): Promise<DeviceMessageAnswer> {
    const content = toFirebaseMessage(request);
    const headers = deliveryHeaders(request);
    const deliveries = request.tokens.map((recipient, index): DeviceDelivery => {
      const refusal = Object.entries(REFUSALS).find(([name]) => recipient.startsWith(name))?.[1];
      this.notifications.add({ channel: 'firebase', recipient, content, headers }, refusal ?? ACCEPTED);
      return refusal ?? { ...ACCEPTED, messageId: `sandbox-${Date.now()}-${index}` };
    });
    return Promise.resolve(toDeviceAnswer(request.tokens, deliveries));
  }
}
