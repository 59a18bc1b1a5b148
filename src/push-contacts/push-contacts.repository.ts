import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { writeRecorded } from '../core/mongo/write-recorded.js';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { isInstallationId } from '../core/validation/firebase-installation-id.js';
import { PUSH_CONTACT, type PushContactDocument, type StoredSubscription } from './push-contacts.schema.js';
import { toRecipient } from './recipients.reader.js';
import { type ContactOfDomain, ContactTokens } from './tokens/contact-tokens.js';

/** A contact to register. */
export interface NewContact {
  readonly domain: string;
  readonly deviceToken: string;
  readonly email: string | null;
  readonly visitorGuid: string | null;
  readonly subscription: StoredSubscription | null;
}

/** The properties of a contact that can change. */
export type ContactChange = Partial<Pick<NewContact, 'email' | 'visitorGuid' | 'subscription'>>;

/** An active contact, with nulls for fields that an older document lacks. */
export interface Contact extends NewContact {
  readonly id: string;
}

export interface ContactFilter {
  readonly domain: string;
  readonly email?: string;
  readonly modifiedFrom?: Date;
  readonly modifiedTo?: Date;
}

/**
 * Contacts of a list that are in memory at once. A list that nobody reads keeps them, and the next ones,
 * until it ends.
 */
const CONTACTS_AT_ONCE = 200;

const NO_TEXT = [null, ''];

interface FoundContact extends ContactOfDomain {
  readonly deleted: boolean;
}

@Injectable()
export class PushContactsRepository {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly tokens: ContactTokens,
  ) {}

  /** Whether an active contact has this token. */
  async isActive(deviceToken: string): Promise<boolean> {
    return (await this.model.exists({ ...(await this.tokens.match([deviceToken])), deleted: false })) !== null;
  }

  /** Whether the domain has an active contact with a token of this Firebase installation, `FID:…`. */
  async hasTokenOf(domain: string, installationId: string): Promise<boolean> {
    const isOne = await this.tokens.matchInstallation(domain, installationId);
    return (await this.model.exists({ ...isOne, deleted: false })) !== null;
  }

  /**
   * Gives the domain's active contact of the token `from` the token `to`. What has `to` and is inactive, or
   * is of the same domain, gets `from` in exchange and is inactive. The contact stays as it is where another
   * domain has `to`. Other contacts of the domain with tokens of the installation `to` become inactive.
   * Resolves with the number of contacts that became so; undefined when there is no contact to move.
   */
  async moveToken(
    domain: string,
    { from, to }: { readonly from: string; readonly to: string },
    transaction: Transaction,
  ): Promise<number | undefined> {
    const contact = await this.findOne(from, transaction);
    if (contact?.domain !== domain || contact.deleted) return undefined;
    const other = await this.findOne(to, transaction);
    if (other !== null && !other.deleted && other.domain !== domain) return 0;
    const modified = databaseDate();
    const ended = { deleted: true, modified };
    // Not at once: no two contacts may have one token even between the writes.
    if (other !== null) await this.change(other, { ...ended, device_token: other.id }, transaction);
    await this.change(contact, { device_token: to, modified, renewed_at: modified }, transaction);
    // The browser's earlier tokens are of the same installation, and would be sent to by its id as well.
    const replaced = isInstallationId(to) ? await this.endInstallation(domain, to, ended, transaction) : 0;
    if (other !== null) await this.change(other, { device_token: from }, transaction);
    const moved = { ...contact, deviceToken: to };
    if (other === null) {
      await this.tokens.remove([from], transaction);
      await this.tokens.add([moved], transaction);
    } else await this.tokens.exchange([moved, { ...other, deviceToken: from }], transaction);
    return replaced + (other === null || other.deleted ? 0 : 1);
  }

  private async findOne(deviceToken: string, transaction: Transaction): Promise<FoundContact | null> {
    const isOne = await this.tokens.match([deviceToken], transaction);
    const found = await this.model.findOne(isOne, { domain: 1, deleted: 1 }).session(transaction).lean();
    return found && { id: found._id, domain: found.domain, deleted: found.deleted };
  }

  private async change(
    contact: FoundContact,
    change: Partial<PushContactDocument>,
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne(this.tokens.matchKnown([contact]), change, { session: transaction });
  }

  private async endInstallation(
    domain: string,
    installationId: string,
    ended: Partial<PushContactDocument>,
    transaction: Transaction,
  ): Promise<number> {
    const isOne = await this.tokens.matchInstallation(domain, installationId, transaction);
    const active = { ...isOne, deleted: false };
    return (await this.model.updateMany(active, ended, { session: transaction })).modifiedCount;
  }

  /**
   * Finds the `auth` of a contact's subscription: null where it has none, undefined where there is no such
   * contact.
   */
  async findAuth({
    deviceToken,
    isActive,
  }: {
    deviceToken: string;
    isActive: boolean;
  }): Promise<string | null | undefined> {
    const filter = { ...(await this.tokens.match([deviceToken])), deleted: !isActive };
    const contact = await this.model.findOne(filter, { subscription: 1 }).lean();
    if (contact === null) return undefined;
    const auth = contact.subscription?.auth ?? '';
    return auth === '' ? null : auth;
  }

  /** Sets the e-mail or the visitor guid of an active contact, with the record of the call. */
  async setIdentity(deviceToken: string, identity: Pick<ContactChange, 'email' | 'visitorGuid'>): Promise<void> {
    const filter = { ...(await this.tokens.match([deviceToken])), deleted: false };
    await writeRecorded((writes) => {
      writes.update(this.model, { filter, change: { $set: toStored(identity) } });
    });
  }

  /**
   * Changes an active contact. Resolves with the contact before the change; undefined when there is none.
   *
   * @param storedAuth changes only a contact whose subscription has this `auth`; null: one that has none.
   */
  async updateActive(
    deviceToken: string,
    change: ContactChange,
    transaction?: Transaction,
    storedAuth?: string | null,
  ): Promise<Contact | undefined> {
    const before = await this.model
      .findOneAndUpdate(
        { ...(await this.tokens.match([deviceToken], transaction)), deleted: false, ...ofAuth(storedAuth) },
        toStored(change),
        { returnDocument: 'before', session: transaction ?? null },
      )
      .lean();
    return before === null ? undefined : toContact(before);
  }

  /** Yields the active contacts that match, from a cursor: a domain may have more than fit into memory. */
  async *findActive(filter: ContactFilter): AsyncGenerator<Contact> {
    const { domain, email, modifiedFrom, modifiedTo } = filter;
    const modified = { ...(modifiedFrom && { $gte: modifiedFrom }), ...(modifiedTo && { $lte: modifiedTo }) };
    const cursor = this.model
      .find({
        domain,
        deleted: false,
        ...(email !== undefined && { email }),
        ...(Object.keys(modified).length > 0 && { modified }),
      })
      .lean()
      .batchSize(CONTACTS_AT_ONCE)
      .cursor();
    for await (const document of cursor) yield toContact(document);
  }
}

function ofAuth(storedAuth: string | null | undefined): { 'subscription.auth'?: string | { $in: typeof NO_TEXT } } {
  return storedAuth === undefined ? {} : { 'subscription.auth': storedAuth ?? { $in: NO_TEXT } };
}

function toStored({ email, visitorGuid, subscription }: ContactChange): Partial<PushContactDocument> {
  const modified = databaseDate();
  return {
    ...(email !== undefined && { email }),
    ...(visitorGuid !== undefined && { visitor_guid: visitorGuid }),
    ...(subscription !== undefined && { subscription, renewed_at: modified }),
    modified,
  };
}

function toContact(document: PushContactDocument): Contact {
  return { ...toRecipient(document), domain: document.domain, email: document.email ?? null };
}
