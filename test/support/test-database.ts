import mongoose from 'mongoose';
import { contactKey, testEnvironment } from './test-environment.js';

const { MongoClient, ObjectId } = mongoose.mongo;

export interface StoredContact {
  readonly _id: string;
  readonly domain: string;
  readonly device_token: string;
  readonly email: string | null;
  readonly visitor_guid: string | null;
  readonly deleted: boolean;
  readonly modified: Date;
  readonly subscription: { endpoint: string; p256dh: string; auth: string; vapid_public_key?: string } | null;
}

/** Any document. The product's `_id`s are strings. */
export interface StoredDocument {
  readonly [name: string]: unknown;
  readonly _id: unknown;
}

/** A snapshot of the database; values are plain. */
export interface Moment {
  find(collection: string, filter: object): Promise<StoredDocument[]>;
  count(collection: string, filter: object): Promise<number>;
}

/**
 * A killed process leaves its transaction open in MongoDB for up to a minute, and dropping the database waits
 * for it.
 */
export const CLEAN_UP_MS = 120_000;

/** Reads and writes the database directly, without the product. */
export class TestDatabase {
  private constructor(
    private readonly client: mongoose.mongo.MongoClient,
    private readonly name: string,
    private readonly contactKey: string,
  ) {}

  /** @param key CONTACT_KEY of the product: by domain, the contacts of tests have entries of their tokens. */
  static async open(
    name: string,
    uri = testEnvironment('TEST_MONGODB_URI'),
    key = contactKey(),
  ): Promise<TestDatabase> {
    return new TestDatabase(await MongoClient.connect(uri), name, key);
  }

  /** Runs several reads on the same snapshot. */
  async atOneMoment<T>(read: (moment: Moment) => Promise<T>): Promise<T> {
    return this.client.withSession({ snapshot: true }, (session) =>
      read({
        find: (collection, filter) => this.of<StoredDocument>(collection).find(filter, { session }).toArray(),
        count: (collection, filter) => this.of<StoredDocument>(collection).countDocuments(filter, { session }),
      }),
    );
  }

  /** Keeps documents written by an open transaction while `work` runs, so that others conflict with it. */
  async whileWritten(collection: string, filter: object, work: () => Promise<void>): Promise<void> {
    await this.client.withSession(async (session) => {
      session.startTransaction();
      const { matchedCount } = await this.of(collection).updateMany(
        filter,
        { $set: { written_by_test: 1 } },
        { session },
      );
      if (matchedCount === 0) throw new Error(`Nothing in ${collection} is written`);
      await work().finally(() => session.abortTransaction());
    });
  }

  /** Reads some fields of many documents, with plain values. */
  pick(collection: string, filter: object, ...fields: readonly string[]): Promise<StoredDocument[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    return this.of<StoredDocument>(collection).find(filter, { projection }).toArray();
  }

  /** Reads documents with BSON types: `Int32`, not `number`. */
  find(collection: string, filter: object = {}): Promise<StoredDocument[]> {
    return this.of<StoredDocument>(collection).find(filter, { promoteValues: false }).toArray();
  }

  /** The number of documents, and the sums of some of their fields. */
  async sum(collection: string, filter: object, ...fields: readonly string[]): Promise<Record<string, number>> {
    const sums = Object.fromEntries(fields.map((field) => [field, { $sum: `$${field}` }]));
    const [found] = await this.of(collection)
      .aggregate<Record<string, number>>([
        { $match: filter },
        { $group: { _id: null, count: { $sum: 1 }, ...sums } },
        { $unset: '_id' },
      ])
      .toArray();
    return found ?? { count: 0 };
  }

  async contactsOf(domain: string): Promise<StoredContact[]> {
    return this.of<StoredContact>('push-contacts').find({ domain }).toArray();
  }

  async insert(collection: string, documents: readonly object[]): Promise<void> {
    await this.of(collection).insertMany([...documents]);
    if (collection === 'push-contacts') await this.addTokens(documents as StoredContact[]);
  }

  private async addTokens(contacts: readonly StoredContact[]): Promise<void> {
    if (this.contactKey !== 'domain') return;
    const entries = contacts.map(({ _id, domain, device_token }) => ({ _id: device_token, domain, contact_id: _id }));
    await this.of<StoredDocument>('contactTokens').insertMany(entries);
  }

  async update(collection: string, filter: object, update: object): Promise<void> {
    await this.of<StoredDocument>(collection).updateOne(filter, update);
  }

  async updateAll(collection: string, update: object): Promise<void> {
    await this.of(collection).updateMany({}, update);
  }

  async deleteAll(collection: string): Promise<void> {
    await this.of(collection).deleteMany({});
  }

  /** Removes all collections with their indexes. */
  async dropCollections(): Promise<void> {
    await this.client.db(this.name).dropDatabase();
  }

  /** Makes `count` documents, from `$number` 0 on, within MongoDB. They replace those of the collection. */
  async generate(collection: string, count: number, document: object): Promise<void> {
    const all = { $range: [0, { $literal: count }] };
    await this.of('seeds').insertOne({});
    const pipeline = [
      { $project: { _id: 0, number: all } },
      { $unwind: '$number' },
      { $replaceWith: document },
      { $out: collection },
    ];
    await this.of('seeds').aggregate(pipeline, { allowDiskUse: true }).toArray();
    await this.deleteAll('seeds');
  }

  /** The lifetime of documents by a TTL index; undefined where there is no such index. */
  async lifetimeSeconds(collection: string, index: string): Promise<unknown> {
    const indexes = await this.of(collection).indexes();
    return indexes.find(({ name }) => name === index)?.expireAfterSeconds;
  }

  /** Lets MongoDB refuse every insert into a collection until `acceptInserts`. */
  async refuseInserts(collection: string): Promise<void> {
    await this.client.db(this.name).command({ collMod: collection, validator: { never: { $exists: true } } });
  }

  async acceptInserts(collection: string): Promise<void> {
    await this.client.db(this.name).command({ collMod: collection, validator: {} });
  }

  async createIndex(collection: string, key: Readonly<Record<string, 1>>): Promise<void> {
    await this.of(collection).createIndexes([{ key }]);
  }

  async dropIndex(collection: string, name: string): Promise<void> {
    await this.of(collection).dropIndex(name);
  }

  /** Transactions of all databases since MongoDB was started. */
  async transactions(): Promise<{ readonly aborted: number; readonly committed: number }> {
    const { transactions } = await this.client.db('admin').command({ serverStatus: 1 });
    const { totalAborted, totalCommitted } = transactions as Record<string, number>;
    return { aborted: totalAborted ?? Number.NaN, committed: totalCommitted ?? Number.NaN };
  }

  /** Stores contacts. Resolves with their ids, in the order of the tokens. */
  async addContacts(
    domain: string,
    tokens: readonly string[],
    change: Partial<StoredContact> | ((token: string) => Partial<StoredContact>) = {},
  ): Promise<string[]> {
    const contacts = tokens.map((token): StoredContact => ({
      _id: new ObjectId().toHexString(),
      domain,
      device_token: token,
      email: null,
      visitor_guid: null,
      deleted: false,
      modified: new Date(),
      subscription: null,
      ...(typeof change === 'function' ? change(token) : change),
    }));
    await this.insert('push-contacts', contacts);
    return contacts.map(({ _id }) => _id);
  }

  /** Stores contacts with a subscription. Endpoint and device token are both `https://{host}/{name}`. */
  addSubscribers(
    domain: string,
    host: string,
    names: readonly string[],
    change: Partial<StoredContact> = {},
  ): Promise<string[]> {
    const endpoints = names.map((name) => `https://${host}/${name}`);
    return this.addContacts(domain, endpoints, (endpoint) => ({
      subscription: { endpoint, p256dh: `p256dh of ${endpoint}`, auth: `auth of ${endpoint}` },
      ...change,
    }));
  }

  count(collection: string, filter: object = {}): Promise<number> {
    return this.of<StoredDocument>(collection).countDocuments(filter);
  }

  /** Runs `work`. Resolves with the plan of each query of the collection meanwhile, from any client. */
  async plansDuring(collection: string, work: () => Promise<unknown>): Promise<unknown[]> {
    const db = this.client.db(this.name);
    const since = new Date();
    await db.command({ profile: 2, slowms: -1 });
    await work();
    await db.command({ profile: 0 });
    // A worker reads for itself.
    const ofApi = { appName: 'push-contact-api' };
    const filter = { ts: { $gte: since }, ns: `${this.name}.${collection}`, op: 'query', ...ofApi };
    const queries = await db.collection('system.profile').find(filter).toArray();
    return queries.map(({ planSummary }): unknown => planSummary);
  }

  async close(): Promise<void> {
    await this.client.db(this.name).dropDatabase();
    await this.closeAndKeepData();
  }

  async closeAndKeepData(): Promise<void> {
    await this.client.close();
  }

  private of<T extends mongoose.mongo.Document>(collection: string): mongoose.mongo.Collection<T> {
    return this.client.db(this.name).collection<T>(collection);
  }
}

export function uuid(text: string): mongoose.mongo.UUID {
  return new mongoose.mongo.UUID(text);
}

/** Returns the BSON type of a value that was read with its type, for example `Int32`. */
export function bsonTypeOf(value: unknown): string {
  if (value instanceof Date) return 'Date';
  if (value === null) return 'null';
  const { _bsontype: type } = Object(value) as { _bsontype?: string };
  return type ?? typeof value;
}
