import { Injectable } from '@nestjs/common';
import { compareNames } from '../core/mongo/name-range.js';
import { DomainsReader } from '../domain-configuration/domains.reader.js';
import type { DomainListResponse, DomainsQuery } from './domains.dto.js';
import { ContactQueriesService } from '../push-contacts/contact-queries.service.js';
import { toContactsStats } from './contacts-stats.js';

/** Lists all domains, those that have a configuration and those that have only contacts. */
@Injectable()
export class DomainListService {
  constructor(
    private readonly domains: DomainsReader,
    private readonly contacts: ContactQueriesService,
  ) {}

  /** Lists the domains whose names begin with `text`, by name, page after page by cursor, and counts. */
  async list({ text, cursor, per_page: perPage }: DomainsQuery): Promise<DomainListResponse> {
    const range = { prefix: text ?? '', after: cursor ?? '' };
    const [configured, withContacts] = await Promise.all([
      this.domains.list(range, perPage + 1),
      this.contacts.namesInRange(range, perPage + 1),
    ]);
    const switches = new Map(configured.map(({ name, isPushFeatureEnabled }) => [name, isPushFeatureEnabled]));
    const names = [...new Set([...switches.keys(), ...withContacts])].sort(compareNames);
    const page = names.slice(0, perPage);
    const counts = await this.contacts.countEach(page);
    return {
      items: page.map((name) => ({
        name,
        isPushFeatureEnabled: switches.get(name) ?? null,
        contacts: toContactsStats(counts.get(name)),
      })),
      nextCursor: names.length > perPage ? (page.at(-1) ?? null) : null,
      perPage,
    };
  }
}
