import { Injectable } from '@nestjs/common';
import type { NameRange } from '../core/mongo/name-range.js';
import type {
  DomainsPageResponse,
  DomainsPageQuery,
  VisitorGuidsCursorResponse,
  VisitorGuidsCursorQuery,
  VisitorGuidsPageResponse,
  VisitorGuidsPageQuery,
} from './contact-queries.dto.js';
import { type ContactCounts, ContactQueriesRepository, type VapidKeyCount } from './contact-queries.repository.js';
import type { ContactOfDomain } from './tokens/contact-tokens.js';
import { ContactCountsReader } from './counting/contact-counts.reader.js';
import type { ContactTotals } from './counting/contact-totals.repository.js';

/** Contacts read in addition to what a page lacks, because a visitor may have several contacts. */
const READ_AHEAD = 100;

const NO_CONTACTS: ContactCounts = { active: 0, deleted: 0 };

/** Lists and counts visitors and domains from indexes, without reading the contacts. */
@Injectable()
export class ContactQueriesService {
  constructor(
    private readonly contacts: ContactQueriesRepository,
    private readonly counts: ContactCountsReader,
  ) {}

  /**
   * Returns the distinct visitor guids after the cursor of the domain's active contacts, ascending, at most
   * `per_page`. `nextCursor` is the last guid of the page, or null when the page is empty. Each query starts
   * after the last guid of the one before, so a guid with very many contacts costs one query.
   */
  async listDistinctVisitorGuids(query: VisitorGuidsCursorQuery): Promise<VisitorGuidsCursorResponse> {
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

  /**
   * Returns the visitor guids of the domain's active contacts, ascending, one for each contact. `page` is the
   * number of guids to skip; in the response, the number to skip for the next page.
   */
  async listVisitorGuids(domain: string, { page, per_page }: VisitorGuidsPageQuery): Promise<VisitorGuidsPageResponse> {
    const items = await this.contacts.visitorGuids(domain, '', { skip: page, limit: per_page });
    return { items, page: page + items.length, per_page };
  }

  /** Whether the visitor has an active contact of the domain. */
  hasActiveContact(domain: string, visitorGuid: string): Promise<boolean> {
    return this.contacts.hasActiveContact(domain, visitorGuid);
  }

  /** Whether the device token is of an active contact of the domain. */
  isActiveDeviceToken(domain: string, deviceToken: string): Promise<boolean> {
    return this.contacts.isActiveDeviceToken(domain, deviceToken);
  }

  /** Finds the active contact with this device token. */
  findActive(deviceToken: string): Promise<ContactOfDomain | undefined> {
    return this.contacts.findActive(deviceToken);
  }

  /**
   * Returns the domains that have contacts, by name, with their counts. `page` is as in `listVisitorGuids`.
   */
  async listDomains({ page, per_page }: DomainsPageQuery): Promise<DomainsPageResponse> {
    const names = await this.contacts.domainNames({ skip: page, limit: per_page });
    const counts = await this.contacts.countByDomain(names);
    const items = names.map((name) => {
      const { active, deleted } = counts.get(name) ?? NO_CONTACTS;
      return { name, pushContactActiveQuantity: active, pushContactInactiveQuantity: deleted };
    });
    return { items, page: page + items.length, per_page };
  }

  /** Finds the first names of a range of domains that have contacts, active or not, at most `limit`. */
  namesInRange(range: NameRange, limit: number): Promise<string[]> {
    return this.contacts.namesInRange(range, limit);
  }

  /** Whether the domain has a contact, active or not. */
  hasContacts(domain: string): Promise<boolean> {
    return this.contacts.hasContacts(domain);
  }

  /** Returns how many contacts each domain has, by counters; by its contacts while they are not counted. */
  async countEach(domains: readonly string[]): Promise<Map<string, ContactTotals>> {
    const totals = await this.counts.findTotals(domains);
    for (const domain of domains) {
      if (!totals.has(domain)) totals.set(domain, await this.contacts.countIn(domain));
    }
    return totals;
  }

  /** Counts the domain's active contacts with a subscription by VAPID key. */
  countByVapidKey(domain: string): Promise<VapidKeyCount[]> {
    return this.contacts.countByVapidKey(domain);
  }
}
