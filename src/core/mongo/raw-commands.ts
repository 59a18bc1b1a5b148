import mongoose, { type Connection, type Model } from 'mongoose';
import { DUPLICATE_KEY } from './duplicate-key.js';
import type { Transaction } from './transactions.js';

const { MongoServerError } = mongoose.mongo;

type Command = Readonly<Record<string, unknown>>;

interface InsertReply {
  readonly writeConcernError?: { readonly code: number; readonly errmsg: string };
  readonly writeErrors?: readonly { readonly index: number; readonly code: number; readonly errmsg?: string }[];
}

/**
 * Returns the documents that `find` selects: up to its `limit`, and at most one message of 16 MB. The
 * driver's cursor allocates several objects per document, which would take a sixth of the time of a
 * broadcast.
 *
 * @param find the fields of MongoDB's command `find`, without the collection.
 */
export async function findSingleBatch<T>(model: Model<T>, find: Command & { readonly limit: number }): Promise<T[]> {
  const { cursor } = await run<{ cursor: { firstBatch: T[] } }>(model.db, {
    find: model.collection.collectionName,
    ...find,
    batchSize: find.limit,
    singleBatch: true,
  });
  return cursor.firstBatch;
}

/**
 * Returns those of the `_id`s that a document has, as the transaction sees it. It reads only the index.
 * @param ids at most 16 MB in all.
 */
export async function findStoredIds<T, Id extends string>(
  model: Model<T>,
  ids: readonly Id[],
  session: Transaction,
): Promise<ReadonlySet<Id>> {
  const find = {
    find: model.collection.collectionName,
    filter: { _id: { $in: ids } },
    projection: { _id: 1 },
    limit: ids.length,
    batchSize: ids.length,
    singleBatch: true,
  };
  const { cursor } = (await databaseOf(model.db).command(find, { session })) as {
    cursor: { firstBatch: { _id: Id }[] };
  };
  return new Set(cursor.firstBatch.map(({ _id }) => _id));
}

/**
 * Inserts the documents whose `_id` is not stored yet, at most 16 MB in all. Throws MongoServerError
 * for any other write error. A raw command, because the driver's insertMany does extra work for each
 * document.
 * Returns those of the documents that were there already; they are unchanged.
 */
export async function insertIfMissing<T>(model: Model<T>, documents: readonly T[]): Promise<T[]> {
  const { writeErrors = [], writeConcernError } = await run<InsertReply>(model.db, {
    insert: model.collection.collectionName,
    documents,
    ordered: false,
    writeConcern: { w: 'majority' },
  });
  const failure = writeErrors.find(({ code }) => code !== DUPLICATE_KEY);
  if (failure !== undefined) throw new MongoServerError(failure);
  // Not acknowledged by a majority: a primary that is being replaced may still lose the documents.
  if (writeConcernError !== undefined) throw new MongoServerError(writeConcernError);
  return writeErrors.flatMap(({ index }) => documents[index] ?? []);
}

/**
 * Inserts the documents in a transaction, at most 16 MB in all. Throws MongoServerError for any write error.
 * A raw command for the same reason; what fails transiently repeats with its transaction.
 */
export async function insertAll<T>(model: Model<T>, documents: readonly T[], session: Transaction): Promise<void> {
  const insert = { insert: model.collection.collectionName, documents, ordered: false };
  const { writeErrors: [failure] = [] } = (await databaseOf(model.db).command(insert, { session })) as InsertReply;
  if (failure !== undefined) throw new MongoServerError(failure);
}

/** The driver does not retry raw commands when MongoDB elects a new primary. Both commands may run twice. */
async function run<Reply>(connection: Connection, command: Command): Promise<Reply> {
  const db = databaseOf(connection);
  const attempt = (): Promise<Reply> => db.command(command) as Promise<Reply>;
  return attempt().catch(attempt);
}

/** The driver's database of a connection. Throws when it is not open. */
export function databaseOf({ db }: Connection): mongoose.mongo.Db {
  if (db === undefined) throw new Error('MongoDB is not connected');
  return db;
}
