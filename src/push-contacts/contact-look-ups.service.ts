import { Injectable } from '@nestjs/common';
import type {
  DomainsPageAnswer,
  DomainsPageQuery,
  VisitorGuidsCursorAnswer,
  VisitorGuidsCursorQuery,
  VisitorGuidsPageAnswer,
  VisitorGuidsPageQuery,
} from './contact-look-ups.dto.js';
import { type ContactCounts, ContactLookUpsRepository } from './contact-look-ups.repository.js';

/** Contacts read beyond what a page still lacks, for those visitors that have several. */
const READ_AHEAD = 100;

const NO_CONTACTS: ContactCounts = { active: 0, deleted: 0 };

/** Answers who is known, and how many, without reading the contacts themselves. */
@Injectable()
export class ContactLookUpsService {
  constructor(private readonly contacts: ContactLookUpsRepository) {}

  /**
   * The distinct visitor guids of the domain's active contacts after the cursor, ascending. Each round starts behind the
   * last guid of the one before, so that a guid of very many contacts is passed over in one step.
   */
  async listDistinctVisitorGuids(query: VisitorGuidsCursorQuery): Promise<VisitorGuidsCursorAnswer> {
    const { domain, nextCursor, per_page: perPage } = query;
    const items: string[] = [];
    let after: string | undefined = nextCursor ?? '';
    while (after !== undefined && items.length < perPage) {
      const limit: number = perPage - items.length + READ_AHEAD;
      const found: string[] = await this.contacts.visitorGuids(domain, after, { skip: 0, limit });
      items.push(...new Set(found));
      after = found.length < limit ? undefined : found.at(-1);
    }
    const page = items.slice(0, perPage);
    return { items: page, nextCursor: page.at(-1) ?? null, perPage };
  }

  /** The visitor guids of the domain's active contacts, ascending; a visitor with several contacts is there as often. */
  async listVisitorGuids(domain: string, { page, per_page }: VisitorGuidsPageQuery): Promise<VisitorGuidsPageAnswer> {
    const items = await this.contacts.visitorGuids(domain, '', { skip: page, limit: per_page });
    return { items, page: page + items.length, per_page };
  }

  hasActiveContact(domain: string, visitorGuid: string): Promise<boolean> {
    return this.contacts.hasActiveContact(domain, visitorGuid);
  }

  /** The domains that have contacts, by name, with how many. */
  async listDomains({ page, per_page }: DomainsPageQuery): Promise<DomainsPageAnswer> {
    const names = await this.contacts.domainNames({ skip: page, limit: per_page });
    const counts = await this.contacts.countByDomain(names);
    const items = names.map((name) => {
      const { active, deleted } = counts.get(name) ?? NO_CONTACTS;
      return { name, pushContactActiveQuantity: active, pushContactInactiveQuantity: deleted };
    });
    return { items, page: page + items.length, per_page };
  }

  /** How many contacts the domain has; zeros for one that has none. */
  async count(domain: string): Promise<ContactCounts> {
    return (await this.contacts.countByDomain([domain])).get(domain) ?? NO_CONTACTS;
  }
}
