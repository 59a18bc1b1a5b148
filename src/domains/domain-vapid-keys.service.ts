import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { DomainsReader } from '../domain-configuration/domains.reader.js';
import { ContactQueriesService } from '../push-contacts/contact-queries.service.js';
import { VapidPublicKeys } from '../push-services/vapid-public-keys.js';
import type { VapidKeysResponse } from './domains.dto.js';

/** Says which VAPID keys the contacts of a domain were subscribed with. */
@Injectable()
export class DomainVapidKeysService {
  constructor(
    private readonly domains: DomainsReader,
    private readonly contacts: ContactQueriesService,
    private readonly keys: VapidPublicKeys,
  ) {}

  /**
   * Counts the domain's active contacts with a subscription by key: first the keys of this installation in
   * their order, without contacts too, then others. Contacts that do not say their key count for the first.
   * Throws `resource_not_found` for an unknown domain.
   */
  async count(name: string): Promise<VapidKeysResponse> {
    const domain = await this.domains.find(name);
    if (domain === undefined) throw new AppError('resource_not_found', 'There is no domain of this name.');
    const [first = null] = this.keys.all;
    const counts = new Map<string | null, number>(this.keys.all.map((key) => [key, 0]));
    for (const { key, contacts } of await this.contacts.countByVapidKey(name)) {
      counts.set(key ?? first, (counts.get(key ?? first) ?? 0) + contacts);
    }
    const served = this.keys.choose(domain.vapidPublicKey ?? null);
    return {
      name,
      keys: [...counts].map(([key, contacts]) => ({
        vapidPublicKey: key,
        contacts,
        isKnown: key !== null && this.keys.all.includes(key),
        isServed: key !== null && key === served,
      })),
    };
  }
}
