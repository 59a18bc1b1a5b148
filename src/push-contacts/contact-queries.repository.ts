import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Transaction } from '../core/mongo/transactions.js';
import type { ContactTotals } from './counting/contact-totals.repository.js';
import { inNameRange, type NameRange } from '../core/mongo/name-range.js';
import { PUSH_CONTACT, type PushContactDocument, UNSUBSCRIBED_INDEX } from './push-contacts.schema.js';
import { type ContactOfDomain, ContactTokens } from './tokens/contact-tokens.js';

/** How many contacts a domain has. */
export interface ContactCounts {
  readonly active: number;
  readonly deleted: number;
}

/** How many active contacts of a domain were subscribed with a VAPID key; null: they do not say which. */
export interface VapidKeyCount {
  readonly key: string | null;
  readonly contacts: number;
}

/** A part of a sorted list, by offset. */
export interface Slice {
  readonly skip: number;
  readonly limit: number;
}

/** Has a domain's visitor guids in order. */
const GUIDS_INDEX = { deleted: 1, domain: 1, visitor_guid: 1 } as const;

/** Has the domains in order, and each domain's active contacts before the deleted ones. */
const DOMAINS_INDEX = { domain: 1, deleted: 1 } as const;

/** Matches every date; unlike `$exists`, the index alone answers it. */
const ANY_DATE = { $gt: new Date(0) };

/** Matches every text but the empty one; null and missing fields do not match. */
const ANY_TEXT = { $gt: '' };

/**
 * Queries that read only indexes, never a contact's document; `isActiveDeviceToken` and `findActive` read
 * one at most, and `countByVapidKey` all active ones of the domain.
 */
@Injectable()
export class ContactQueriesRepository {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly tokens: ContactTokens,
  ) {}

  /**
   * Finds the visitor guids after `after` of the domain's active contacts, ascending. A guid is returned once
   * for each of its contacts.
   */
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

  /**
   * Whether an active contact of the domain has this device token, or a token of this Firebase installation.
   * Reads one contact at most, or those of the installation.
   */
  async isActiveDeviceToken(domain: string, deviceToken: string): Promise<boolean> {
    const isOne = await this.tokens.matchEither(domain, deviceToken);
    return (await this.model.exists({ ...isOne, domain, deleted: false })) !== null;
  }

  /** The active contact with this device token. */
  async findActive(deviceToken: string): Promise<ContactOfDomain | undefined> {
    const active = { ...(await this.tokens.match([deviceToken])), deleted: false };
    const contact = await this.model.findOne(active, { domain: 1 }).lean();
    return contact === null ? undefined : { id: contact._id, domain: contact.domain };
  }

  /**
   * Finds the names of domains that have contacts, active or not, ascending. The index scan takes one step a
   * domain.
   */
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

  /** Finds the first names of a range of domains that have contacts, at most `limit`, one query each. */
  async namesInRange({ prefix, after }: NameRange, limit: number): Promise<string[]> {
    const names: string[] = [];
    while (names.length < limit) {
      const domain = inNameRange({ prefix, after: names.at(-1) ?? after });
      const next = await this.model
        .findOne({ domain }, { _id: 0, domain: 1 }, { sort: { domain: 1 } })
        .hint(DOMAINS_INDEX)
        .lean();
      if (next === null) break;
      names.push(next.domain);
    }
    return names;
  }

  /** Finds the names of all domains that have contacts, in one step of the index each. */
  async allDomainNames(): Promise<string[]> {
    const domains = await this.model
      .aggregate<{ _id: string }>([{ $match: { domain: ANY_TEXT } }, { $group: { _id: '$domain' } }])
      .hint(DOMAINS_INDEX);
    return domains.map(({ _id: name }) => name);
  }

  /** Whether the domain has a contact, active or not. */
  async hasContacts(domain: string): Promise<boolean> {
    const contact = await this.model.findOne({ domain }, { _id: 0, domain: 1 }).hint(DOMAINS_INDEX).lean();
    return contact !== null;
  }

  /** Counts the contacts of a domain, as the transaction sees them. It reads an index entry of each. */
  async countIn(domain: string, transaction?: Transaction): Promise<ContactTotals> {
    const counts = (await this.countByDomain([domain], transaction)).get(domain);
    if (counts === undefined) return { active: 0, deleted: 0, unsubscribed: 0 };
    const left = this.model.countDocuments({ domain, deleted: true, unsubscribed_at: ANY_DATE });
    return { ...counts, unsubscribed: await left.hint(UNSUBSCRIBED_INDEX).session(transaction ?? null) };
  }

  /** Counts the contacts of each domain. A domain without contacts has no entry. */
  async countByDomain(domains: readonly string[], transaction?: Transaction): Promise<Map<string, ContactCounts>> {
    const groups = await this.model
      .aggregate<{ _id: { domain: string; deleted: boolean }; count: number }>([
        { $match: { domain: { $in: [...domains] } } },
        { $group: { _id: { domain: '$domain', deleted: '$deleted' }, count: { $sum: 1 } } },
      ])
      .hint(DOMAINS_INDEX)
      .session(transaction ?? null);
    const counts = new Map<string, ContactCounts>();
    for (const { _id: group, count } of groups) {
      const before = counts.get(group.domain) ?? { active: 0, deleted: 0 };
      counts.set(group.domain, { ...before, [group.deleted ? 'deleted' : 'active']: count });
    }
    return counts;
  }

  /**
   * Counts the domain's active contacts with a complete subscription by VAPID key. It reads each active
   * contact of the domain once: an index for it would cost a write for each new contact, and this is read a
   * few times in a rotation.
   */
  async countByVapidKey(domain: string): Promise<VapidKeyCount[]> {
    const isSubscribed = Object.fromEntries(
      ['endpoint', 'p256dh', 'auth'].map((part) => [`subscription.${part}`, ANY_TEXT]),
    );
    return this.model
      .aggregate<VapidKeyCount>([
        { $match: { domain, deleted: false, ...isSubscribed } },
        { $group: { _id: '$subscription.vapid_public_key', contacts: { $sum: 1 } } },
        { $sort: { contacts: -1, _id: 1 } },
        { $project: { _id: 0, key: '$_id', contacts: 1 } },
      ])
      .hint(DOMAINS_INDEX);
  }
}
