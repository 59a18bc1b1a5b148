import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';

const ALGORITHM = 'aes-256-cbc';

/** Base64url of at least one whole AES block. */
const ENCRYPTED = /^[A-Za-z0-9_-]{22,}$/;

/** Hides ids in the links that visitors' browsers call: AES-256-CBC, PKCS#7, base64url without padding. */
@Injectable()
export class EncryptedIds {
  constructor(private readonly config: Config) {}

  encrypt(text: string): string {
    const { key, iv } = this.config.encryption;
    const cipher = createCipheriv(ALGORITHM, key, iv);
    return cipher.update(text, 'utf8', 'base64url') + cipher.final('base64url');
  }

  /** The text, or undefined when `encrypted` was not made with the configured key and IV. */
  decrypt(encrypted: string): string | undefined {
    if (!ENCRYPTED.test(encrypted)) return undefined;
    const { key, iv } = this.config.encryption;
    const decipher = createDecipheriv(ALGORITHM, key, iv);
    try {
      return Buffer.concat([decipher.update(encrypted, 'base64url'), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
