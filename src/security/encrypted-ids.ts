import { type Cipher, createCipheriv, createDecipheriv } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';

const ALGORITHM = 'aes-256-cbc';
const BLOCK_BYTES = 16;

/** Base64url of at least one whole AES block. */
const ENCRYPTED = /^[A-Za-z0-9_-]{22,}$/;

/** Hides ids in the links that visitors' browsers call: AES-256-CBC, PKCS#7, base64url without padding. */
@Injectable()
export class EncryptedIds {
  /**
   * One for all ids, since to make a cipher costs several times of what it takes to encrypt an id. It goes on where the id
   * before has ended: CBC combines a block with the ciphertext block before it, and `fromLastToIv` puts the IV in place of
   * that one (NIST SP 800-38A, section 6.2).
   */
  private readonly cipher: Cipher;
  private readonly fromLastToIv = Buffer.alloc(BLOCK_BYTES);

  constructor(private readonly config: Config) {
    const { key, iv } = config.encryption;
    this.cipher = createCipheriv(ALGORITHM, key, iv).setAutoPadding(false);
  }

  encrypt(text: string): string {
    const plain = padded(text);
    combine(plain, this.fromLastToIv, plain);
    const encrypted = this.cipher.update(plain);
    combine(encrypted.subarray(-BLOCK_BYTES), this.config.encryption.iv, this.fromLastToIv);
    return encrypted.toString('base64url');
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

/** The text's bytes and as many more as fill a block, each of them saying how many (PKCS#7: RFC 5652, section 6.3). */
function padded(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const padding = BLOCK_BYTES - (bytes % BLOCK_BYTES);
  const plain = Buffer.alloc(bytes + padding, padding);
  plain.write(text);
  return plain;
}

/** Writes the exclusive or of the first block of `one` and `other` into `target`. */
function combine(one: Uint8Array, other: Uint8Array, target: Uint8Array): void {
  for (let index = 0; index < BLOCK_BYTES; index += 1) target[index] = (one[index] ?? 0) ^ (other[index] ?? 0);
}
