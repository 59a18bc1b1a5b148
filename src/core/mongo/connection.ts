import type { MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import mongoose, { type Connection, type IndexOptions } from 'mongoose';
import type { Config } from '../config/config.js';
import { SettingError } from '../config/setting-error.js';
import { describeConnectionFault } from './connection-fault.js';
import { findAddressFault } from './connection-string-fault.js';
import { measureMongoDbCommands } from './measured-commands.js';
import { hasOption, withoutOwnOptions } from './uri-guarantees.js';

const { mongo } = mongoose;

/** How long a request waits while MongoDB is unreachable before it fails. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;

/**
 * How long a command waits for its response. A connection whose peer has vanished without a word would keep
 * it waiting for ever; after this time the command fails as by any other network error, and is repeated
 * where that is safe. Longer than the slowest report takes.
 */
const RESPONSE_TIMEOUT_MS = 30_000;

/**
 * A connection that nothing has used for so long is closed, so that their number follows the load. By default
 * the driver keeps what a peak has opened for ever ("Manage Connections with Connection Pools").
 */
const MAX_IDLE_MS = 60_000;

/** Mongoose's options for `config`. When no server is reachable at start, Mongoose throws a SettingError. */
export function mongoDbOptions(config: Config): MongooseModuleFactoryOptions {
  const fault = findAddressFault(config.mongodb.uri);
  if (fault !== undefined) throw new SettingError([`MONGODB_URI: ${fault}`]);
  measureMongoDbCommands();
  return {
    uri: withoutOwnOptions(config.mongodb.uri),
    dbName: config.mongodb.database,
    appName: `push-contact-${config.mode}`,
    retryAttempts: 0,
    // createIndexes() creates the indexes, so that a failure ends the start.
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    readPreference: 'primary',
    writeConcern: { w: 'majority' },
    retryWrites: true,
    // MongoDB stores valid UTF-8 only; validating it again is a large part of the cost of a read.
    enableUtf8Validation: false,
    serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
    connectTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
    heartbeatFrequencyMS: SERVER_SELECTION_TIMEOUT_MS,
    socketTimeoutMS: RESPONSE_TIMEOUT_MS,
    ...(!hasOption(config.mongodb.uri, 'maxIdleTimeMS') && { maxIdleTimeMS: MAX_IDLE_MS }),
    connectionErrorFactory: (error: unknown) => new SettingError([describeConnectionFault(error, config.mongodb.uri)]),
  };
}

/** Throws a SettingError when the server does not support transactions, which exactly-once counting needs. */
export async function assertTransactions(connection: Connection): Promise<void> {
  const hello = await connection.db?.admin().command({ hello: 1 });
  if (hello?.setName !== undefined || hello?.msg === 'isdbgrid') return;
  throw new SettingError([
    'MONGODB_URI: this MongoDB is a standalone server, but a replica set or a sharded cluster is needed. ' +
      'Start mongod with --replSet rs0 and run rs.initiate() once in mongosh; one member is enough',
  ]);
}

/** An index of a large collection takes as long as it takes. The driver reads it, and its types lack it. */
const WITHOUT_TIMEOUT: mongoose.mongo.CreateIndexesOptions & { readonly socketTimeoutMS: 0 } = { socketTimeoutMS: 0 };

/** MongoDB's code for an index that exists with other options. */
const INDEX_OPTIONS_CONFLICT = 85;

/** MongoDB's code for a user, or nobody, without the right to a command. */
const UNAUTHORIZED = 13;
const NAMESPACE_NOT_FOUND = 26;

/**
 * Creates the missing indexes of every model, under MongoDB's default names unless they have one, and
 * updates the lifetime of expiring documents. Throws a SettingError that names an index that cannot be
 * created.
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
  { name, unique, sparse, expireAfterSeconds, partialFilterExpression, collation }: IndexOptions,
): Promise<void> {
  const options = { name, unique, sparse, expireAfterSeconds, partialFilterExpression, collation };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  try {
    await collection.createIndexes([{ key: keys, ...given }], WITHOUT_TIMEOUT);
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === INDEX_OPTIONS_CONFLICT && expireAfterSeconds) {
      await collection.conn.db?.command({
        collMod: collection.collectionName,
        index: { keyPattern: keys, expireAfterSeconds },
      });
      return;
    }
    if (!(error instanceof mongo.MongoServerError)) throw error;
    // The same index exists under another name.
    if (error.code === INDEX_OPTIONS_CONFLICT && name !== undefined) return;
    refuseUnauthorized(error);
    const index = `${collection.collectionName} ${JSON.stringify(keys)}`;
    throw new SettingError([`MONGODB_DATABASE: the index ${index} cannot be made (${error.codeName ?? 'refused'})`]);
  }
}

/** Whether a command has failed because its collection does not exist. */
export function isCollectionMissing(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === NAMESPACE_NOT_FOUND;
}

/** Throws a SettingError where MongoDB refuses a command to the user of MONGODB_URI. */
export function refuseUnauthorized(error: unknown): void {
  if (!(error instanceof mongo.MongoServerError) || error.code !== UNAUTHORIZED) return;
  throw new SettingError(['MONGODB_URI: it has no user, or one that may not write to MONGODB_DATABASE (Unauthorized)']);
}
