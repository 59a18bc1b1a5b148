import { type AnswerItem, DELIVERED, itemsOf, matchItems, messageOf } from './answer-items.js';
import { retryAfterSeconds } from './retry-after.js';
import type { SendResult } from './send-result.js';

/** Firebase's codes as PushApi numbers them (FirebaseAdmin.Messaging.MessagingErrorCode). */
const INVALID_ARGUMENT = 1;
const INTERNAL = 2;
const QUOTA_EXCEEDED = 3;
const UNAVAILABLE = 5;
const UNREGISTERED = 6;

/** The result for each of `tokens` by PushApi's answer to `POST /message`. */
export function readDeviceTokenResults(tokens: readonly string[], answer: unknown): SendResult[] {
  const items = itemsOf(answer);
  const anyDelivered = items.some(({ isSuccess }) => isSuccess === true);
  return matchItems(
    tokens,
    items,
    ({ deviceToken }) => deviceToken,
    (item) => toResult(item, anyDelivered),
  );
}

function toResult({ isSuccess, exception }: AnswerItem, anyDelivered: boolean): SendResult {
  if (isSuccess === true) return DELIVERED;
  const message = messageOf(exception);
  const pause = retryAfterSeconds(exception?.retryAfterSeconds, new Date());
  const temporary = { kind: 'temporary', message, retryAfterSeconds: pause } as const;
  switch (exception?.messagingErrorCode) {
    case UNREGISTERED:
      return { kind: 'gone', message };
    case INVALID_ARGUMENT:
      // When no token was accepted, the message is at fault, not the tokens.
      return { kind: anyDelivered ? 'gone' : 'refused', message };
    case QUOTA_EXCEEDED:
      return { ...temporary, cause: 'limits' };
    case INTERNAL:
    case UNAVAILABLE:
      return { ...temporary, cause: 'unavailable' };
    default:
      return { kind: 'refused', message };
  }
}
