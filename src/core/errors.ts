/** Every way in which a request can fail; each has its row in docs/errors.md. */
export type ErrorCode =
  | 'validation_failed'
  | 'malformed_json'
  | 'malformed_request'
  | 'contact_not_deliverable'
  | 'unauthenticated'
  | 'not_super_user'
  | 'route_not_found'
  | 'resource_not_found'
  | 'idempotency_key_in_use'
  | 'idempotency_key_reused'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'internal'
  | 'not_ready'
  | 'shutting_down'
  | 'database_unavailable'
  | 'queue_unavailable'
  | 'push_api_unavailable'
  | 'firebase_unavailable';

/** HTTP status and title of each code; a code that is missing here does not compile. */
export const ERRORS: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_request: { status: 400, title: 'The request is malformed' },
  contact_not_deliverable: { status: 400, title: 'Nothing can be sent to this contact' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  not_super_user: { status: 403, title: 'A super-user token is needed' },
  route_not_found: { status: 404, title: 'No such route' },
  resource_not_found: { status: 404, title: 'Not found' },
  idempotency_key_in_use: { status: 409, title: 'The same request is in progress' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  internal: { status: 500, title: 'Unexpected error' },
  not_ready: { status: 503, title: 'A dependency is away' },
  shutting_down: { status: 503, title: 'The server is shutting down' },
  database_unavailable: { status: 503, title: 'The database is away' },
  queue_unavailable: { status: 503, title: 'The queue is away' },
  push_api_unavailable: { status: 503, title: 'PushApi is away' },
  firebase_unavailable: { status: 503, title: 'Firebase is away' },
};

/** What the caller should know beyond the code. */
export interface ErrorContext {
  /** Messages per property of a rejected request, by the property's JSON name. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  /** Further members of the problem document (RFC 9457, section 3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The one error that services throw on purpose; the problem filter turns it into an answer. */
export class AppError extends Error {
  /** @param detail for the caller to read: names fields, never holds a secret or an internal. */
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly context: ErrorContext = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'AppError';
  }
}

/** An AppError for one property of a request that was rejected. */
export function invalidProperty(property: string, message: string): AppError {
  return new AppError('validation_failed', `${property} ${message}.`, { errors: { [property]: [message] } });
}
