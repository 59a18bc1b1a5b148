import { createHmac, hkdfSync } from 'node:crypto';
import type { Config } from '../core/config/config.js';

const HASH = 'sha256';
const KEY_BYTES = 32;
const PSEUDONYM_BYTES = 16;

/** Keeps this key apart from the others that are derived from ENCRYPTION_KEY (RFC 5869, section 3.2). */
const PURPOSE = 'push-contact addresses of clients';

/**
 * Names clients in Redis, whose append-only file and backups outlive the count: an address is personal data,
 * and a plain digest of one is found by trying all.
 */
export class ClientKeys {
  private readonly key: Buffer;

  constructor({ encryption }: Pick<Config, 'encryption'>) {
    this.key = Buffer.from(hkdfSync(HASH, encryption.key, '', PURPOSE, KEY_BYTES));
  }

  /**
   * Returns 22 characters for a client: HMAC-SHA-256 truncated to 16 bytes (RFC 2104, section 5), base64url.
   * Every API of an installation returns the same.
   */
  toKey(client: string): string {
    const mac = createHmac(HASH, this.key).update(client).digest();
    return mac.subarray(0, PSEUDONYM_BYTES).toString('base64url');
  }
}
