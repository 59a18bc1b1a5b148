import { createCipheriv, createECDH, createHmac, type ECDH, randomBytes } from 'node:crypto';

/** A subscription's keys in base64url: a point on P-256 of 65 bytes, and 16 bytes. */
export interface WebPushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/** A function of the built product: `(keys: WebPushKeys, payload: Buffer) => Buffer | Promise<Buffer>`. */
export interface EncryptionTarget {
  readonly file: string;
  readonly name: string;
}

/** One record contains the whole body (RFC 8188, section 2.1). */
const RECORD_SIZE = 4_096;
const LAST_RECORD = Buffer.from([2]);

/**
 * Encrypts for a subscription by RFC 8291 (`aes128gcm`, one record) with `node:crypto` alone. Returns header
 * and ciphertext.
 */
export function encryptByNode(
  keys: WebPushKeys,
  payload: Buffer,
  ephemeral = newEphemeralKey(),
  salt = randomBytes(16),
): Buffer {
  const receiver = Buffer.from(keys.p256dh, 'base64url');
  const sender = ephemeral.getPublicKey();
  const shared = ephemeral.computeSecret(receiver);
  // RFC 8291, section 3.4. HKDF's expansion to one block is a single HMAC.
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, sender, Buffer.from([1])]);
  const material = hmac(hmac(Buffer.from(keys.auth, 'base64url'), shared), keyInfo);
  const random = hmac(salt, material);
  const key = hmac(random, Buffer.from('Content-Encoding: aes128gcm\0\u0001')).subarray(0, 16);
  const nonce = hmac(random, Buffer.from('Content-Encoding: nonce\0\u0001')).subarray(0, 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const head = Buffer.alloc(21);
  salt.copy(head);
  head.writeUInt32BE(RECORD_SIZE, 16);
  head.writeUInt8(sender.length, 20);
  return Buffer.concat([
    head,
    sender,
    cipher.update(payload),
    cipher.update(LAST_RECORD),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

function newEphemeralKey(): ECDH {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return ecdh;
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
