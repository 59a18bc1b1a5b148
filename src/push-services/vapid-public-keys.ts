import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { toP256Point } from '../core/crypto/p256.js';

/** Why a request's key is refused, as a predicate. */
export const UNKNOWN_VAPID_KEY = "must be one of this installation's VAPID public keys, in base64url";

/** The VAPID public keys of this installation. Without any, PushApi may have keys that are not known here. */
@Injectable()
export class VapidPublicKeys {
  /** The first is the one of contacts that do not say theirs. */
  readonly all: readonly string[];

  constructor(private readonly config: Config) {
    this.all = config.vapid?.keys.map(({ publicKey }) => publicKey) ?? [];
  }

  /** Returns the key in base64url without padding; undefined for another installation's, or for no key. */
  toKnown(key: string): string | undefined {
    const point = toP256Point(key);
    return point !== undefined && this.isKnown(point) ? point : undefined;
  }

  /**
   * Returns the key that browsers of a domain subscribe with: the domain's own, unless it is no longer known,
   * else the default; null where there is none.
   */
  choose(domainKey: string | null): string | null {
    if (domainKey !== null && this.isKnown(domainKey)) return domainKey;
    return this.config.vapid?.defaultKey ?? null;
  }

  private isKnown(key: string): boolean {
    return this.all.length === 0 || this.all.includes(key);
  }
}
