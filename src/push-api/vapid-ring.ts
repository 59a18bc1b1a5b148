import { toBase64Url } from '../core/crypto/base64.js';
import { VapidAuthorization, type VapidIdentity } from './vapid-authorization.js';

/** The keys that a process signs with. May pass between threads. */
export interface VapidKeys {
  readonly identities: readonly VapidIdentity[];
  /** The public key of subscriptions that do not say theirs; `identities` may lack it. */
  readonly firstKey: string;
}

/** Finds who signs for a subscription: a subscription belongs to one key (W3C Push API, section 7.2). */
export class VapidRing {
  private readonly signers: ReadonlyMap<string, VapidAuthorization>;
  private readonly firstKey: string;

  constructor({ identities, firstKey }: VapidKeys) {
    this.signers = new Map(identities.map((identity) => [identity.publicKey, new VapidAuthorization(identity)]));
    this.firstKey = firstKey;
  }

  /**
   * Returns the signer of this public key, in base64url or base64; undefined for a key that this process does
   * not have. Without a key it is the first one.
   */
  find(publicKey: string | null | undefined): VapidAuthorization | undefined {
    return this.signers.get(this.toKey(publicKey));
  }

  /** Returns the key, or the first one for none, in base64url without padding. */
  toKey(publicKey: string | null | undefined): string {
    const key = publicKey ?? this.firstKey;
    return this.signers.has(key) ? key : toBase64Url(key);
  }
}
