import {
  type ResponseException,
  type ResponseItem,
  DELIVERED,
  readItems,
  matchItems,
  readMessage,
} from './response-items.js';
import { type FailureReason, firebaseFailure } from './failure-reason.js';
import { retryAfterSeconds } from '../core/http/retry-after.js';
import type { SendResult } from './send-result.js';

/** Firebase's codes as PushApi numbers them (FirebaseAdmin.Messaging.MessagingErrorCode). */
const INVALID_ARGUMENT = 1;
const INTERNAL = 2;
const QUOTA_EXCEEDED = 3;
const UNAVAILABLE = 5;
const UNREGISTERED = 6;

/**
 * Returns the result of each token, in the order of `tokens`, from the body of a response to `POST /message`.
 * A token without an item has a temporary failure; see `matchItems`.
 */
export function readDeviceTokenResults(tokens: readonly string[], response: unknown): SendResult[] {
  const items = readItems(response);
  const anyDelivered = items.some(({ isSuccess }) => isSuccess === true);
  return matchItems(
    tokens,
    items,
    ({ deviceToken }) => deviceToken,
    (item) => toResult(item, anyDelivered),
  );
}

/** A message that Firebase refuses has the number 0 of missing credentials, and is counted apart. */
function readReason(exception: ResponseException | null | undefined): FailureReason {
  return firebaseFailure(exception?.isMessageRefused === true ? INVALID_ARGUMENT : exception?.messagingErrorCode);
}

function toResult({ isSuccess, exception }: ResponseItem, anyDelivered: boolean): SendResult {
  if (isSuccess === true) return DELIVERED;
  const message = readMessage(exception);
  const reason = readReason(exception);
  const pause = retryAfterSeconds(exception?.retryAfterSeconds, new Date());
  const temporary = { kind: 'temporary', message, reason, retryAfterSeconds: pause } as const;
  switch (exception?.messagingErrorCode) {
    case UNREGISTERED:
      return { kind: 'gone', message, reason };
    case INVALID_ARGUMENT:
      // When no token was accepted, the message is invalid, not the tokens.
      return { kind: anyDelivered ? 'gone' : 'refused', message, reason };
    case QUOTA_EXCEEDED:
      return { ...temporary, cause: 'limits' };
    case INTERNAL:
    case UNAVAILABLE:
      return { ...temporary, cause: 'unavailable' };
    default:
      return { kind: 'refused', message, reason };
  }
}
