import type { MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import mongoose, { type Connection, type IndexOptions } from 'mongoose';
import type { Config } from './config.js';
import { SettingError } from './setting-error.js';

const { mongo } = mongoose;

/** How long a request waits for a MongoDB that is away before it fails. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;

/** The connection's options; `connectionFactory` refuses a server that has no transactions. */
export function mongoDbOptions(config: Config): MongooseModuleFactoryOptions {
  return {
    uri: config.mongodb.uri,
    dbName: config.mongodb.database,
    appName: `push-contact-${config.mode}`,
    retryAttempts: 0,
    // Indexes are created by createIndexes(), where a failure ends the start.
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    writeConcern: { w: 'majority' },
    retryWrites: true,
    // MongoDB keeps valid UTF-8 alone; to look at every character again is a good part of reading.
    enableUtf8Validation: false,
    serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
    connectTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
    heartbeatFrequencyMS: SERVER_SELECTION_TIMEOUT_MS,
    connectionErrorFactory: () => new SettingError(['MONGODB_URI: no MongoDB can be reached there']),
  };
}

/** Throws a SettingError when the server has no transactions, which exactly-once counting needs. */
export async function demandTransactions(connection: Connection): Promise<void> {
  const hello = await connection.db?.admin().command({ hello: 1 });
  if (hello?.setName !== undefined || hello?.msg === 'isdbgrid') return;
  throw new SettingError([
    'MONGODB_URI: this MongoDB is a standalone server, but a replica set or a sharded cluster is needed. ' +
      'Start mongod with --replSet rs0 and run rs.initiate() once in mongosh; one member is enough',
  ]);
}

/** MongoDB's code for an index that exists with other options. */
const INDEX_OPTIONS_CONFLICT = 85;

/**
 * Creates what is missing of every model's indexes, under MongoDB's default names, and brings the lifetime of expiring
 * documents up to date. Throws a SettingError that names the index that cannot be made.
 */
export async function createIndexes(connection: Connection): Promise<void> {
  for (const model of Object.values(connection.models)) {
    for (const [keys, options] of model.schema.indexes()) {
      await createIndex(model.collection, keys as Record<string, 1 | -1>, options);
    }
  }
}

type Collection = ReturnType<Connection['collection']>;

async function createIndex(
  collection: Collection,
  keys: Record<string, 1 | -1>,
  { unique, sparse, expireAfterSeconds, partialFilterExpression }: IndexOptions,
): Promise<void> {
  const options = { unique, sparse, expireAfterSeconds, partialFilterExpression };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  try {
    await collection.createIndex(keys, given, {});
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === INDEX_OPTIONS_CONFLICT && expireAfterSeconds) {
      await collection.conn.db?.command({
        collMod: collection.collectionName,
        index: { keyPattern: keys, expireAfterSeconds },
      });
      return;
    }
    if (!(error instanceof mongo.MongoServerError)) throw error;
    const name = `${collection.collectionName} ${JSON.stringify(keys)}`;
    throw new SettingError([`MONGODB_DATABASE: the index ${name} cannot be made (${error.codeName ?? 'refused'})`]);
  }
}
