import { isHostOf } from '../push-services/push-service-host.js';

/** RFC 8030, section 7.2: a push service takes at least this many bytes of encrypted body. */
const GENERAL_LIMIT_BYTES = 4_096;

/**
 * Mozilla hands what is for Firefox on Android to Firebase, in base64 and with fields of its own. It names 3,070 bytes as
 * the limit (answer 413 with errno 104, github.com/SherClockHolmes/webpush-go issue 23); since its other fields count as well,
 * 3,015 are what fits into Firebase's 4,096 (autopush-rs, `message_size_check`).
 */
const SMALLER_LIMITS: readonly (readonly [host: string, bytes: number])[] = [['*.push.services.mozilla.com', 3_000]];

/** The least that a service was seen to demand: UC Browser's (github.com/web-push-libs/web-push-php issue 199). */
export const LEAST_LIMIT_BYTES = 2_048;

/** What aes128gcm adds: salt, record size and key (RFC 8188, section 2.1), delimiter, authentication tag. */
const ENCRYPTION_BYTES = 86 + 1 + 16;

/** Encrypted bytes that the service of an endpoint takes. */
export function encryptedLimitOf(endpoint: URL): number {
  return SMALLER_LIMITS.find(([host]) => isHostOf(host, endpoint))?.[1] ?? GENERAL_LIMIT_BYTES;
}

/** Bytes of plain text whose encrypted form has `encryptedBytes`. */
export function plainBytesFor(encryptedBytes: number): number {
  return encryptedBytes - ENCRYPTION_BYTES;
}
