import { type ResponseItem, DELIVERED, readItems, matchItems, readMessage } from './response-items.js';
import { pushServiceFailure } from './failure-reason.js';
import { retryAfterSeconds } from '../core/http/retry-after.js';
import type { SendResult } from './send-result.js';

/** The push service no longer knows the subscription (RFC 8030, sections 7.3 and 5). */
const GONE_STATUSES = [404, 410];
/** RFC 8030, section 8.4. */
const TOO_MANY_REQUESTS = 429;

/**
 * Returns the result of each endpoint, in the order of `endpoints`, from the body of a response to
 * `POST /webpush`, whose codes are the HTTP statuses of push services. An endpoint without an item has a
 * temporary failure; see `matchItems`.
 * @param nameService the name of the push service that an endpoint belongs to.
 */
export function readSubscriptionResults(
  endpoints: readonly string[],
  response: unknown,
  nameService: (endpoint: string) => string,
): SendResult[] {
  return matchItems(
    endpoints,
    readItems(response),
    ({ subscription }) => subscription?.endpoint,
    (item) => toResult(item, nameService),
  );
}

function toResult(
  { isSuccess, subscription, exception }: ResponseItem,
  nameService: (endpoint: string) => string,
): SendResult {
  if (isSuccess === true) return DELIVERED;
  const message = readMessage(exception);
  const status = exception?.messagingErrorCode;
  const reason = pushServiceFailure(nameService(String(subscription?.endpoint)), status, message);
  if (typeof status !== 'number') return { kind: 'refused', message, reason };
  if (GONE_STATUSES.includes(status)) return { kind: 'gone', message, reason };
  const pause = retryAfterSeconds(exception?.retryAfterSeconds, new Date());
  const temporary = { kind: 'temporary', message, reason, retryAfterSeconds: pause } as const;
  if (status === TOO_MANY_REQUESTS) return { ...temporary, cause: 'limits' };
  if (status >= 500 && status <= 599) return { ...temporary, cause: 'unavailable' };
  // Not gone: 401 and 403, for example, mean a wrong VAPID key and say nothing about the subscription.
  return { kind: 'refused', message, reason };
}
