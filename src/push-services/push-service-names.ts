import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { matchesHost, SANDBOX_HOST, VENDOR_HOSTS } from './push-service-host.js';

/** A contact that was stored before its endpoint would have been refused. */
const OTHER = 'other';

/** Hosts whose name is remembered; vendors have some dozens. */
const MAX_REMEMBERED = 1_000;

/**
 * Names push services for logs, metrics and progress: a closed set, however many endpoints there are, and
 * never a path, which is a secret.
 */
@Injectable()
export class PushServiceNames {
  private readonly patterns: readonly string[];
  private readonly remembered = new Map<string, string>();

  constructor({ pushServiceHosts }: Config) {
    this.patterns = [...pushServiceHosts, ...VENDOR_HOSTS, SANDBOX_HOST];
  }

  /** The entry of the allow-list that `endpoint` belongs to, such as `*.notify.windows.com`; else `other`. */
  name(endpoint: string): string {
    const origin = /^https?:\/\/[^/?#\\@]+/i.exec(endpoint)?.[0];
    if (origin === undefined) return OTHER;
    const known = this.remembered.get(origin);
    if (known !== undefined) return known;
    const name = this.find(origin);
    if (this.remembered.size < MAX_REMEMBERED) this.remembered.set(origin, name);
    return name;
  }

  private find(origin: string): string {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    return (url && this.patterns.find((pattern) => matchesHost(pattern, url))) ?? OTHER;
  }
}
