import { matchesHost } from '../push-services/push-service-host.js';

/** The encrypted body that each push service must accept, in bytes (RFC 8030, section 7.2). */
const GENERAL_LIMIT_BYTES = 4_096;

/**
 * Lower limits than RFC 8030 allows. Mozilla forwards messages for Firefox on Android to Firebase, in base64
 * and with fields of its own. Its documented limit is 3,070 bytes (response 413 with errno 104,
 * github.com/SherClockHolmes/webpush-go issue 23). Its other fields count too, so 3,015 bytes fit into
 * Firebase's 4,096 (autopush-rs, `message_size_check`).
 */
const SMALLER_LIMITS: readonly (readonly [host: string, bytes: number])[] = [['*.push.services.mozilla.com', 3_000]];

/** All of a message for Firebase (firebase.google.com, "About FCM messages"). */
export const FIREBASE_LIMIT_BYTES = 4_096;

/** The lowest limit known, in bytes: UC Browser's (github.com/web-push-libs/web-push-php issue 199). */
export const MIN_LIMIT_BYTES = 2_048;

/**
 * Bytes that aes128gcm adds: salt, record size and key (RFC 8188, section 2.1), delimiter, authentication
 * tag.
 */
const ENCRYPTION_BYTES = 86 + 1 + 16;

/** Returns how many encrypted bytes the push service of the endpoint accepts. */
export function maxEncryptedBytes(endpoint: URL): number {
  return SMALLER_LIMITS.find(([host]) => matchesHost(host, endpoint))?.[1] ?? GENERAL_LIMIT_BYTES;
}

/** Returns the length in bytes of the encrypted form of a text. */
export function encryptedBytesOf(plain: string): number {
  return Buffer.byteLength(plain) + ENCRYPTION_BYTES;
}

/** Returns the length in bytes of a plain text whose encrypted form has `encryptedBytes`. */
export function plainBytesFor(encryptedBytes: number): number {
  return encryptedBytes - ENCRYPTION_BYTES;
}
