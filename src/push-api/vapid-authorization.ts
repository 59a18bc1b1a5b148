import webPush from 'web-push';

/** RFC 8292, section 2, allows a day; half of it tolerates clocks that differ. */
const LIFETIME_SECONDS = 12 * 3_600;

/** A token is replaced this long before it expires. */
const RESERVE_SECONDS = 3_600;

/** Number of cached tokens, one for each push service; the vendors have a few dozen hosts. */
const MAX_ORIGINS = 1_000;

export interface VapidIdentity {
  readonly publicKey: string;
  readonly privateKey: string;
  readonly subject: string;
}

/**
 * Creates VAPID headers (RFC 8292). A header is cached for each push service until an hour before its 12
 * hours end: a signature costs as much as encrypting a message.
 */
export class VapidAuthorization {
  private readonly signed = new Map<string, { readonly header: string; readonly expires: number }>();

  constructor(private readonly identity: VapidIdentity) {}

  /** Returns the Authorization header for the push service of `origin`. */
  headerFor(origin: string, now = new Date()): string {
    const seconds = Math.floor(now.getTime() / 1_000);
    const known = this.signed.get(origin);
    if (known !== undefined && seconds < known.expires - RESERVE_SECONDS) return known.header;
    if (this.signed.size >= MAX_ORIGINS) this.signed.clear();
    const { subject, publicKey, privateKey } = this.identity;
    const expires = seconds + LIFETIME_SECONDS;
    const headers = webPush.getVapidHeaders(origin, subject, publicKey, privateKey, 'aes128gcm', expires);
    this.signed.set(origin, { header: headers.Authorization, expires });
    return headers.Authorization;
  }
}
