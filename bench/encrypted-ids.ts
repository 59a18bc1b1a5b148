import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

/** In base64. */
interface KeyAndIv {
  readonly key: string;
  readonly iv: string;
}

/** Returns a function that encrypts ids for tracking links: AES-256-CBC with a fixed IV, base64url. */
export function idEncryption({ key, iv }: KeyAndIv): (id: string) => string {
  const keyBytes = Buffer.from(key, 'base64');
  const ivBytes = Buffer.from(iv, 'base64');
  return (id) => {
    const cipher = createCipheriv('aes-256-cbc', keyBytes, ivBytes);
    return cipher.update(id, 'utf8', 'base64url') + cipher.final('base64url');
  };
}

/** Returns the inverse of `idEncryption`. */
export function idDecryption({ key, iv }: KeyAndIv): (encrypted: string) => string {
  const keyBytes = Buffer.from(key, 'base64');
  const ivBytes = Buffer.from(iv, 'base64');
  return (encrypted) => {
    const decipher = createDecipheriv('aes-256-cbc', keyBytes, ivBytes);
    return decipher.update(encrypted, 'base64url', 'utf8') + decipher.final('utf8');
  };
}

/** Returns a function that signs a tracking link: 16 bytes of HMAC-SHA-256 by a derived key, base64url. */
export function linkSigning({ key }: KeyAndIv): (contactId: string, messageId: string, expires: string) => string {
  const derived = hkdfSync('sha256', Buffer.from(key, 'base64'), '', 'push-contact signatures of links', 32);
  const keyBytes = Buffer.from(derived);
  return (contactId, messageId, expires) => {
    const mac = createHmac('sha256', keyBytes).update(`${messageId}:${contactId}:${expires}`).digest();
    return mac.toString('base64url', 0, 16);
  };
}
