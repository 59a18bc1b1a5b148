/** The outcome of sending one notification to one recipient. */
export type SendOutcome = Accepted | Refusal;

export interface Accepted {
  readonly kind: 'accepted';
}

/** The notification was not accepted. */
export interface Refusal {
  readonly kind: 'refused';
  /**
   * Web Push: the HTTP status of the push service, or the one that fits best. Firebase: see `FIREBASE_CODE`.
   */
  readonly code: number;
  readonly message: string;
  /** The pause that the service asks for, if any. */
  readonly retryAfterSeconds: number | undefined;
}

export const ACCEPTED: Accepted = { kind: 'accepted' };

/** Builds a refusal; the fields are those of `Refusal`. */
export function refused(code: number, message: string, retryAfterSeconds?: number): Refusal {
  return { kind: 'refused', code, message, retryAfterSeconds };
}
