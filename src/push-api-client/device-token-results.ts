import type { SendResult } from './send-result.js';

/** Firebase's codes as PushApi numbers them (FirebaseAdmin.Messaging.MessagingErrorCode). */
const INVALID_ARGUMENT = 1;
const INTERNAL = 2;
const QUOTA_EXCEEDED = 3;
const UNAVAILABLE = 5;
const UNREGISTERED = 6;

/** One item of PushApi's answer to `POST /message`; nothing of it is taken for granted. */
interface ResponseItem {
  readonly isSuccess?: unknown;
  readonly deviceToken?: unknown;
  readonly exception?: { readonly messagingErrorCode?: unknown; readonly message?: unknown } | null;
}

/**
 * The result for each of `tokens` that PushApi's answer speaks of; of items that repeat a token the first counts.
 * A token that the answer leaves out is to be tried again.
 */
export function readDeviceTokenResults(tokens: readonly string[], answer: unknown): Map<string, SendResult> {
  const items = responsesOf(answer);
  const anyDelivered = items.some(({ isSuccess }) => isSuccess === true);
  const asked = new Set(tokens);
  const results = new Map<string, SendResult>();
  for (const item of items) {
    const { deviceToken } = item;
    if (typeof deviceToken !== 'string' || !asked.has(deviceToken) || results.has(deviceToken)) continue;
    results.set(deviceToken, toResult(item, anyDelivered));
  }
  return fillMissing(tokens, results, 'PushApi did not answer for this token');
}

/** Every token that has no result yet is to be tried again. */
export function fillMissing(
  tokens: readonly string[],
  results: Map<string, SendResult>,
  message: string,
  retryAfterSeconds?: number,
): Map<string, SendResult> {
  for (const token of tokens) {
    if (results.has(token)) continue;
    results.set(token, { kind: 'temporary', cause: 'call-failed', message, retryAfterSeconds });
  }
  return results;
}

function responsesOf(answer: unknown): ResponseItem[] {
  const responses = (answer as { responses?: unknown } | null)?.responses;
  if (!Array.isArray(responses)) return [];
  return responses.filter((item): item is ResponseItem => typeof item === 'object' && item !== null);
}

function toResult({ isSuccess, exception }: ResponseItem, anyDelivered: boolean): SendResult {
  if (isSuccess === true) return { kind: 'delivered' };
  const message = typeof exception?.message === 'string' ? exception.message : 'PushApi gave no reason';
  const temporary = { kind: 'temporary', message, retryAfterSeconds: undefined } as const;
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
