import type { Config } from '../core/config/config.js';
import { deriveKey } from '../core/crypto/derived-key.js';
import { hmacSha256 } from '../core/crypto/hmac.js';

const PSEUDONYM_BYTES = 16;

/** Some 2 MB. A page of notifications has several requests of one client. */
const MAX_KEPT = 10_000;

/** Keeps this key apart from the others that are derived from ENCRYPTION_KEY (RFC 5869, section 3.2). */
const PURPOSE = 'push-contact addresses of clients';

/**
 * Names clients in Redis, whose append-only file and backups outlive the count: an address is personal data,
 * and a plain digest of one is found by trying all.
 */
export class ClientKeys {
  private readonly key: Buffer;
  /** By client. */
  private readonly kept = new Map<string, string>();

  constructor({ encryption }: Pick<Config, 'encryption'>) {
    this.key = deriveKey(encryption.key, PURPOSE);
  }

  /**
   * Returns 22 characters for a client: HMAC-SHA-256 truncated to 16 bytes (RFC 2104, section 5), base64url.
   * Every API of an installation returns the same.
   */
  toKey(client: string): string {
    const known = this.kept.get(client);
    if (known !== undefined) return known;
    const mac = hmacSha256(this.key, Buffer.from(client));
    const key = mac.toString('base64url', 0, PSEUDONYM_BYTES);
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(client, key);
    return key;
  }
}
