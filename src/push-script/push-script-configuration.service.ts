import { Injectable } from '@nestjs/common';
import { DomainsReader } from '../domain-configuration/domains.reader.js';
import { VapidPublicKeys } from '../push-services/vapid-public-keys.js';
import type { PushScriptConfigurationResponse } from './push-script.dto.js';

/** Tells PushScript what it needs to know of this installation. */
@Injectable()
export class PushScriptConfigurationService {
  constructor(
    private readonly domains: DomainsReader,
    private readonly keys: VapidPublicKeys,
  ) {}

  /** Returns what a domain's pages need; the default without a domain, and for an unknown one. */
  async get(domain: string | undefined): Promise<PushScriptConfigurationResponse> {
    const configuration = domain === undefined ? undefined : await this.domains.find(domain);
    return { vapidPublicKey: this.keys.choose(configuration?.vapidPublicKey ?? null) };
  }
}
