import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PUSH_CONTACT, type PushContactDocument } from './push-contacts.schema.js';

/** How many contacts a domain has. */
export interface ContactCounts {
  readonly active: number;
  readonly deleted: number;
}

/** A part of a list. */
export interface Slice {
  readonly skip: number;
  readonly limit: number;
}

/** Holds a domain's visitor guids in order. */
const GUIDS_INDEX = { deleted: 1, domain: 1, visitor_guid: 1 } as const;

/** Holds the domains in order, and the contacts of each by whether they are active. */
const DOMAINS_INDEX = { domain: 1, deleted: 1 } as const;

/** Every text sorts after the empty one; null and what is absent do not compare with it. */
const ANY_TEXT = { $gt: '' };

/** Answers by indexes alone: no query here reads a contact's document. */
@Injectable()
export class ContactLookUpsRepository {
  constructor(@InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>) {}

  /** The visitor guids of the domain's active contacts that are greater than `after`, ascending, one for each contact. */
  async visitorGuids(domain: string, after: string, { skip, limit }: Slice): Promise<string[]> {
    const contacts = await this.model
      .find({ deleted: false, domain, visitor_guid: { $gt: after } }, { _id: 0, visitor_guid: 1 })
      .sort({ visitor_guid: 1 })
      .skip(skip)
      .limit(limit)
      .hint(GUIDS_INDEX)
      .lean<{ visitor_guid: string }[]>();
    return contacts.map(({ visitor_guid: guid }) => guid);
  }

  /** Whether an active contact of the domain has this visitor guid. */
  async hasActiveContact(domain: string, visitorGuid: string): Promise<boolean> {
    const contact = await this.model
      .findOne({ visitor_guid: visitorGuid, domain, deleted: false }, { _id: 0, visitor_guid: 1 })
      .hint({ visitor_guid: 1, domain: 1, deleted: 1 })
      .lean();
    return contact !== null;
  }

  /** Names of domains that have contacts, active or not, ascending. The scan makes one step a domain. */
  async domainNames({ skip, limit }: Slice): Promise<string[]> {
    const domains = await this.model
      .aggregate<{ _id: string }>([
        { $match: { domain: ANY_TEXT } },
        { $group: { _id: '$domain' } },
        { $sort: { _id: 1 } },
        { $skip: skip },
        { $limit: limit },
      ])
      .hint(DOMAINS_INDEX);
    return domains.map(({ _id: name }) => name);
  }

  /** The counts of those of the domains that have contacts. */
  async countByDomain(domains: readonly string[]): Promise<Map<string, ContactCounts>> {
    const groups = await this.model
      .aggregate<{ _id: { domain: string; deleted: boolean }; count: number }>([
        { $match: { domain: { $in: [...domains] } } },
        { $group: { _id: { domain: '$domain', deleted: '$deleted' }, count: { $sum: 1 } } },
      ])
      .hint(DOMAINS_INDEX);
    const counts = new Map<string, ContactCounts>();
    for (const { _id: group, count } of groups) {
      const before = counts.get(group.domain) ?? { active: 0, deleted: 0 };
      counts.set(group.domain, { ...before, [group.deleted ? 'deleted' : 'active']: count });
    }
    return counts;
  }
}
