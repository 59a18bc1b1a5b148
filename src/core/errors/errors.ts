/** Every error code of the API; a spec checks that each has a row in docs/errors.md. */
export type ErrorCode =
  | 'validation_failed'
  | 'malformed_json'
  | 'malformed_request'
  | 'contact_not_deliverable'
  | 'unauthenticated'
  | 'not_super_user'
  | 'insufficient_scope'
  | 'route_not_found'
  | 'resource_not_found'
  | 'idempotency_key_in_use'
  | 'idempotency_key_reused'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'registration_quota_reached'
  | 'registration_refused'
  | 'origin_refused'
  | 'subscription_auth_mismatch'
  | 'headers_too_large'
  | 'internal'
  | 'not_ready'
  | 'shutting_down'
  | 'too_many_streams'
  | 'database_unavailable'
  | 'queue_unavailable'
  | 'push_api_unavailable'
  | 'firebase_unavailable';

/** HTTP status and title of each code. */
export const ERRORS: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_request: { status: 400, title: 'The request is malformed' },
  contact_not_deliverable: { status: 400, title: 'The contact cannot be sent to' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  not_super_user: { status: 403, title: 'A super-user token is required' },
  insufficient_scope: { status: 403, title: 'The token lacks a scope' },
  registration_refused: { status: 403, title: 'The domain takes no contacts' },
  origin_refused: { status: 403, title: 'The page is not of the domain' },
  subscription_auth_mismatch: { status: 403, title: "The stored subscription's auth is required" },
  route_not_found: { status: 404, title: 'No such route' },
  resource_not_found: { status: 404, title: 'Not found' },
  idempotency_key_in_use: { status: 409, title: 'The same request is in progress' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  request_timeout: { status: 408, title: 'The request took too long' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  registration_quota_reached: { status: 429, title: 'The domain takes no more contacts for the moment' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Unexpected error' },
  not_ready: { status: 503, title: 'A dependency is not available' },
  shutting_down: { status: 503, title: 'The server is shutting down' },
  too_many_streams: { status: 503, title: 'Too many streamed responses' },
  database_unavailable: { status: 503, title: 'MongoDB is not available' },
  queue_unavailable: { status: 503, title: 'Redis takes no jobs' },
  push_api_unavailable: { status: 503, title: 'PushApi is unreachable' },
  firebase_unavailable: { status: 503, title: 'Firebase is unreachable' },
};

/** Optional members of a problem document. */
export interface ErrorContext {
  /** The messages for each invalid property, by its JSON name. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  /** The Retry-After header; whole seconds. */
  readonly retryAfterSeconds?: number;
  /** Further members of the problem document (RFC 9457, section 3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The value of the header WWW-Authenticate (RFC 9110, section 11.6.1). */
  readonly challenge?: string;
}

/**
 * The error that services throw on purpose; ProblemFilter turns it into a problem document.
 *
 * @example
 * const domain = await this.domains.find(name);
 * if (domain === undefined) {
 *   throw new AppError('resource_not_found', 'No such domain.');
 * }
 */
export class AppError extends Error {
  /** @param detail is shown to the caller: it may name fields, but holds neither secrets nor internals. */
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly context: ErrorContext = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'AppError';
  }
}

/** Returns a `validation_failed` error for properties, with the messages of each by its JSON name. */
export function invalidProperties(errors: ReadonlyMap<string, readonly string[]>): AppError {
  const detail = `Not valid: ${[...errors.keys()].join(', ')}.`;
  return new AppError('validation_failed', detail, { errors: Object.fromEntries(errors) });
}

/**
 * Returns a `validation_failed` error for one property.
 *
 * @param property its JSON name, with dots for nested properties.
 * @param message a predicate without a full stop.
 * @example
 * if (from > to) throw invalidProperty('from', 'must not be after to');
 */
export function invalidProperty(property: string, message: string): AppError {
  return new AppError('validation_failed', `${property} ${message}.`, { errors: { [property]: [message] } });
}
