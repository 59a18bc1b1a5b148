/** The outcome of sending one notification to one recipient. */
export type SendOutcome = Accepted | Refusal;

export interface Accepted {
  readonly kind: 'accepted';
  readonly serviceResponse?: ServiceResponse;
}

/** What a push service or Firebase has answered, for a call that asks for it. */
export interface ServiceResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The beginning of the body, up to 2,048 bytes. */
  readonly body: string;
  /** The header Retry-After as it came; null without one. */
  readonly retryAfter: string | null;
  /** From the request to the end of the response. */
  readonly durationMs: number;
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
  /** Firebase refuses the message, whatever the token; its `code` alone does not say so. */
  readonly isMessageRefused?: true;
  readonly serviceResponse?: ServiceResponse;
}

export const ACCEPTED: Accepted = { kind: 'accepted' };

/** Builds a refusal; the fields are those of `Refusal`. */
export function refused(code: number, message: string, retryAfterSeconds?: number): Refusal {
  return { kind: 'refused', code, message, retryAfterSeconds };
}

/**
 * What a response item says of the service's own answer: null where there was none, and nothing where its
 * call did not ask for it.
 */
export function tellService(
  outcome: SendOutcome | undefined,
  { withServiceResponse }: { readonly withServiceResponse?: boolean | null },
): { serviceResponse?: ServiceResponse | null } {
  return withServiceResponse === true ? { serviceResponse: outcome?.serviceResponse ?? null } : {};
}
