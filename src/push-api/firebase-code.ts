import { isRecord } from '../core/validation/is-record.js';

/** Firebase's error codes by their numbers in PushApi's responses. */
export const FIREBASE_CODE = {
  thirdPartyAuthError: 0,
  invalidArgument: 1,
  internal: 2,
  quotaExceeded: 3,
  senderIdMismatch: 4,
  unavailable: 5,
  unregistered: 6,
} as const;

type FirebaseCode = (typeof FIREBASE_CODE)[keyof typeof FIREBASE_CODE];

/** Codes that are about the token: Firebase sends to it neither now nor later. */
export const TOKEN_CODES: readonly FirebaseCode[] = [FIREBASE_CODE.invalidArgument, FIREBASE_CODE.unregistered];

/** Codes that stay when it is tried again: those about the token, its project and its credentials. */
export const FINAL_CODES: readonly FirebaseCode[] = [
  ...TOKEN_CODES,
  FIREBASE_CODE.thirdPartyAuthError,
  FIREBASE_CODE.senderIdMismatch,
];

/** What a response of FCM's v1 API says; firebase.google.com, "FCM error codes". */
interface FirebaseError {
  readonly status: number;
  readonly json: unknown;
}

interface ReadError {
  /** `errorCode` of the detail FcmError, the one place where FCM names what is wrong. */
  readonly fcmCode: string | undefined;
  /** `error.status`, a code of google.rpc that says less. */
  readonly rpcStatus: string | undefined;
  /** The fields that the detail BadRequest names. */
  readonly fields: readonly string[];
  readonly message: string;
}

const FCM_ERROR = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
const TOKEN_FIELDS = ['message.token', 'message.fid'];

const CODES_OF_FCM: ReadonlyMap<string | undefined, FirebaseCode> = new Map(
  Object.entries({
    THIRD_PARTY_AUTH_ERROR: FIREBASE_CODE.thirdPartyAuthError,
    APNS_AUTH_ERROR: FIREBASE_CODE.thirdPartyAuthError,
    INTERNAL: FIREBASE_CODE.internal,
    QUOTA_EXCEEDED: FIREBASE_CODE.quotaExceeded,
    SENDER_ID_MISMATCH: FIREBASE_CODE.senderIdMismatch,
    UNAVAILABLE: FIREBASE_CODE.unavailable,
    UNREGISTERED: FIREBASE_CODE.unregistered,
  }),
);

/**
 * Maps a response other than 200 to its number. Only UNREGISTERED, and INVALID_ARGUMENT of the token, are
 * about the token. Another INVALID_ARGUMENT is final and says nothing of the token, so it is 0. Without the
 * detail FcmError a 403 or 404 is a fault of the project or of its credentials (API disabled, role missing,
 * wrong project): it is unavailable, which is retried and prunes no contact.
 */
export function toFirebaseCode(response: FirebaseError): FirebaseCode {
  const error = readError(response.json);
  if (isInvalidArgument(error)) {
    return isAboutToken(error) ? FIREBASE_CODE.invalidArgument : FIREBASE_CODE.thirdPartyAuthError;
  }
  const named = CODES_OF_FCM.get(error.fcmCode);
  if (named !== undefined) return named;
  if (response.status === 429) return FIREBASE_CODE.quotaExceeded;
  return response.status === 500 ? FIREBASE_CODE.internal : FIREBASE_CODE.unavailable;
}

/**
 * Whether Firebase refuses the message itself, for any token: an INVALID_ARGUMENT that is not about the token
 * (firebase.google.com, "ErrorCode"). Its number, 0, also stands for credentials, THIRD_PARTY_AUTH_ERROR.
 */
export function isMessageRefused({ json }: FirebaseError): boolean {
  const error = readError(json);
  return isInvalidArgument(error) && !isAboutToken(error);
}

/** Whether the access token is not accepted (any more). A 401 with FcmError is about something else. */
export function isAccessTokenRejected({ status, json }: FirebaseError): boolean {
  return status === 401 && readError(json).fcmCode === undefined;
}

/** What the response says, for people. */
export function toFirebaseMessageText({ status, json }: FirebaseError): string {
  const { message, fcmCode, rpcStatus } = readError(json);
  return message === '' ? `Firebase answered ${status} ${fcmCode ?? rpcStatus ?? ''}`.trim() : message;
}

function isInvalidArgument({ fcmCode, rpcStatus }: ReadError): boolean {
  return fcmCode === 'INVALID_ARGUMENT' || rpcStatus === 'INVALID_ARGUMENT';
}

function isAboutToken({ fcmCode, fields }: ReadError): boolean {
  return fields.length === 0 ? fcmCode === 'INVALID_ARGUMENT' : fields.some((field) => TOKEN_FIELDS.includes(field));
}

function readError(json: unknown): ReadError {
  const error = isRecord(json) && isRecord(json.error) ? json.error : {};
  const details = Array.isArray(error.details) ? error.details.filter(isRecord) : [];
  const ofType = (type: string): Record<string, unknown>[] => details.filter((detail) => detail['@type'] === type);
  const violations = ofType(BAD_REQUEST).flatMap(({ fieldViolations }) =>
    Array.isArray(fieldViolations) ? fieldViolations.filter(isRecord) : [],
  );
  return {
    fcmCode: toText(ofType(FCM_ERROR)[0]?.errorCode),
    rpcStatus: toText(error.status),
    fields: violations.flatMap(({ field }) => toText(field) ?? []),
    message: toText(error.message) ?? '',
  };
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
