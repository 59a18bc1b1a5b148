import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { chunk } from '../../core/async/chunk.js';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { insertAll } from '../../core/mongo/raw-commands.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import type { Contact, NewContact } from '../push-contacts.repository.js';
import { PUSH_CONTACT, type PushContactDocument } from '../push-contacts.schema.js';
import { ContactTokens, NO_CONTACT } from '../tokens/contact-tokens.js';

const { ObjectId } = mongoose.mongo;

/** What is stored of a device token, as far as it decides what becomes of a new contact. */
export interface StoredToken {
  readonly id: string;
  readonly domain: string;
  readonly isInactive: boolean;
  readonly hasLeft: boolean;
  /** Of its subscription; null where it has none. */
  readonly auth: string | null;
}

/** A contact to be made active again, perhaps of another domain than it is stored of. */
export interface RevivedContact extends Contact {
  readonly storedDomain: string;
}

/** Contacts to insert, and such that were pruned or left, to be made active again. */
export interface Decided {
  readonly added: Contact[];
  readonly revived: RevivedContact[];
}

@Injectable()
export class NewContactsRepository {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly tokens: ContactTokens,
  ) {}

  /** Makes an id for a contact. */
  nextId(): string {
    return new ObjectId().toHexString();
  }

  /** Finds what is stored of device tokens. */
  async find(deviceTokens: readonly string[], transaction: Transaction): Promise<Map<string, StoredToken>> {
    const fields = { device_token: 1, domain: 1, deleted: 1, unsubscribed_at: 1, 'subscription.auth': 1 } as const;
    const filter = await this.tokens.match(deviceTokens, transaction);
    // Most registrations are of new contacts.
    if (filter === NO_CONTACT) return new Map();
    const documents = await rawCollection(this.model)
      .find(filter, { projection: fields, session: transaction })
      .toArray();
    return new Map(documents.map((document) => [document.device_token, toStoredToken(document)]));
  }

  /**
   * Inserts contacts, and gives what was posted to those that are revived. Rejects with a duplicate key when
   * somebody inserts one of the tokens meanwhile.
   */
  async save({ added, revived }: Decided, transaction: Transaction): Promise<void> {
    await this.insert(added, transaction);
    await this.revive(revived, transaction);
  }

  private async insert(contacts: readonly Contact[], transaction: Transaction): Promise<void> {
    if (contacts.length === 0) return;
    const modified = databaseDate();
    const documents = contacts.map((contact) => ({
      _id: contact.id,
      device_token: contact.deviceToken,
      ...toFields(contact),
      modified,
    }));
    await insertAll(this.model, documents as PushContactDocument[], transaction);
    await this.tokens.add(contacts, transaction);
  }

  private async revive(contacts: readonly RevivedContact[], transaction: Transaction): Promise<void> {
    const moved = contacts.filter(({ domain, storedDomain }) => domain !== storedDomain);
    await this.update(
      contacts.filter(({ domain, storedDomain }) => domain === storedDomain),
      transaction,
    );
    for (const some of chunk(moved, this.tokens.movedAtOnce)) await this.update(some, transaction);
    if (moved.length > 0) await this.tokens.exchange(moved, transaction);
  }

  private async update(contacts: readonly RevivedContact[], transaction: Transaction): Promise<void> {
    if (contacts.length === 0) return;
    const modified = databaseDate();
    await rawCollection(this.model).bulkWrite(
      contacts.map((contact) => ({
        updateOne: {
          filter: this.tokens.matchKnown([{ id: contact.id, domain: contact.storedDomain }]),
          update: {
            $set: { ...toFields(contact), modified, renewed_at: modified },
            $unset: { unsubscribed_at: 1, erased_at: 1 },
          },
        },
      })),
      { session: transaction },
    );
  }
}

function toFields({
  domain,
  email,
  visitorGuid,
  subscription,
}: NewContact): Omit<PushContactDocument, '_id' | 'device_token' | 'modified'> {
  return { domain, email, visitor_guid: visitorGuid, deleted: false, subscription };
}

function toStoredToken(document: PushContactDocument): StoredToken {
  const auth = document.subscription?.auth ?? '';
  return {
    id: document._id,
    domain: document.domain,
    isInactive: document.deleted,
    hasLeft: document.unsubscribed_at !== undefined,
    auth: auth === '' ? null : auth,
  };
}
