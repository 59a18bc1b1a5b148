import { createCipheriv, createECDH, randomFillSync } from 'node:crypto';
import { hmacSha256 } from '../core/crypto/hmac.js';

/** A subscription's keys in base64url: a point on P-256 of 65 bytes, and 16 bytes. */
interface SubscriptionKeys {
  readonly p256dh: string;
  readonly auth: string;
}

const POINT_BYTES = 65;
const AUTH_BYTES = 16;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;

/** Salt, record size, length of the key, key (RFC 8188, section 2.1). */
const HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES;

/** The whole payload is one record. */
const RECORD_BYTES = 4_096;

/** Follows the last record (RFC 8188, section 2). */
const DELIMITER = '\u0002';

/** `info` of HKDF (RFC 8291, section 3.4, and RFC 8188, section 2.2), and the number of its only block. */
const KEY_INFO = Buffer.from('WebPush: info\0');
const BLOCK_1 = Buffer.from([1]);
const CONTENT_KEY_INFO = Buffer.from('Content-Encoding: aes128gcm\0\u0001');
const NONCE_INFO = Buffer.from('Content-Encoding: nonce\0\u0001');

/** Salts are drawn many at once: each draw costs as much as an HMAC. */
const salts = { bytes: Buffer.alloc(SALT_BYTES * 256), used: SALT_BYTES * 256 };

/** One object for all messages, each of which generates a key pair: creating it costs as much as that. */
const sender = createECDH('prime256v1');

/**
 * Encrypts a payload for a subscription with a new key pair and salt (RFC 8291; content coding `aes128gcm`,
 * RFC 8188). Returns header and ciphertext. Throws an Error for invalid keys.
 */
export function encryptPayload({ p256dh, auth }: SubscriptionKeys, payload: string): Buffer {
  const receiverKey = Buffer.from(p256dh, 'base64url');
  const secret = Buffer.from(auth, 'base64url');
  if (receiverKey.length !== POINT_BYTES || secret.length < AUTH_BYTES) throw new Error('The keys have other lengths');
  const senderKey = sender.generateKeys();
  const salt = drawSalt();
  const material = hmacSha256(
    hmacSha256(secret, sender.computeSecret(receiverKey)),
    KEY_INFO,
    receiverKey,
    senderKey,
    BLOCK_1,
  );
  const random = hmacSha256(salt, material);
  const key = hmacSha256(random, CONTENT_KEY_INFO).subarray(0, KEY_BYTES);
  const nonce = hmacSha256(random, NONCE_INFO).subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const record = cipher.update(payload + DELIMITER, 'utf8');
  cipher.final();

  const body = Buffer.allocUnsafe(HEADER_BYTES + record.length + TAG_BYTES);
  salt.copy(body);
  body.writeUInt32BE(RECORD_BYTES, SALT_BYTES);
  body.writeUInt8(POINT_BYTES, SALT_BYTES + 4);
  senderKey.copy(body, HEADER_BYTES - POINT_BYTES);
  record.copy(body, HEADER_BYTES);
  cipher.getAuthTag().copy(body, HEADER_BYTES + record.length);
  return body;
}

/** Valid until the next draw. */
function drawSalt(): Buffer {
  if (salts.used === salts.bytes.length) {
    randomFillSync(salts.bytes);
    salts.used = 0;
  }
  const salt = salts.bytes.subarray(salts.used, salts.used + SALT_BYTES);
  salts.used += SALT_BYTES;
  return salt;
}
