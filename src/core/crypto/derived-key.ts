import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Derives a key of 32 bytes from ENCRYPTION_KEY, by HKDF with SHA-256 (RFC 5869).
 *
 * @param purpose keeps the key apart from the others that are derived (section 3.2); it must never change.
 */
export function deriveKey(encryptionKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', encryptionKey, '', purpose, KEY_BYTES));
}
