import type { FailureReason } from './failure-reason.js';

/** The result of a call for one device token or subscription. */
export type SendResult =
  | { readonly kind: 'delivered' }
  /** The token or subscription no longer exists: its contact is pruned. */
  | { readonly kind: 'gone'; readonly message: string; readonly reason: FailureReason }
  /** Final, but the token or subscription may be good. */
  | { readonly kind: 'refused'; readonly message: string; readonly reason: FailureReason }
  | TemporaryFailure
  | LostResponse;

/** A failure that is retried, after the requested pause if there is one. */
export interface TemporaryFailure {
  readonly kind: 'temporary';
  readonly cause: 'limits' | 'unavailable' | 'call-failed';
  readonly message: string;
  readonly reason: FailureReason;
  readonly retryAfterSeconds: number | undefined;
}

/** The call was sent and what PushApi said of this recipient was lost: it may have been delivered. */
export interface LostResponse {
  readonly kind: 'unknown';
  readonly message: string;
  readonly reason: FailureReason;
  readonly retryAfterSeconds: number | undefined;
}
