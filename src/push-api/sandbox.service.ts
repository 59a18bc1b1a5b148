import { Injectable } from '@nestjs/common';
import type { DeviceMessageAnswer, DeviceMessageRequest } from './push-api.dto.js';

/**
 * What a device token's name makes the sandbox answer: a token that starts with one of these is refused with Firebase's
 * code, every other is delivered.
 */
const REFUSALS: Readonly<Record<string, { readonly code: number; readonly message: string }>> = {
  unregistered: { code: 6, message: 'Requested entity was not found.' },
  'invalid-argument': { code: 1, message: 'The registration token is not a valid FCM registration token' },
  'sender-mismatch': { code: 4, message: 'SenderId mismatch' },
  quota: { code: 3, message: 'Quota exceeded.' },
  unavailable: { code: 5, message: 'The service is currently unavailable.' },
};

const INVALID_TOKEN_PREFIX = 'invalid-token';

/** Stands in for Firebase where there are no credentials: sends nothing, answers by the device token's name. */
@Injectable()
export class SandboxService {
  /** False for a token that starts with `invalid-token`. */
  isValid(deviceToken: string): boolean {
    return !deviceToken.startsWith(INVALID_TOKEN_PREFIX);
  }

  send({ tokens }: DeviceMessageRequest): DeviceMessageAnswer {
    const responses = tokens.map((deviceToken, index) => {
      const refusal = Object.entries(REFUSALS).find(([prefix]) => deviceToken.startsWith(prefix))?.[1];
      return {
        messageId: refusal === undefined ? `sandbox-${Date.now()}-${index}` : null,
        isSuccess: refusal === undefined,
        deviceToken,
        exception: refusal === undefined ? null : { messagingErrorCode: refusal.code, message: refusal.message },
      };
    });
    const successCount = responses.filter(({ isSuccess }) => isSuccess).length;
    return { responses, successCount, failureCount: responses.length - successCount };
  }
}
