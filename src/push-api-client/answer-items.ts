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

export const DELIVERED: SendResult = { kind: 'delivered' };

/**
 * The result for each of `keys`, in their order, by the first item that is about it, whatever the items' order; items
 * about anything else are ignored, and a key that no item is about is to be tried again.
 */
export function matchItems(
  keys: readonly string[],
  items: readonly AnswerItem[],
  keyOf: (item: AnswerItem) => unknown,
  toResult: (item: AnswerItem) => SendResult,
): SendResult[] {
  // Nearly every answer is in the order of its call, and to compare long keys is cheaper than to look them up.
  const isInOrder = items.length === keys.length && items.every((item, index) => keyOf(item) === keys[index]);
  if (isInOrder) return items.map(toResult);
  const firstItems = new Map<unknown, AnswerItem>();
  for (const item of items) {
    const key = keyOf(item);
    if (!firstItems.has(key)) firstItems.set(key, item);
  }
  return keys.map((key) => {
    const item = firstItems.get(key);
    return item === undefined ? callFailed('PushApi did not answer for this one') : toResult(item);
  });
}

/** The same temporary failure for each of `keys`. */
export function allFailed(keys: readonly string[], message: string, retryAfterSeconds?: number): SendResult[] {
  return keys.map(() => callFailed(message, retryAfterSeconds));
}

/** What the answer says of the failure, for people. */
export function messageOf(exception: AnswerException | null | undefined): string {
  return typeof exception?.message === 'string' ? exception.message : 'PushApi gave no reason';
}

function callFailed(message: string, retryAfterSeconds?: number): SendResult {
  return { kind: 'temporary', cause: 'call-failed', message, retryAfterSeconds };
}
