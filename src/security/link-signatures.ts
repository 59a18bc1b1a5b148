import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { deriveKey } from '../core/crypto/derived-key.js';
import { HmacSha256 } from '../core/crypto/hmac.js';

/** Keeps this key apart from that of the ids and of the fields (RFC 5869, section 3.2). */
const PURPOSE = 'push-contact signatures of links';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 16 bytes are 21 characters of base64url and two bits of the next, whose other bits are 0. */
const WHOLE_CHARACTERS = 21;
const LAST_CHARACTERS = 'AQgw';
const UNUSED_BITS = 4;

/** Of a signature. */
export const MAC_LENGTH = WHOLE_CHARACTERS + 1;

/** What a signature vouches for. */
export interface SignedIds {
  readonly contactId: string;
  /** A UUID in lower case. */
  readonly messageId: string;
}

/**
 * Signs tracking links: HMAC-SHA-256 truncated to 16 bytes (RFC 2104, section 5) with a key that is derived
 * from ENCRYPTION_KEY, in base64url. One signature is for all links of a contact and a message, since a
 * browser gets all of them at once.
 */
@Injectable()
export class LinkSignatures {
  private readonly hmac: HmacSha256;
  /** What `verify` compares. */
  private readonly expected = Buffer.alloc(MAC_LENGTH);
  private readonly given = Buffer.alloc(MAC_LENGTH);

  constructor(config: Config) {
    this.hmac = new HmacSha256(deriveKey(config.encryption.key, PURPOSE));
  }

  /**
   * Returns 22 characters. What is signed is unambiguous: the ids have no colon.
   * @param expires the end of the link as it is written in it.
   */
  sign({ contactId, messageId }: SignedIds, expires: string): string {
    const mac = this.hmac.sign(`${messageId}:${contactId}:${expires}`);
    const last = LAST_CHARACTERS[ALPHABET.indexOf(mac.charAt(WHOLE_CHARACTERS)) >> UNUSED_BITS] ?? '';
    return mac.slice(0, WHOLE_CHARACTERS) + last;
  }

  /** Whether `mac` is the signature, in its one spelling. Takes the same time for each text of 22 bytes. */
  verify(ids: SignedIds, expires: string, mac: string): boolean {
    this.expected.write(this.sign(ids, expires));
    const isWhole = mac.length === MAC_LENGTH && this.given.write(mac) === MAC_LENGTH;
    return isWhole && timingSafeEqual(this.given, this.expected);
  }
}
