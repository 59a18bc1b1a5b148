import { createDecipheriv, hkdfSync } from 'node:crypto';
import type { SubscriptionSecrets } from './subscription-keys.js';

/** Bytes of the fields of an aes128gcm header (RFC 8188, section 2.1) and of AES-GCM's tag. */
const SALT_BYTES = 16;
const RECORD_SIZE_BYTES = 4;
const TAG_BYTES = 16;
/** Ends the last record (RFC 8188, section 2); padding follows. */
const LAST_RECORD_DELIMITER = 2;

/**
 * Decrypts a push message of one record as a browser does (RFC 8291, section 3.4). Throws if any part is
 * invalid.
 */
export function decryptPush(message: Buffer, { keys, auth }: SubscriptionSecrets): string {
  const salt = message.subarray(0, SALT_BYTES);
  const keyStart = SALT_BYTES + RECORD_SIZE_BYTES + 1;
  const keyEnd = keyStart + message.readUInt8(keyStart - 1);
  const senderKey = message.subarray(keyStart, keyEnd);
  const record = message.subarray(keyEnd);
  if (record.length > message.readUInt32BE(SALT_BYTES)) throw new Error('The message has more than one record');

  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), senderKey]);
  const keyMaterial = hkdf(keys.computeSecret(senderKey), auth, info, 32);
  const key = hkdf(keyMaterial, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(keyMaterial, salt, Buffer.from('Content-Encoding: nonce\0'), 12);

  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-TAG_BYTES));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -TAG_BYTES)), decipher.final()]);
  const end = padded.lastIndexOf(LAST_RECORD_DELIMITER);
  if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0)) throw new Error('The padding is malformed');
  return padded.subarray(0, end).toString('utf8');
}

function hkdf(secret: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));
}
