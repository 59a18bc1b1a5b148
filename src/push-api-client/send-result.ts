/** What became of a notification for one device token or subscription. */
export type SendResult =
  | { readonly kind: 'delivered' }
  /** The token is no longer registered: its contact is pruned. */
  | { readonly kind: 'gone'; readonly message: string }
  /** Final, but the token or subscription may be good. */
  | { readonly kind: 'refused'; readonly message: string }
  | TemporaryFailure;

/** To be tried again, after the pause that was asked for if there is one. */
export interface TemporaryFailure {
  readonly kind: 'temporary';
  readonly cause: 'limits' | 'unavailable' | 'call-failed';
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
}
