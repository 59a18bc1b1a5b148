import { Injectable } from '@nestjs/common';
import { decodeBase64 } from '../core/crypto/base64.js';
import { Config } from '../core/config/config.js';
import { AppError } from '../core/errors/errors.js';
import { parseWrittenUrl, toStoredUrl } from '../core/validation/written-url.js';
import { isP256Point } from '../core/crypto/p256.js';
import { UNKNOWN_VAPID_KEY, VapidPublicKeys } from './vapid-public-keys.js';
import { matchesHost, SANDBOX_HOST, VENDOR_HOSTS } from './push-service-host.js';

/** The length of a subscription's authentication secret (RFC 8291, section 3.2). */
const AUTH_BYTES = 16;

/** A browser's subscription (W3C Push API, "PushSubscription"); the keys in base64url or base64. */
export interface Subscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** The VAPID public key that it belongs to; absent for the first key. */
  readonly vapid_public_key?: string;
}

/** The owner of an endpoint, which decides how the endpoint may be called. */
export type EndpointOwner =
  /** A browser vendor: only https, only public addresses. */
  | 'vendor'
  /** A host of the setting PUSH_SERVICE_HOSTS: http and private addresses are allowed. */
  | 'named'
  /** The sandbox: no connection is made. */
  | 'sandbox';

/** Decides which endpoints may be stored and called. Prevents server-side request forgery. */
@Injectable()
export class PushServices {
  private readonly namedHosts: readonly string[];
  private readonly hasSandbox: boolean;

  constructor(
    config: Config,
    private readonly vapidKeys: VapidPublicKeys,
  ) {
    this.namedHosts = config.pushServiceHosts;
    this.hasSandbox = !config.production;
  }

  /**
   * Returns the owner of `endpoint`, or undefined when it must not be called. An endpoint must be an https
   * URL of printable ASCII that every parser reads alike, with the default port, without credentials, and
   * with a host of the allow-list.
   * For a host of PUSH_SERVICE_HOSTS, http and the port given there are allowed too. Names are not resolved
   * here: publicAddressesOnly checks addresses when a connection is made.
   */
  findOwner(endpoint: string): EndpointOwner | undefined {
    const url = parseEndpoint(endpoint);
    if (url === undefined) return undefined;
    if (url.username !== '' || url.password !== '') return undefined;
    if (this.namedHosts.some((host) => matchesHost(host, url))) return 'named';
    if (url.protocol !== 'https:') return undefined;
    if (this.hasSandbox && matchesHost(SANDBOX_HOST, url)) return 'sandbox';
    return VENDOR_HOSTS.some((host) => matchesHost(host, url)) ? 'vendor' : undefined;
  }

  /**
   * Returns the subscription as it may be stored: its endpoint as the URL parser reads it.
   * Throws `validation_failed` when nothing can be sent to the subscription. Its errors have the names of the
   * invalid properties: `endPoint`, `keys.p256DH`, `keys.auth`, `vapidPublicKey`, each after `path` (for
   * example `subscription.`).
   */
  toUsable({ endpoint, p256dh, auth, vapid_public_key: given }: Subscription, path = ''): Subscription {
    const key = given === undefined ? undefined : this.vapidKeys.toKnown(given);
    const errors = {
      ...(this.findOwner(endpoint) === undefined && { [`${path}endPoint`]: ["must be a browser's push service"] }),
      ...(!isPublicKey(p256dh) && { [`${path}keys.p256DH`]: ['must be an uncompressed point on P-256 in base64url'] }),
      ...(!isSecret(auth) && { [`${path}keys.auth`]: [`must be ${AUTH_BYTES} bytes in base64url`] }),
      ...(given !== undefined && key === undefined && { [`${path}vapidPublicKey`]: [UNKNOWN_VAPID_KEY] }),
    };
    const names = Object.keys(errors);
    if (names.length === 0) {
      const usable = { endpoint: toStoredUrl(new URL(endpoint), endpoint), p256dh, auth };
      return key === undefined ? usable : { ...usable, vapid_public_key: key };
    }
    throw new AppError('validation_failed', `Not valid: ${names.join(', ')}.`, { errors });
  }
}

/**
 * Browsers give endpoints as their parser serialized them, so a path or a host that is read otherwise than it
 * is written is no browser's.
 */
function parseEndpoint(endpoint: string): URL | undefined {
  const url = /^[\x21-\x7e]+$/.test(endpoint) ? parseWrittenUrl(endpoint) : undefined;
  if (url === undefined) return undefined;
  const rest = url.pathname + url.search + url.hash;
  const written = endpoint.replace(/^https?:\/\/[^/?#]*/i, '');
  return written === rest || (written === '' && rest === '/') ? url : undefined;
}

function isPublicKey(p256dh: string): boolean {
  const bytes = decodeBase64(p256dh);
  return bytes !== undefined && isP256Point(bytes);
}

function isSecret(auth: string): boolean {
  return decodeBase64(auth)?.length === AUTH_BYTES;
}
