import { Injectable } from '@nestjs/common';
import { refused } from './delivery.js';
import { DeviceMessages, toDeviceAnswer } from './device-messages.js';
import { FIREBASE_CODE } from './firebase-code.js';
import type { DeviceMessageAnswer, DeviceMessageRequest } from './push-api.dto.js';

/** For an installation that sends by Web Push alone: no device token is valid, and none is said to be delivered to. */
@Injectable()
export class UnconfiguredDeviceMessages extends DeviceMessages {
  isValid(): Promise<boolean> {
    return Promise.resolve(false);
  }

  send({ tokens }: DeviceMessageRequest): Promise<DeviceMessageAnswer> {
    const refusal = refused(FIREBASE_CODE.thirdPartyAuthError, 'Firebase is not configured: FIREBASE_CREDENTIALS_FILE');
    return Promise.resolve(
      toDeviceAnswer(
        tokens,
        tokens.map(() => refusal),
      ),
    );
  }
}
