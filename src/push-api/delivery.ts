/** What became of one notification. */
export type Delivery = Accepted | Refusal;

export interface Accepted {
  readonly kind: 'accepted';
}

/** Not delivered. */
export interface Refusal {
  readonly kind: 'refused';
  /** The push service's HTTP status, or what would be said with one; for Firebase the number of its error code. */
  readonly code: number;
  readonly message: string;
  /** The pause that the service asks for. */
  readonly retryAfterSeconds: number | undefined;
}

export const ACCEPTED: Accepted = { kind: 'accepted' };

export function refused(code: number, message: string, retryAfterSeconds?: number): Refusal {
  return { kind: 'refused', code, message, retryAfterSeconds };
}
