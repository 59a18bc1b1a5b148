/** Why a recipient was not sent to, as logs, metrics and the progress of a message name it. */
export interface FailureReason {
  /**
   * `PushApi`: it failed with the whole call, or said nothing of the recipient. Else `firebase`, or a push
   * service as `PushServiceNames` calls it.
   */
  readonly service: string;
  /** The HTTP status, or the number of Firebase's error; null without one. */
  readonly status: number | null;
  /** A word of this file, or the code of a network error, such as ECONNREFUSED. */
  readonly code: string;
}

export const PUSH_API = 'PushApi';

/** Of a contact that was not sent to: no push service was asked. */
export const NO_SERVICE = 'none';

/** The message's time to live was over before a contact could be sent to. */
export const EXPIRED = 'expired';

/** A contact was not tried, because its push service refuses the domain. */
export const THROTTLED = 'throttled';

/** A push service, or PushApi, has answered 429. */
export const LIMITED = 'limits';

/** Firebase's word for the same. */
export const FIREBASE_LIMIT = 'quota-exceeded';

/** A push service refused the VAPID key, or the token signed with it: nobody is pruned. */
export const WRONG_KEY = 'wrong-key';

/** With a contact's fields, a link of the message is longer than a request may have. */
export const LONG_LINK: FailureReason = { service: NO_SERVICE, status: null, code: 'link-too-long' };

/** The push service of all device tokens. */
export const FIREBASE = 'firebase';

/** Codes of calls that were answered, and of which PushApi did not give every result. */
export const INCOMPLETE = { malformed: 'malformed', cut: 'cut-off', noResult: 'no-result' } as const;

/**
 * The codes of network errors that outcomes are counted by: those of Node.js, undici and OpenSSL that a call
 * to PushApi can end with. Without this list the counters of a message would have no bound.
 */
const COUNTED_NETWORK_CODES: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'EPROTO', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EMFILE'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  ...['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'UND_ERR_ABORTED', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED'],
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CERT_UNTRUSTED', 'CERT_REVOKED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

/** What `readNetworkCode` finds where there is no code. */
const UNKNOWN_NETWORK_CODE = 'UNKNOWN';

/** The reason as it is counted: one of a closed set. Rare network errors share one with what is unknown. */
export function nameReason({ code }: Pick<FailureReason, 'code'>): string {
  return REASONS.has(code) || COUNTED_NETWORK_CODES.has(code) ? code : UNKNOWN_NETWORK_CODE;
}

/** A whole call failed, or a recipient is missing in its response. */
export function callFailure(status: number | null, code: string): FailureReason {
  return { service: PUSH_API, status, code };
}

/** The whole call was answered with this HTTP status. */
export function statusFailure(status: number): FailureReason {
  return callFailure(status, nameStatus(status));
}

/**
 * A push service answered with this HTTP status, if it is one.
 * @param message what it said, for people.
 */
export function pushServiceFailure(service: string, status: unknown, message = ''): FailureReason {
  if (!isHttpStatus(status)) return { service, status: null, code: 'refused' };
  if (isWrongKey(status, message)) return { service, status, code: WRONG_KEY };
  return { service, status, code: status === 404 || status === 410 ? 'gone' : nameStatus(status) };
}

/**
 * RFC 8292, section 4.2: 403 where the key does not match the subscription's, 401 (section 2) where the token
 * is not accepted; autopush returns 401 for both. Apple's 400 has this reason (developer.apple.com, "Sending
 * web push notifications in web apps and browsers").
 */
function isWrongKey(status: number, message: string): boolean {
  return status === 401 || status === 403 || (status === 400 && message.includes('VapidPkHashMismatch'));
}

/** Firebase answered with this number (FirebaseAdmin.Messaging.MessagingErrorCode). */
export function firebaseFailure(number: unknown): FailureReason {
  const code = typeof number === 'number' ? FIREBASE_CODES[number] : undefined;
  return { service: FIREBASE, status: code === undefined ? null : Number(number), code: code ?? 'refused' };
}

const FIREBASE_CODES: readonly string[] = [
  'third-party-auth-error',
  'invalid-argument',
  'internal',
  FIREBASE_LIMIT,
  'sender-id-mismatch',
  'unavailable',
  'unregistered',
];

const STATUS_CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  429: LIMITED,
};

/** All reasons but the codes of network errors, and what a batch waits for (`countWaitReasons`). */
export const REASONS: ReadonlySet<string> = new Set([
  ...Object.values(INCOMPLETE),
  ...Object.values(STATUS_CODES),
  ...FIREBASE_CODES,
  ...[EXPIRED, WRONG_KEY, LONG_LINK.code, 'redirect', 'refused', 'unavailable', 'gone'],
  ...[THROTTLED, 'rate-per-minute', 'other'],
]);

function nameStatus(status: number): string {
  if (status < 300) return INCOMPLETE.noResult;
  if (status < 400) return 'redirect';
  return STATUS_CODES[status] ?? (status < 500 ? 'refused' : 'unavailable');
}

function isHttpStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}

/**
 * The code of a network error of Node.js, OpenSSL or undici: it names neither addresses nor values. Several
 * addresses that fail are one error with the code of the first.
 */
export function readNetworkCode(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return code;
  return cause === undefined ? UNKNOWN_NETWORK_CODE : readNetworkCode(cause);
}
