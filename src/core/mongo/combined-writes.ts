import { Logger } from '@nestjs/common';
import mongoose, { type Model } from 'mongoose';
import { readProperty } from '../errors/read-property.js';
import { databaseOf } from './raw-commands.js';
import type { Transaction } from './transactions.js';

const { MongoServerError } = mongoose.mongo;

type Document = Readonly<Record<string, unknown>>;

/** An update of one document, or of all that match. */
export interface Update<T> {
  readonly filter: mongoose.mongo.Filter<T>;
  /** Operators, or a pipeline. */
  readonly change: mongoose.mongo.UpdateFilter<T> | readonly mongoose.mongo.Document[];
  /** All documents that match are changed, and must be this many. Without it one is, where there is one. */
  readonly matches?: number;
}

/** What commands need to know of a model. */
type Target = Pick<Model<unknown>, 'db' | 'collection'>;

type Write =
  | { readonly model: Target; readonly document: unknown }
  | {
      readonly model: Target;
      readonly update: Pick<Update<unknown>, 'matches'> & Record<'filter' | 'change', unknown>;
    };

interface Failure {
  readonly code: number;
  readonly errmsg?: string;
}

interface BulkWriteReply {
  readonly cursor: { readonly firstBatch: readonly (Failure & { readonly ok: number; readonly n?: number })[] };
}

interface WriteReply {
  readonly n: number;
  readonly writeErrors?: readonly Failure[];
}

/** CommandNotFound; CommandNotSupported with a feature compatibility version before 8.0 (error_codes.yml). */
const UNKNOWN_COMMAND = [59, 115];

/** Whether MongoDB has the command `bulkWrite`, which came with 8.0. A process has one MongoDB. */
let isCombinable = true;

/** Fewer documents match an update than must: what it is about has changed since it was read. */
export class UnmatchedWriteError extends Error {}

/**
 * Writes to several collections that MongoDB gets in one command, in the order of their calls: each command
 * of a transaction costs a round trip, while others wait for the documents that it has written. An older
 * MongoDB gets them one after another.
 * (MongoDB's manual, "bulkWrite".)
 *
 * @example
 * const writes = new CombinedWrites();
 * writes.insert(events, documents);
 * writes.update(counters, { filter: { message_id: id }, change: { $inc: { received: documents.length } } });
 * await writes.run(transaction);
 */
export class CombinedWrites {
  private readonly writes: Write[] = [];

  insert<T>(model: Model<T>, documents: readonly T[]): void {
    for (const document of documents) this.writes.push({ model, document });
  }

  update<T>(model: Model<T>, update: Update<T>): void {
    this.writes.push({ model, update });
  }

  /**
   * Sends the writes, at most 16 MB in all. Throws MongoServerError for any write error, and
   * UnmatchedWriteError; the transaction must not be committed then.
   */
  async run(transaction: Transaction): Promise<void> {
    const [first] = this.writes;
    if (first === undefined) return;
    if (isCombinable) await this.runCombined(first.model, transaction).catch(learnCommands);
    else await this.runSeparately(transaction);
  }

  private async runCombined({ db }: Target, session: Transaction): Promise<void> {
    const namespaces = new Map<Target, number>();
    const ops = this.writes.map((write): Document => {
      const namespace = namespaces.get(write.model) ?? namespaces.size;
      namespaces.set(write.model, namespace);
      if ('document' in write) return { insert: namespace, document: write.document };
      const { filter, change, matches } = write.update;
      return { update: namespace, filter, updateMods: change, multi: matches !== undefined };
    });
    const database = databaseOf(db);
    const nsInfo = [...namespaces.keys()].map(({ collection: { collectionName } }) => ({
      ns: `${database.databaseName}.${collectionName}`,
    }));
    const isCounted = this.writes.some((write) => matchesOf(write) !== undefined);
    const command = { bulkWrite: 1, ops, nsInfo, ordered: true, errorsOnly: !isCounted };
    const reply = (await database.admin().command(command, { session })) as unknown as BulkWriteReply;
    const failure = reply.cursor.firstBatch.find(({ ok }) => ok === 0);
    if (failure !== undefined) throw new MongoServerError({ ...failure });
    if (!isCounted) return;
    for (const [index, write] of this.writes.entries()) checkMatched(write, reply.cursor.firstBatch[index]?.n);
  }

  private async runSeparately(session: Transaction): Promise<void> {
    for (const run of runsOfInserts(this.writes)) {
      const [{ model }] = run;
      const { n, writeErrors: [failure] = [] } = (await databaseOf(model.db).command(toCommand(run), {
        session,
      })) as unknown as WriteReply;
      if (failure !== undefined) throw new MongoServerError({ ...failure });
      checkMatched(run[0], n);
    }
  }
}

/** Consecutive inserts into one collection, and each update by itself. */
function runsOfInserts(writes: readonly Write[]): [Write, ...Write[]][] {
  const runs: [Write, ...Write[]][] = [];
  for (const write of writes) {
    const run = runs.at(-1);
    const isNext = run !== undefined && 'document' in write && 'document' in run[0] && run[0].model === write.model;
    if (isNext) run.push(write);
    else runs.push([write]);
  }
  return runs;
}

function toCommand(run: readonly [Write, ...Write[]]): Document {
  const [first] = run;
  const { collectionName } = first.model.collection;
  if ('document' in first)
    return { insert: collectionName, documents: run.flatMap((each) => ('document' in each ? [each.document] : [])) };
  const { filter, change, matches } = first.update;
  return { update: collectionName, updates: [{ q: filter, u: change, multi: matches !== undefined }] };
}

function matchesOf(write: Write): number | undefined {
  return 'update' in write ? write.update.matches : undefined;
}

function checkMatched(write: Write, matched: number | undefined): void {
  const must = matchesOf(write);
  if (must !== undefined && must !== matched) throw new UnmatchedWriteError(`${matched} of ${must} documents matched`);
}

/** Lets the transaction run once more, without the command that MongoDB does not have. */
function learnCommands(error: unknown): never {
  if (error instanceof MongoServerError && UNKNOWN_COMMAND.includes(Number(readProperty(error, 'code')))) {
    if (isCombinable) new Logger('Database').log('MongoDB is older than 8.0: what is written together takes longer');
    isCombinable = false;
    error.addErrorLabel('TransientTransactionError');
  }
  throw error;
}
