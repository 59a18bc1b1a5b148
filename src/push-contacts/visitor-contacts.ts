import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { CHANGE } from './counting/contact-changes.js';
import { ContactCounter } from './counting/contact-counter.js';
import { ANY_CASE, PUSH_CONTACT, type PushContactDocument } from './push-contacts.schema.js';

/** A contact as far as it says whose it is. */
export interface VisitorContact {
  readonly id: string;
  readonly domain: string;
  readonly email: string | null;
  readonly visitorGuid: string | null;
}

const FIELDS = { domain: 1, email: 1, visitor_guid: 1 } as const;

/** Finds all contacts of a person, also those that left or were pruned, and takes out whose they are. */
@Injectable()
export class VisitorContacts {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly counter: ContactCounter,
  ) {}

  /** Finds the contacts of these visitors, of one domain or of all; at most `limit`. */
  async findByGuids(
    guids: readonly string[],
    domain: string | undefined,
    limit: number,
  ): Promise<readonly VisitorContact[]> {
    const filter = { visitor_guid: { $in: guids }, ...(domain !== undefined && { domain }) };
    return (await this.model.find(filter, FIELDS, { limit }).lean()).map(toVisitorContact);
  }

  /** Finds the contacts with one of these e-mails, in any case, of one domain or of all; at most `limit`. */
  async findByEmails(
    emails: readonly string[],
    domain: string | undefined,
    limit: number,
  ): Promise<readonly VisitorContact[]> {
    const filter = { email: { $in: emails, $gt: '' }, ...(domain !== undefined && { domain }) };
    // The collation takes more for the same than case, ² and 2, and also compares the domain by it.
    const wanted = new Set(emails.map((email) => email.toLowerCase()));
    const found: VisitorContact[] = [];
    for await (const document of this.model.find(filter, FIELDS, { collation: ANY_CASE }).lean().cursor()) {
      const contact = toVisitorContact(document);
      const isOfDomain = domain === undefined || contact.domain === domain;
      if (isOfDomain && wanted.has(contact.email?.toLowerCase() ?? '')) found.push(contact);
      if (found.length === limit) break;
    }
    return found;
  }

  /** Reads these contacts as they are stored. */
  read(ids: readonly string[]): Promise<PushContactDocument[]> {
    return rawCollection(this.model)
      .find({ _id: { $in: [...ids] } })
      .toArray();
  }

  /**
   * Replaces each of these contacts by what remains of it: its id, its domain, and that it is inactive. So
   * the domain's counts stay true, nothing is sent to it any more, and a broadcast under way learns so as of
   * a visitor who leaves. Who was active counts as having left; who had left or was pruned stays that.
   * Resolves with the number of those that were not erased before.
   */
  erase(ids: readonly string[]): Promise<number> {
    return this.counter.run(async (transaction, changes) => {
      const left = { _id: { $in: [...ids] }, deleted: false, erased_at: { $exists: false } };
      const active = await this.model.find(left, { domain: 1 }, { session: transaction }).lean();
      for (const { domain } of active) changes.add(domain, CHANGE.erased);
      return this.eraseWithin(ids, transaction);
    });
  }

  /**
   * Deletes and inserts: in a sharded collection an update that changes the token may move the contact to
   * another shard, and MongoDB wants a command of its own for each of those.
   */
  private async eraseWithin(ids: readonly string[], transaction: Transaction): Promise<number> {
    const collection = rawCollection(this.model);
    const found = { _id: { $in: [...ids] }, erased_at: { $exists: false } };
    const projection = { domain: 1, deleted: 1, unsubscribed_at: 1 };
    const contacts = await collection.find(found, { projection, session: transaction }).toArray();
    if (contacts.length === 0) return 0;
    const now = databaseDate();
    const secret = randomBytes(16).toString('base64url');
    await collection.deleteMany(found, { session: transaction });
    await collection.insertMany(
      contacts.map((contact) => toErased(contact, now, secret)),
      { session: transaction },
    );
    return contacts.length;
  }
}

/** What remains of a contact. */
function toErased(
  {
    _id,
    domain,
    deleted,
    unsubscribed_at,
  }: Pick<PushContactDocument, '_id' | 'domain' | 'deleted' | 'unsubscribed_at'>,
  now: Date,
  secret: string,
): PushContactDocument {
  const leftAt = deleted ? unsubscribed_at : now;
  return {
    _id,
    domain,
    // The index of tokens wants different ones; nobody can register one that is secret.
    device_token: `erased:${_id}:${secret}`,
    email: null,
    visitor_guid: null,
    deleted: true,
    modified: now,
    subscription: null,
    ...(leftAt && { unsubscribed_at: leftAt }),
    erased_at: now,
  };
}

function toVisitorContact(
  document: Pick<PushContactDocument, '_id' | 'domain' | 'visitor_guid'> & { readonly email?: string | null },
): VisitorContact {
  const { _id: id, domain, email = null, visitor_guid: visitorGuid = null } = document;
  return { id, domain, email, visitorGuid };
}
