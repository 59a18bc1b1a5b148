import type { SendResult } from './send-result.js';

/** One item of PushApi's answer to a send; nothing of it is taken for granted. */
export interface AnswerItem {
  readonly isSuccess?: unknown;
  readonly deviceToken?: unknown;
  readonly subscription?: { readonly endpoint?: unknown } | null;
  readonly exception?: AnswerException | null;
}

export interface AnswerException {
  readonly messagingErrorCode?: unknown;
  readonly message?: unknown;
  readonly retryAfterSeconds?: unknown;
}

/** The items of an answer; none where the answer is garbage. */
export function itemsOf(answer: unknown): AnswerItem[] {
  const responses = (answer as { responses?: unknown } | null)?.responses;
  if (!Array.isArray(responses)) return [];
  return responses.filter((item): item is AnswerItem => typeof item === 'object' && item !== null);
}

/**
 * Gives each of `keys` the result of the first item that is about it, whatever the items' order; items about anything
 * else are ignored, and a key that no item is about is to be tried again.
 */
export function matchItems(
  keys: readonly string[],
  items: readonly AnswerItem[],
  keyOf: (item: AnswerItem) => unknown,
  toResult: (item: AnswerItem) => SendResult,
): Map<string, SendResult> {
  const asked = new Set(keys);
  const results = new Map<string, SendResult>();
  for (const item of items) {
    const key = keyOf(item);
    if (typeof key !== 'string' || !asked.has(key) || results.has(key)) continue;
    results.set(key, toResult(item));
  }
  for (const key of keys) {
    if (!results.has(key)) results.set(key, callFailed('PushApi did not answer for this one'));
  }
  return results;
}

/** The same temporary failure for each of `keys`. */
export function allFailed(
  keys: readonly string[],
  message: string,
  retryAfterSeconds?: number,
): Map<string, SendResult> {
  return new Map(keys.map((key) => [key, callFailed(message, retryAfterSeconds)]));
}

/** What the answer says of the failure, for people. */
export function messageOf(exception: AnswerException | null | undefined): string {
  return typeof exception?.message === 'string' ? exception.message : 'PushApi gave no reason';
}

function callFailed(message: string, retryAfterSeconds?: number): SendResult {
  return { kind: 'temporary', cause: 'call-failed', message, retryAfterSeconds };
}
