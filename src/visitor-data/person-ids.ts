import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { deriveKey } from '../core/crypto/derived-key.js';

const HASH = 'sha256';

/** Keeps this key apart from the others that are derived from ENCRYPTION_KEY (RFC 5869, section 3.2). */
const PURPOSE = 'push-contact ids of persons';

/** Makes ids that are the same for the same visitors, and say to nobody without the key who they are. */
@Injectable()
export class PersonIds {
  private readonly key: Buffer;

  constructor(config: Config) {
    this.key = deriveKey(config.encryption.key, PURPOSE);
  }

  /** Returns 43 characters, base64url (HMAC-SHA-256, RFC 2104). */
  make(guids: readonly string[], domain: string | undefined): string {
    const text = JSON.stringify([domain ?? null, ...[...guids].sort()]);
    return createHmac(HASH, this.key).update(text).digest('base64url');
  }
}
