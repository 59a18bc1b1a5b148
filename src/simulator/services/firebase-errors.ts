import { jsonResponse, type ServiceResponse } from './service-response.js';

/**
 * Errors of FCM's v1 API in the form of firebase.google.com, "FCM error codes": `error` with code, message,
 * status of google.rpc, and details.
 */
const ERRORS = {
  'no-access-token': [401, 'UNAUTHENTICATED', undefined, 'Request had invalid authentication credentials.'],
  'third-party': [401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR', 'Auth error from APNS or Web Push Service'],
  argument: [
    400,
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
    'The registration token is not a valid FCM registration token',
  ],
  'too-large': [400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'Android message is too big'],
  sender: [403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH', 'SenderId mismatch'],
  disabled: [403, 'PERMISSION_DENIED', undefined, 'Firebase Cloud Messaging API has not been used in project'],
  'no-project': [404, 'NOT_FOUND', undefined, 'Requested entity was not found.'],
  unregistered: [404, 'NOT_FOUND', 'UNREGISTERED', 'Requested entity was not found.'],
  quota: [429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', 'Quota exceeded for quota metric'],
  internal: [500, 'INTERNAL', 'INTERNAL', 'Internal error encountered.'],
  unavailable: [503, 'UNAVAILABLE', 'UNAVAILABLE', 'The service is currently unavailable.'],
} as const;

export type FirebaseErrorName = keyof typeof ERRORS;

export function isFirebaseErrorName(name: string): name is FirebaseErrorName {
  return Object.hasOwn(ERRORS, name);
}

export function firebaseError(name: FirebaseErrorName, headers?: Readonly<Record<string, string>>): ServiceResponse {
  const [code, status, errorCode, message] = ERRORS[name];
  const detail = { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode };
  const details = errorCode === undefined ? {} : { details: [detail] };
  return jsonResponse(code, { error: { code, message, status, ...details } }, headers);
}

/** The error for a field with an invalid value: the detail google.rpc.BadRequest names it. */
export function firebaseFieldError(field: string, description: string): ServiceResponse {
  const violations = [{ field, description }];
  const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations }];
  return jsonResponse(400, { error: { code: 400, message: description, status: 'INVALID_ARGUMENT', details } });
}
