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
import { ContactTokens } from './tokens/contact-tokens.js';

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
    private readonly tokens: ContactTokens,
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
      const left = { _id: { $in: [...ids] }, erased_at: { $exists: false } };
      const projection = { domain: 1, device_token: 1, deleted: 1, unsubscribed_at: 1 };
      const options = { projection, session: transaction };
      const found = await rawCollection(this.model).find(left, options).toArray();
      if (found.length === 0) return 0;
      for (const { domain, deleted } of found) if (!deleted) changes.add(domain, CHANGE.erased);
      await this.replace(found, transaction);
      return found.length;
    });
  }

  /**
   * Deletes and inserts: in a sharded collection an update that changes the token may move the contact to
   * another shard, and MongoDB wants a command of its own for each of those.
   */
  private async replace(contacts: readonly ErasableContact[], transaction: Transaction): Promise<void> {
    const now = databaseDate();
    const secret = randomBytes(16).toString('base64url');
    const erased = contacts.map((contact) => toErased(contact, now, secret));
    const collection = rawCollection(this.model);
    const known = this.tokens.matchKnown(contacts.map(({ _id: id, domain }) => ({ id, domain })));
    await collection.deleteMany(known, { session: transaction });
    await collection.insertMany(erased, { session: transaction });
    const tokens = contacts.map(({ device_token: deviceToken }) => deviceToken);
    await this.tokens.remove(tokens, transaction);
    await this.tokens.add(
      erased.map(({ _id: id, domain, device_token: deviceToken }) => ({ id, domain, deviceToken })),
      transaction,
    );
  }
}

type ErasableContact = Pick<PushContactDocument, '_id' | 'domain' | 'device_token' | 'deleted' | 'unsubscribed_at'>;

/** What remains of a contact. */
function toErased(
  { _id, domain, deleted, unsubscribed_at }: ErasableContact,
  now: Date,
  secret: string,
): PushContactDocument {
  const leftAt = deleted ? unsubscribed_at : now;
  return {
    _id,
    domain,
    // Tokens have to be different; nobody can register one that is secret.
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
