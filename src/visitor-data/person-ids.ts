import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { deriveKey } from '../core/crypto/derived-key.js';
import { HmacSha256 } from '../core/crypto/hmac.js';

/** Keeps this key apart from the others that are derived from ENCRYPTION_KEY (RFC 5869, section 3.2). */
const PURPOSE = 'push-contact ids of persons';

/** Makes ids that are the same for the same visitors, and say to nobody without the key who they are. */
@Injectable()
export class PersonIds {
  private readonly hmac: HmacSha256;

  constructor(config: Config) {
    this.hmac = new HmacSha256(deriveKey(config.encryption.key, PURPOSE));
  }

  /** Returns 43 characters, base64url (HMAC-SHA-256, RFC 2104). */
  make(guids: readonly string[], domain: string | undefined): string {
    return this.hmac.sign(JSON.stringify([domain ?? null, ...[...guids].sort()]));
  }
}
