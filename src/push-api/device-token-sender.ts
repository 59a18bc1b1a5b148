import { AppError } from '../core/errors/errors.js';
import { type SendOutcome, tellService } from './send-outcome.js';
import type { SenderState } from './sender-state.js';
import { FIREBASE_CODE } from './firebase-code.js';
import type { DeviceMessageResponse, DeviceMessageRequest } from './push-api.dto.js';

/** Sends to Firebase device tokens. */
export abstract class DeviceTokenSender {
  abstract readonly state: SenderState;

  /** Resolves with a code that says why nothing can be sent now; with undefined when it can. */
  findFault(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Resolves with whether Firebase accepts the token. Throws `firebase_unavailable` when it cannot be asked.
   */
  abstract isValid(deviceToken: string): Promise<boolean>;

  /** One outcome for each token, in their order; a token without one was not answered by Firebase. */
  abstract send(request: DeviceMessageRequest): Promise<readonly (DeviceSendOutcome | undefined)[]>;
}

/** The outcome for one token, with Firebase's message id when the message was accepted. */
export type DeviceSendOutcome = SendOutcome & { readonly messageId?: string };

/**
 * Builds the response of `POST /message` from `outcomes`, which are in the order of `tokens`. A token without
 * an outcome is reported as unavailable, so that it is retried.
 */
export function toDeviceResponse(
  tokens: readonly string[],
  outcomes: readonly (DeviceSendOutcome | undefined)[],
  asked: Pick<DeviceMessageRequest, 'withServiceResponse'> = {},
): DeviceMessageResponse {
  const responses = tokens.map((deviceToken, index) =>
    toResponse(deviceToken, outcomes[index], tellService(outcomes[index], asked)),
  );
  const successCount = responses.filter(({ isSuccess }) => isSuccess).length;
  return { responses, successCount, failureCount: responses.length - successCount };
}

/** The error of `isValid` when Firebase cannot be asked. */
export function firebaseUnavailable(): AppError {
  return new AppError('firebase_unavailable', 'Firebase does not say whether the device token is valid; try again.');
}

function toResponse(
  deviceToken: string,
  outcome: DeviceSendOutcome | undefined,
  told: ReturnType<typeof tellService>,
): DeviceMessageResponse['responses'][number] {
  if (outcome?.kind === 'accepted') {
    return { messageId: outcome.messageId ?? null, isSuccess: true, deviceToken, exception: null, ...told };
  }
  const exception = {
    messagingErrorCode: outcome?.code ?? FIREBASE_CODE.unavailable,
    message: outcome?.message ?? 'Firebase did not answer',
    ...(outcome?.isMessageRefused === true ? { isMessageRefused: true } : {}),
  };
  return { messageId: null, isSuccess: false, deviceToken, exception, ...told };
}
