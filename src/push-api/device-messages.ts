import { AppError } from '../core/errors.js';
import type { Delivery } from './delivery.js';
import { FIREBASE_CODE } from './firebase-code.js';
import type { DeviceMessageAnswer, DeviceMessageRequest } from './push-api.dto.js';

/** Sends to Firebase device tokens. */
export abstract class DeviceMessages {
  /** Whether Firebase would send to the token. Throws `firebase_unavailable` when it does not say. */
  abstract isValid(deviceToken: string): Promise<boolean>;

  /** Answers one response for each token, in their order. */
  abstract send(request: DeviceMessageRequest): Promise<DeviceMessageAnswer>;
}

/** An outcome and, where there is one, Firebase's name for the message. */
export type DeviceDelivery = Delivery & { readonly messageId?: string };

export function toDeviceAnswer(tokens: readonly string[], deliveries: readonly DeviceDelivery[]): DeviceMessageAnswer {
  const responses = tokens.map((deviceToken, index) => toResponse(deviceToken, deliveries[index]));
  const successCount = responses.filter(({ isSuccess }) => isSuccess).length;
  return { responses, successCount, failureCount: responses.length - successCount };
}

export function firebaseUnavailable(): AppError {
  return new AppError('firebase_unavailable', 'Firebase does not say whether the device token is valid; try again.');
}

function toResponse(
  deviceToken: string,
  delivery: DeviceDelivery | undefined,
): DeviceMessageAnswer['responses'][number] {
  if (delivery?.kind === 'accepted') {
    return { messageId: delivery.messageId ?? null, isSuccess: true, deviceToken, exception: null };
  }
  const exception = {
    messagingErrorCode: delivery?.code ?? FIREBASE_CODE.unavailable,
    message: delivery?.message ?? 'Firebase did not answer',
  };
  return { messageId: null, isSuccess: false, deviceToken, exception };
}
