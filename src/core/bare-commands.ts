import mongoose, { type Connection, type Model } from 'mongoose';
import { DUPLICATE_KEY } from './duplicate-key.js';

const { MongoServerError } = mongoose.mongo;

type Command = Readonly<Record<string, unknown>>;

interface InsertAnswer {
  readonly writeErrors?: readonly { readonly code: number; readonly errmsg?: string }[];
}

/**
 * Answers the documents that `find` selects, up to its `limit` or as many as one message has room for (16 MB). The driver's
 * cursor makes several objects for each document before it reads it, which would cost a broadcast a sixth of its time.
 * @param find the fields of MongoDB's command `find`, without the collection.
 */
export async function findInOneMessage<T>(model: Model<T>, find: Command & { readonly limit: number }): Promise<T[]> {
  const { cursor } = await run<{ cursor: { firstBatch: T[] } }>(model.db, {
    find: model.collection.collectionName,
    ...find,
    batchSize: find.limit,
    singleBatch: true,
  });
  return cursor.firstBatch;
}

/**
 * Inserts those of `documents` (16 MB at most) whose `_id` is not there yet. As a command of its own, since the driver's
 * insertMany keeps its books of each document.
 */
export async function insertAbsent<T>(model: Model<T>, documents: readonly T[]): Promise<void> {
  const { writeErrors = [] } = await run<InsertAnswer>(model.db, {
    insert: model.collection.collectionName,
    documents,
    ordered: false,
    writeConcern: { w: 'majority' },
  });
  const failure = writeErrors.find(({ code }) => code !== DUPLICATE_KEY);
  if (failure !== undefined) throw new MongoServerError(failure);
}

/** The driver does not run a bare command again when MongoDB elects a new primary; both of the above may run twice. */
async function run<Answer>({ db }: Connection, command: Command): Promise<Answer> {
  if (db === undefined) throw new Error('MongoDB is not connected');
  const attempt = (): Promise<Answer> => db.command(command) as Promise<Answer>;
  return attempt().catch(attempt);
}
