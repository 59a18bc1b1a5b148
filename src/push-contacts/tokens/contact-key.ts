import mongoose, { type Connection } from 'mongoose';
import type { Config } from '../../core/config/config.js';
import { SettingError } from '../../core/config/setting-error.js';
import { isCollectionMissing, refuseUnauthorized } from '../../core/mongo/connection.js';
import { databaseOf } from '../../core/mongo/raw-commands.js';
import { contactTokenSchema } from './contact-tokens.schema.js';

const { MongoServerError } = mongoose.mongo;

type ContactKey = Config['mongodb']['contactKey'];
type Index = mongoose.mongo.IndexDescriptionInfo;

/** MongoDB's code for a collection that is there already. */
const NAMESPACE_EXISTS = 48;

/**
 * The index of device tokens by CONTACT_KEY. By domain it has no entries: under the same name, it only keeps
 * a process with the other setting, or of a version before the setting, from making the unique one.
 */
export const TOKEN_INDEX = {
  token: { unique: true },
  domain: { partialFilterExpression: { device_token: { $lt: '' } } },
} as const;

/**
 * Throws a SettingError when CONTACT_KEY is another than the database has; call it before the indexes are
 * made, which keep the setting. Of two processes that start an empty database with different settings, one
 * fails to make its index.
 */
export async function prepareContactKey(connection: Connection, { mongodb }: Config): Promise<void> {
  const stored = await findContactKey(connection, mongodb.pushContactsCollection);
  if (stored !== undefined && stored !== mongodb.contactKey) {
    throw new SettingError([
      `CONTACT_KEY: is ${mongodb.contactKey}, but this database was begun with ${stored}, ` +
        `which cannot be changed: set CONTACT_KEY=${stored} for every api and worker`,
    ]);
  }
  // A transaction that writes to several shards may not create a collection.
  if (mongodb.contactKey === 'domain') await createTokens(connection);
}

/** Undefined where no contact and no index of tokens is stored yet. */
async function findContactKey(connection: Connection, name: string): Promise<ContactKey | undefined> {
  const collection = databaseOf(connection).collection(name);
  const indexes = await collection.indexes().catch(orEmpty);
  const index = indexes.find(({ key }) => isTokenIndex(key));
  if (index !== undefined) return index.partialFilterExpression === undefined ? 'token' : 'domain';
  // Contacts that an installation stored by other means: their tokens have no entries.
  return (await collection.findOne({}, { projection: { _id: 1 } })) === null ? undefined : 'token';
}

function isTokenIndex(key: Index['key']): boolean {
  return JSON.stringify(key) === JSON.stringify({ device_token: 1 });
}

function orEmpty(error: unknown): Index[] {
  refuseUnauthorized(error);
  if (isCollectionMissing(error)) return [];
  throw error;
}

async function createTokens(connection: Connection): Promise<void> {
  try {
    await databaseOf(connection).createCollection(String(contactTokenSchema.get('collection')));
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
  }
}
