import { type AnswerItem, DELIVERED, itemsOf, matchItems, messageOf } from './answer-items.js';
import { retryAfterSeconds } from './retry-after.js';
import type { SendResult } from './send-result.js';

/** RFC 8030, sections 7.3 and 5: the push service knows the subscription no more. */
const GONE_STATUSES = [404, 410];
/** RFC 8030, section 8.4. */
const TOO_MANY_REQUESTS = 429;

/** The result for each of `endpoints` by PushApi's answer to `POST /webpush`, whose codes are the push services' statuses. */
export function readSubscriptionResults(endpoints: readonly string[], answer: unknown): SendResult[] {
  return matchItems(endpoints, itemsOf(answer), ({ subscription }) => subscription?.endpoint, toResult);
}

function toResult({ isSuccess, exception }: AnswerItem): SendResult {
  if (isSuccess === true) return DELIVERED;
  const message = messageOf(exception);
  const status = exception?.messagingErrorCode;
  // 401 and 403 mean a wrong VAPID key and say nothing of the subscription.
  if (typeof status !== 'number') return { kind: 'refused', message };
  if (GONE_STATUSES.includes(status)) return { kind: 'gone', message };
  const pause = retryAfterSeconds(exception?.retryAfterSeconds, new Date());
  const temporary = { kind: 'temporary', message, retryAfterSeconds: pause } as const;
  if (status === TOO_MANY_REQUESTS) return { ...temporary, cause: 'limits' };
  if (status >= 500 && status <= 599) return { ...temporary, cause: 'unavailable' };
  return { kind: 'refused', message };
}
