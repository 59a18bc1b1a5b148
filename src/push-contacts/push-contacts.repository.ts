import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { isInstallationId } from '../core/validation/firebase-installation-id.js';
import { PUSH_CONTACT, type PushContactDocument, type StoredSubscription } from './push-contacts.schema.js';
import { toRecipient } from './recipients.reader.js';

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

@Injectable()
export class PushContactsRepository {
  constructor(@InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>) {}

  /** Whether an active contact has this token. */
  async isActive(deviceToken: string): Promise<boolean> {
    return (await this.model.exists({ device_token: deviceToken, deleted: false })) !== null;
  }

  /** Whether the domain has an active contact with a token of this Firebase installation, `FID:…`. */
  async hasTokenOf(domain: string, installationId: string): Promise<boolean> {
    return (await this.model.exists({ domain, deleted: false, device_token: tokensOf(installationId) })) !== null;
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
    const session = { session: transaction };
    const contact = await this.model.exists({ domain, deleted: false, device_token: from }).session(transaction);
    if (contact === null) return undefined;
    const other = await this.model.findOne({ device_token: to }, { domain: 1, deleted: 1 }).session(transaction).lean();
    if (other !== null && !other.deleted && other.domain !== domain) return 0;
    const modified = databaseDate();
    const ended = { deleted: true, modified };
    // Not at once: no two contacts may have one token even between the writes.
    if (other !== null) await this.model.updateOne({ _id: other._id }, { ...ended, device_token: other._id }, session);
    await this.model.updateOne({ _id: contact._id }, { device_token: to, modified, renewed_at: modified }, session);
    // The browser's earlier tokens are of the same installation, and would be sent to by its id as well.
    const earlier = { domain, deleted: false, device_token: tokensOf(to) };
    const replaced = isInstallationId(to) ? (await this.model.updateMany(earlier, ended, session)).modifiedCount : 0;
    if (other !== null) await this.model.updateOne({ _id: other._id }, { device_token: from }, session);
    return replaced + (other === null || other.deleted ? 0 : 1);
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
    const filter = { device_token: deviceToken, deleted: !isActive };
    const contact = await this.model.findOne(filter, { subscription: 1 }).lean();
    if (contact === null) return undefined;
    const auth = contact.subscription?.auth ?? '';
    return auth === '' ? null : auth;
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
    const { email, visitorGuid, subscription } = change;
    const modified = databaseDate();
    const before = await this.model
      .findOneAndUpdate(
        { device_token: deviceToken, deleted: false, ...ofAuth(storedAuth) },
        {
          ...(email !== undefined && { email }),
          ...(visitorGuid !== undefined && { visitor_guid: visitorGuid }),
          ...(subscription !== undefined && { subscription, renewed_at: modified }),
          modified,
        },
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

/** Matches the registration tokens of an installation, by the index of tokens: `;` comes after `:`. */
export function tokensOf(installationId: string): { $gte: string; $lt: string } {
  return { $gte: `${installationId}:`, $lt: `${installationId};` };
}

function ofAuth(storedAuth: string | null | undefined): { 'subscription.auth'?: string | { $in: typeof NO_TEXT } } {
  return storedAuth === undefined ? {} : { 'subscription.auth': storedAuth ?? { $in: NO_TEXT } };
}

function toContact(document: PushContactDocument): Contact {
  return { ...toRecipient(document), domain: document.domain, email: document.email ?? null };
}
