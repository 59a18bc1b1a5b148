/** The numbers that PushApi's callers know Firebase's error codes by. */
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

/** firebase.google.com, "Admin SDK error handling": what the SDK calls the codes of FCM's v1 API, and faults of its own. */
const CODES: Readonly<Record<string, FirebaseCode>> = {
  'messaging/third-party-auth-error': FIREBASE_CODE.thirdPartyAuthError,
  'messaging/authentication-error': FIREBASE_CODE.thirdPartyAuthError,
  'messaging/invalid-argument': FIREBASE_CODE.invalidArgument,
  'messaging/invalid-payload': FIREBASE_CODE.invalidArgument,
  'messaging/invalid-recipient': FIREBASE_CODE.invalidArgument,
  'messaging/invalid-registration-token': FIREBASE_CODE.invalidArgument,
  'messaging/payload-size-limit-exceeded': FIREBASE_CODE.invalidArgument,
  'messaging/invalid-options': FIREBASE_CODE.invalidArgument,
  'messaging/internal-error': FIREBASE_CODE.internal,
  'messaging/unknown-error': FIREBASE_CODE.internal,
  'messaging/message-rate-exceeded': FIREBASE_CODE.quotaExceeded,
  'messaging/device-message-rate-exceeded': FIREBASE_CODE.quotaExceeded,
  'messaging/mismatched-credential': FIREBASE_CODE.senderIdMismatch,
  'messaging/server-unavailable': FIREBASE_CODE.unavailable,
  'messaging/registration-token-not-registered': FIREBASE_CODE.unregistered,
};

/**
 * The number for an error of the SDK. What never reached Firebase (network, no access token) is unavailable: it is tried
 * again, and prunes nobody.
 */
export function firebaseCodeOf(error: unknown): FirebaseCode {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return (typeof code === 'string' ? CODES[code] : undefined) ?? FIREBASE_CODE.unavailable;
}
