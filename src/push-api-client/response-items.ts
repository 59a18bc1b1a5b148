import { callFailure, type FailureReason, INCOMPLETE } from './failure-reason.js';
import type { SendResult } from './send-result.js';

/** One item of PushApi's response to a send. All fields are unknown: the response is not validated. */
export interface ResponseItem {
  readonly isSuccess?: unknown;
  readonly deviceToken?: unknown;
  readonly subscription?: { readonly endpoint?: unknown } | null;
  readonly exception?: ResponseException | null;
}

export interface ResponseException {
  readonly messagingErrorCode?: unknown;
  readonly message?: unknown;
  readonly retryAfterSeconds?: unknown;
  readonly isMessageRefused?: unknown;
}

/** Whether a response has a list of items, as every 200 of PushApi has. */
export function hasItems(response: unknown): boolean {
  return Array.isArray((response as { responses?: unknown } | null | undefined)?.responses);
}

/** Returns the items of a response; none when the response is malformed. */
export function readItems(response: unknown): ResponseItem[] {
  const responses = (response as { responses?: unknown } | null)?.responses;
  if (!Array.isArray(responses)) return [];
  return responses.filter((item): item is ResponseItem => typeof item === 'object' && item !== null);
}

export const DELIVERED: SendResult = { kind: 'delivered' };

/**
 * The result for each of `keys`, in their order, by the first item that is about it, whatever the
 * items' order; items about anything else are ignored. Of a key that no item is about, or one that does not
 * say whether it succeeded, nothing is known.
 */
export function matchItems(
  keys: readonly string[],
  items: readonly ResponseItem[],
  readKey: (item: ResponseItem) => unknown,
  toResult: (item: ResponseItem) => SendResult,
): SendResult[] {
  const read = (item: ResponseItem): SendResult => (isReadable(item) ? toResult(item) : MISSING);
  // Nearly every response is in the order of its call, and comparing long keys is cheaper than hashing them.
  const isInOrder = items.length === keys.length && items.every((item, index) => readKey(item) === keys[index]);
  if (isInOrder) return items.map(read);
  const firstItems = new Map<unknown, ResponseItem>();
  for (const item of items) {
    const key = readKey(item);
    if (!firstItems.has(key)) firstItems.set(key, item);
  }
  return keys.map((key) => {
    const item = firstItems.get(key);
    return item === undefined ? MISSING : read(item);
  });
}

/** Whether it says that the recipient got the message, or why not. */
function isReadable({ isSuccess, exception }: ResponseItem): boolean {
  return typeof isSuccess === 'boolean' || (typeof exception === 'object' && exception !== null);
}

/** What is the same for all recipients of a call that failed. */
export interface CallFailure {
  readonly message: string;
  readonly reason: FailureReason;
  readonly retryAfterSeconds?: number | undefined;
}

/** Returns the same temporary failure for each of `keys`. */
export function allFailed(keys: readonly string[], { retryAfterSeconds, ...failure }: CallFailure): SendResult[] {
  return keys.map(() => ({ kind: 'temporary', cause: 'call-failed', ...failure, retryAfterSeconds }));
}

/** As `allFailed`, for a call that was sent and of whose recipients nothing is known. */
export function allLost(keys: readonly string[], failure: CallFailure): SendResult[] {
  return keys.map(() => lost(failure));
}

/** What the answer says of the failure, for people. */
export function readMessage(exception: ResponseException | null | undefined): string {
  return typeof exception?.message === 'string' ? exception.message : 'PushApi gave no reason';
}

function lost({ retryAfterSeconds, ...failure }: CallFailure): SendResult {
  return { kind: 'unknown', ...failure, retryAfterSeconds };
}

/** Of a recipient that PushApi's response has no item for, or one that does not say whether it succeeded. */
export const MISSING = lost({
  message: 'PushApi did not answer for this one',
  reason: callFailure(200, INCOMPLETE.noResult),
});
