import { hash } from 'node:crypto';

const ALGORITHM = 'sha256';
const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA-256 of texts by one key (RFC 2104, section 2): by two hashes in one call each, which take half the
 * time of `createHmac`, and leave no object behind for the collector to finalise.
 */
export class HmacSha256 {
  private readonly inner: Buffer;
  private readonly outer: Buffer;

  constructor(key: Uint8Array) {
    this.inner = padded(key, INNER_PAD, 0);
    this.outer = padded(key, OUTER_PAD, HASH_BYTES);
  }

  /** Returns the MAC of the text's UTF-8, in base64url: 43 characters. */
  sign(text: string): string {
    const inner = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text));
    this.inner.copy(inner);
    inner.write(text, BLOCK_BYTES);
    writeHash(inner, this.outer);
    return hash(ALGORITHM, this.outer, 'base64url');
  }
}

/** Returns the HMAC-SHA-256 of the parts in their order, by a key that is used once: see `HmacSha256`. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const inner = padded(
    key,
    INNER_PAD,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let end = BLOCK_BYTES;
  for (const part of parts) {
    inner.set(part, end);
    end += part.length;
  }
  const outer = padded(key, OUTER_PAD, HASH_BYTES);
  writeHash(inner, outer);
  // A hash as text and its bytes take less than a hash as a buffer.
  return Buffer.from(hash(ALGORITHM, outer, 'binary'), 'binary');
}

/** A block of the key and the pad, and room for as many bytes behind it. A longer key is hashed before. */
function padded(longKey: Uint8Array, pad: number, bytes: number): Buffer {
  const key = longKey.length > BLOCK_BYTES ? hash(ALGORITHM, longKey, 'buffer') : longKey;
  const block = Buffer.allocUnsafe(BLOCK_BYTES + bytes).fill(pad, 0, BLOCK_BYTES);
  for (let index = 0; index < key.length; index += 1) block[index] = (key[index] ?? 0) ^ pad;
  return block;
}

/** Writes the hash of the inner bytes behind the outer pad. */
function writeHash(inner: Buffer, outer: Buffer): void {
  outer.write(hash(ALGORITHM, inner, 'binary'), BLOCK_BYTES, 'binary');
}
