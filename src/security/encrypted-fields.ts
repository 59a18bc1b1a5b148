import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { deriveKey } from '../core/crypto/derived-key.js';
import { decodeBase64Url } from '../core/crypto/base64.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps this key apart from that of the ids in links (RFC 5869, section 3.2). */
const PURPOSE = 'push-contact fields of links';

/**
 * Encrypts the fields of a visitor in links that browsers open: AES-256-GCM (NIST SP 800-38D) with a key that
 * is derived from ENCRYPTION_KEY and a random nonce, base64url. They hold for one message alone.
 */
@Injectable()
export class EncryptedFields {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = deriveKey(config.encryption.key, PURPOSE);
  }

  encrypt(messageId: string, fields: ReadonlyMap<string, string>): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce).setAAD(Buffer.from(messageId.toLowerCase()));
    const encrypted = [cipher.update(JSON.stringify([...fields])), cipher.final()];
    return Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]).toString('base64url');
  }

  /** Returns undefined for what `encrypt` has not made for this message. */
  decrypt(messageId: string, encrypted: string): ReadonlyMap<string, string> | undefined {
    const bytes = decodeBase64Url(encrypted);
    if (bytes === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(messageId.toLowerCase()))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return new Map(JSON.parse(text.toString()) as [string, string][]);
    } catch {
      return undefined;
    }
  }
}
