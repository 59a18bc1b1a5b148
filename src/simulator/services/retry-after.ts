import type { ServiceSettings } from '../settings.js';

/** What a service that is unavailable tells to wait (autopush-rs, autoendpoint/src/error.rs, has 120). */
const UNAVAILABLE_SECONDS = 60;

/**
 * Returns the header Retry-After in the form of the settings (RFC 9110, section 10.2.3): seconds, an HTTP
 * date, or none. `seconds` is used unless the settings have a number of their own.
 */
export function retryAfterHeaders(
  { retryAfter, retryAfterSeconds }: Pick<ServiceSettings, 'retryAfter' | 'retryAfterSeconds'>,
  seconds = UNAVAILABLE_SECONDS,
  nowMs = Date.now(),
): Record<string, string> {
  const wait = retryAfterSeconds > 0 ? retryAfterSeconds : seconds;
  if (retryAfter === 'none') return {};
  return { 'retry-after': retryAfter === 'seconds' ? String(wait) : new Date(nowMs + wait * 1_000).toUTCString() };
}
