import { Injectable } from '@nestjs/common';
import { refused } from './send-outcome.js';
import { type DeviceSendOutcome, DeviceTokenSender } from './device-token-sender.js';
import { FIREBASE_CODE } from './firebase-code.js';
import type { DeviceMessageRequest } from './push-api.dto.js';

/** For installations with Web Push only: no device token is valid, and each send is refused. */
@Injectable()
export class UnconfiguredDeviceTokenSender extends DeviceTokenSender {
  readonly state = 'unconfigured';

  isValid(): Promise<boolean> {
    return Promise.resolve(false);
  }

  send({ tokens }: DeviceMessageRequest): Promise<readonly DeviceSendOutcome[]> {
    const refusal = refused(FIREBASE_CODE.thirdPartyAuthError, 'Firebase is not configured: FIREBASE_CREDENTIALS_FILE');
    return Promise.resolve(tokens.map(() => refusal));
  }
}
