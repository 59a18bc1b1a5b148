import { Injectable } from '@nestjs/common';
import { decodeBase64 } from '../core/base64.js';
import { Config } from '../core/config.js';
import { AppError } from '../core/errors.js';
import { isP256Point } from '../core/p256.js';
import { isHostOf, SANDBOX_HOST, VENDOR_HOSTS } from './push-service-host.js';

/** RFC 8291, section 3.2: the secret that a subscription is authenticated with. */
const AUTH_BYTES = 16;

/** What a browser gives a site to be sent to (W3C Push API, "PushSubscription"); the keys in base64url or base64. */
export interface Subscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** To whom an endpoint belongs, and so what may be connected to for it. */
export type EndpointOwner =
  /** A browser vendor: https on public addresses alone. */
  | 'vendor'
  /** A host that this installation's settings name: it may be private and speak http. */
  | 'named'
  /** Nobody: the sandbox answers. */
  | 'sandbox';

/** Decides which endpoints may be stored and sent to, so that nobody can make this server call a host of their choice. */
@Injectable()
export class PushServices {
  private readonly namedHosts: readonly string[];
  private readonly hasSandbox: boolean;

  constructor(config: Config) {
    this.namedHosts = config.pushServiceHosts;
    this.hasSandbox = !config.production;
  }

  /**
   * Whose endpoint it is; undefined for one that must not be called. It must be an https URL of printable ASCII on its
   * scheme's own port, without credentials, on a host of the allow-list. A host that PUSH_SERVICE_HOSTS names may also speak
   * http and have the port given there. Nothing is resolved: addresses are checked when they are connected to.
   */
  ownerOf(endpoint: string): EndpointOwner | undefined {
    if (!/^https?:\/\/[\x21-\x7e]+$/i.test(endpoint) || !URL.canParse(endpoint)) return undefined;
    const url = new URL(endpoint);
    if (url.username !== '' || url.password !== '') return undefined;
    if (this.namedHosts.some((host) => isHostOf(host, url))) return 'named';
    if (url.protocol !== 'https:') return undefined;
    if (this.hasSandbox && isHostOf(SANDBOX_HOST, url)) return 'sandbox';
    return VENDOR_HOSTS.some((host) => isHostOf(host, url)) ? 'vendor' : undefined;
  }

  /**
   * Throws `validation_failed` that names each part of a subscription with which nothing can be sent: `endPoint`,
   * `keys.p256DH`, `keys.auth`, each behind `path` (`subscription.`).
   */
  demandUsable({ endpoint, p256dh, auth }: Subscription, path = ''): void {
    const faults = {
      ...(this.ownerOf(endpoint) === undefined && { [`${path}endPoint`]: ["must be a browser's push service"] }),
      ...(!isPublicKey(p256dh) && { [`${path}keys.p256DH`]: ['must be an uncompressed point on P-256 in base64url'] }),
      ...(!isSecret(auth) && { [`${path}keys.auth`]: [`must be ${AUTH_BYTES} bytes in base64url`] }),
    };
    const names = Object.keys(faults);
    if (names.length === 0) return;
    throw new AppError('validation_failed', `Not valid: ${names.join(', ')}.`, { errors: faults });
  }
}

function isPublicKey(p256dh: string): boolean {
  const bytes = decodeBase64(p256dh);
  return bytes !== undefined && isP256Point(bytes);
}

function isSecret(auth: string): boolean {
  return decodeBase64(auth)?.length === AUTH_BYTES;
}
