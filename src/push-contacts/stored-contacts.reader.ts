import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { ANY_CASE, PUSH_CONTACT, type PushContactDocument, type StoredSubscription } from './push-contacts.schema.js';
import { toRecipient } from './recipients.reader.js';
import { ContactTokens } from './tokens/contact-tokens.js';

/** What contacts are searched by. */
export type ContactKey =
  { readonly deviceToken: string } | { readonly visitorGuid: string } | { readonly email: string };

/** A contact of a domain, active or not. */
export interface StoredContact {
  readonly id: string;
  readonly deviceToken: string;
  readonly visitorGuid: string | null;
  readonly email: string | null;
  readonly isActive: boolean;
  /** When the visitor left; null while active, and where it was pruned. */
  readonly unsubscribedAt: Date | null;
  /** Null where the id is none of MongoDB, which begins with the time. */
  readonly registeredAt: Date | null;
  /** When it came back, or its token or subscription changed, last; null where it did not. */
  readonly renewedAt: Date | null;
  /** When it was registered, changed, pruned or left last. */
  readonly modified: Date;
  /** Null unless it is complete. */
  readonly subscription: StoredSubscription | null;
}

/** A part of what was found: the contacts with ids before `before`, at most `limit`. */
interface Part {
  readonly before: string | undefined;
  readonly limit: number;
}

type ContactFilter = mongoose.mongo.Filter<PushContactDocument>;

const OBJECT_ID = /^[0-9a-f]{24}$/;

/** Finds the contacts of a domain for who looks at them, also those that left or were pruned. */
@Injectable()
export class StoredContactsReader {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly tokens: ContactTokens,
  ) {}

  /**
   * Finds the domain's contacts with this device token, visitor guid or e-mail, by id, the latest first. The
   * token may be a Firebase installation, the e-mail is compared in any case. It reads by index the contacts
   * of the domain that have the key, of an e-mail at most as many as it finds and a few.
   */
  async find(domain: string, key: ContactKey, part: Part): Promise<StoredContact[]> {
    if ('email' in key) return this.findByEmail(domain, key.email.trim(), part);
    const isOne =
      'visitorGuid' in key ? { visitor_guid: key.visitorGuid } : await this.tokens.matchEither(domain, key.deviceToken);
    const filter: ContactFilter = { $and: [isOne, { domain, ...toIds(part) }] };
    const sort = { sort: { _id: -1 }, limit: part.limit } as const;
    return (await rawCollection(this.model).find(filter, sort).toArray()).map(toStoredContact);
  }

  /** Finds a contact of the domain by its id. */
  async findById(domain: string, id: string): Promise<StoredContact | undefined> {
    const document = await rawCollection(this.model).findOne({ _id: id, domain });
    return document === null ? undefined : toStoredContact(document);
  }

  /**
   * The collation takes more for the same than case, and applies to the domain as well: ids and e-mails that
   * are not the very ones are read and left out.
   */
  private async findByEmail(domain: string, email: string, part: Part): Promise<StoredContact[]> {
    const filter: ContactFilter = { email: { $eq: email, $gt: '' }, domain, ...toIds(part) };
    const found: StoredContact[] = [];
    const options = { sort: { _id: -1 }, collation: ANY_CASE, batchSize: part.limit } as const;
    const cursor = rawCollection(this.model).find(filter, options);
    for await (const document of cursor) {
      const isOne = document.domain === domain && document.email?.toLowerCase() === email.toLowerCase();
      if (isOne) found.push(toStoredContact(document));
      if (found.length === part.limit) break;
    }
    return found;
  }
}

function toIds({ before }: Part): ContactFilter {
  return before === undefined ? {} : { _id: { $lt: before } };
}

function toStoredContact(document: PushContactDocument): StoredContact {
  const { id, deviceToken, visitorGuid, subscription } = toRecipient(document);
  return {
    id,
    deviceToken,
    visitorGuid,
    email: document.email ?? null,
    isActive: !document.deleted,
    unsubscribedAt: document.unsubscribed_at ?? null,
    registeredAt: OBJECT_ID.test(id) ? new Date(Number.parseInt(id.slice(0, 8), 16) * 1_000) : null,
    renewedAt: document.renewed_at ?? null,
    modified: document.modified,
    subscription,
  };
}
