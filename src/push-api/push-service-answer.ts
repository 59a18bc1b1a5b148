import { retryAfterSeconds } from '../push-api-client/retry-after.js';
import { isHostOf } from '../push-services/push-service-host.js';
import { ACCEPTED, type Delivery, refused } from './delivery.js';
import type { PushServiceAnswer } from './push-service-connections.js';

const MAX_DETAILS_LENGTH = 300;

/** What a push service's answer says: any 2xx is a yes (RFC 8030, section 5), the rest keeps its status. */
export function toDelivery(endpoint: URL, { status, retryAfter, details }: PushServiceAnswer, now: Date): Delivery {
  if (status >= 200 && status < 300) return ACCEPTED;
  const message = `The push service answered ${status}`;
  const text = printable(details);
  return refused(
    statusMeant(endpoint, status),
    text === '' ? message : `${message}: ${text}`,
    retryAfterSeconds(retryAfter, now),
  );
}

/** Microsoft's service says 406 where it means 429 (learn.microsoft.com, "Push notification service request and response headers"). */
function statusMeant(endpoint: URL, status: number): number {
  return status === 406 && isHostOf('*.notify.windows.com', endpoint) ? 429 : status;
}

function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_DETAILS_LENGTH);
}
