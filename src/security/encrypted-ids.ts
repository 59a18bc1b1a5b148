import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { decodeBase64Url } from '../core/crypto/base64.js';

const ALGORITHM = 'aes-256-cbc';
const BLOCK_BYTES = 16;

/** What is decrypted in place of what is no id: as long as one. */
const NO_ID = Buffer.alloc(3 * BLOCK_BYTES);

/**
 * Encrypts the ids in links that visitors' browsers call: AES-256-CBC with the configured key and IV, PKCS#7,
 * base64url without padding.
 */
@Injectable()
export class EncryptedIds {
  /**
   * One cipher and one decipher for all ids, because creating one costs several times as much as encrypting
   * an id. CBC combines each block with the ciphertext block before it (NIST SP 800-38A, section 6.2). They
   * would combine the first block of an id with the last block of the previous id, so `fromLast…ToIv`
   * replaces that block by the IV.
   */
  private readonly cipher: Cipher;
  private readonly fromLastEncryptedToIv = Buffer.alloc(BLOCK_BYTES);
  private readonly decipher: Decipher;
  private readonly fromLastDecryptedToIv = Buffer.alloc(BLOCK_BYTES);

  constructor(private readonly config: Config) {
    const { key, iv } = config.encryption;
    this.cipher = createCipheriv(ALGORITHM, key, iv).setAutoPadding(false);
    this.decipher = createDecipheriv(ALGORITHM, key, iv).setAutoPadding(false);
  }

  /** Returns the same text for the same id, so that links are stable. */
  encrypt(text: string): string {
    const plain = padded(text);
    combine(plain, this.fromLastEncryptedToIv, plain);
    const encrypted = this.cipher.update(plain);
    combine(encrypted.subarray(-BLOCK_BYTES), this.config.encryption.iv, this.fromLastEncryptedToIv);
    return encrypted.toString('base64url');
  }

  /**
   * Returns the text, or undefined when `encrypted` was not made with the configured key, or is another
   * spelling of what was: after the same work, so that the time does not tell which.
   */
  decrypt(encrypted: string): string | undefined {
    const decoded = decodeBase64Url(encrypted);
    const isWhole = decoded !== undefined && decoded.length > 0 && decoded.length % BLOCK_BYTES === 0;
    const text = this.decipherAll(isWhole ? decoded : NO_ID);
    return isWhole ? text : undefined;
  }

  private decipherAll(bytes: Buffer): string | undefined {
    const plain = this.decipher.update(bytes);
    combine(plain, this.fromLastDecryptedToIv, plain);
    combine(bytes.subarray(-BLOCK_BYTES), this.config.encryption.iv, this.fromLastDecryptedToIv);
    return withoutPadding(plain);
  }
}

/** Fills the last block with bytes whose value is their number (PKCS#7: RFC 5652, section 6.3). */
function padded(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const padding = BLOCK_BYTES - (bytes % BLOCK_BYTES);
  const plain = Buffer.alloc(bytes + padding, padding);
  plain.write(text);
  return plain;
}

/** Returns the text before the padding; undefined without one, as after decrypting with another key. */
function withoutPadding(plain: Buffer): string | undefined {
  const padding = plain.at(-1) ?? 0;
  if (padding === 0 || padding > BLOCK_BYTES) return undefined;
  const end = plain.length - padding;
  for (let index = end; index < plain.length; index += 1) if (plain[index] !== padding) return undefined;
  return plain.toString('utf8', 0, end);
}

/** Writes the XOR of the first blocks of `one` and `other` into `target`. */
function combine(one: Uint8Array, other: Uint8Array, target: Uint8Array): void {
  for (let index = 0; index < BLOCK_BYTES; index += 1) target[index] = (one[index] ?? 0) ^ (other[index] ?? 0);
}
