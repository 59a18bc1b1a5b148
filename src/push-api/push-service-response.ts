import { retryAfterSeconds } from '../core/http/retry-after.js';
import { matchesHost } from '../push-services/push-service-host.js';
import { ACCEPTED, type SendOutcome, type ServiceResponse, refused } from './send-outcome.js';

const MAX_DETAILS_LENGTH = 300;

/** How much of a response's body is read where it only explains a refusal. */
export const MAX_BODY_BYTES = 1_024;

/** How much of it is read, and told, where a call asks for the service's own answer. */
export const MAX_TOLD_BYTES = 2_048;

/** What a push service has answered, by any version of HTTP. */
export interface PushServiceResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the body, as far as the request reads it. */
  readonly details: string;
}

/** Decodes the beginning of a body that has arrived in chunks. */
export function toDetails(chunks: readonly Buffer[], maxBytes: number): string {
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

/**
 * Makes the answer of a push service ready to be told.
 * @param beganMs of the request, by `performance.now()`.
 */
export function toServiceResponse(
  { status, retryAfter, details }: PushServiceResponse,
  beganMs: number,
): ServiceResponse {
  const body = toDetails([Buffer.from(details)], MAX_TOLD_BYTES);
  return { status, body, retryAfter: retryAfter ?? null, durationMs: Math.round(performance.now() - beganMs) };
}

/**
 * Maps a response to an outcome: any 2xx is accepted (RFC 8030, section 5), any other is refused with its
 * status.
 */
export function toSendOutcome(
  endpoint: URL,
  { status, retryAfter, details }: PushServiceResponse,
  now: Date,
): SendOutcome {
  if (status >= 200 && status < 300) return ACCEPTED;
  const message = `The push service answered ${status}`;
  const text = printable(details);
  return refused(
    statusMeant(endpoint, status),
    text === '' ? message : `${message}: ${text}`,
    retryAfterSeconds(retryAfter, now),
  );
}

/**
 * Microsoft's service returns 406 for too many requests, which is 429 elsewhere (learn.microsoft.com, "Push
 * notification service request and response headers").
 */
function statusMeant(endpoint: URL, status: number): number {
  return status === 406 && matchesHost('*.notify.windows.com', endpoint) ? 429 : status;
}

function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_DETAILS_LENGTH);
}
