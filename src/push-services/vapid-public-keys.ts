import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { toP256Point } from '../core/crypto/p256.js';

/** Why a request's key is refused, as a predicate. */
export const UNKNOWN_VAPID_KEY = "must be one of this installation's VAPID public keys, in base64url";

/** As much of a key as tells it from others. */
const SHOWN_CHARACTERS = 16;

/** The VAPID public keys of this installation. Without any, PushApi may have keys that are not known here. */
@Injectable()
export class VapidPublicKeys {
  /** The first is the one of contacts that do not say theirs. */
  readonly all: readonly string[];
  private readonly logger = new Logger('PushScript');
  private readonly warned = new Set<string>();

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
    if (domainKey !== null) this.warn(domainKey);
    return this.config.vapid?.defaultKey ?? null;
  }

  /** Once for each key: there are few, as only keys that were known are stored. */
  private warn(domainKey: string): void {
    if (this.warned.has(domainKey)) return;
    this.warned.add(domainKey);
    this.logger.warn(
      `The VAPID key ${domainKey.slice(0, SHOWN_CHARACTERS)}… of a domain is no longer in VAPID_KEYS_DIR: its visitors ` +
        'subscribe with the default key',
    );
  }

  private isKnown(key: string): boolean {
    return this.all.length === 0 || this.all.includes(key);
  }
}
