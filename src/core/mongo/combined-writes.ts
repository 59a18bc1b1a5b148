import { Logger } from '@nestjs/common';
import mongoose, { type Model } from 'mongoose';
import { isDatabaseUnreachable } from './database-unreachable.js';
import { databaseOf } from './raw-commands.js';
import type { Transaction } from './transactions.js';

const { MongoServerError } = mongoose.mongo;

type Command = Readonly<Record<string, unknown>>;

/** An update of one document, or of all that match. */
export interface Update<T> {
  readonly filter: mongoose.mongo.Filter<T>;
  /** Operators, a pipeline, or another document in its place. */
  readonly change: mongoose.mongo.UpdateFilter<T> | mongoose.mongo.WithoutId<T> | readonly mongoose.mongo.Document[];
  /** All documents that match are changed, and must be this many. Without it one is, where there is one. */
  readonly matches?: number;
  /** Inserts a document where none matches. */
  readonly isUpsert?: boolean;
  /** What is thrown where MongoDB refuses this write; by default its error. */
  readonly toFailure?: (refusal: mongoose.mongo.MongoServerError) => Error;
}

/** What commands need to know of a model. */
type Target = Pick<Model<unknown>, 'db' | 'collection'>;

interface UntypedUpdate extends Omit<Update<unknown>, 'filter' | 'change'> {
  readonly filter: unknown;
  readonly change: unknown;
}

type Write =
  { readonly model: Target; readonly document: unknown } | { readonly model: Target; readonly update: UntypedUpdate };

interface Failure {
  readonly code: number;
  readonly errmsg?: string;
}

interface WriteOutcome extends Failure {
  readonly ok: number;
  readonly idx: number;
  readonly n?: number;
}

interface BulkWriteReply {
  readonly cursor: { readonly firstBatch: readonly WriteOutcome[] };
  readonly writeConcernError?: Failure;
}

interface WriteReply {
  readonly n: number;
  readonly writeErrors?: readonly Failure[];
  readonly writeConcernError?: Failure;
}

/** Of a command; in a transaction it is that of the commit. */
const WRITE_CONCERN = { writeConcern: { w: 'majority' } } as const;

/** CommandNotFound; CommandNotSupported with a feature compatibility version before 8.0 (error_codes.yml). */
const UNKNOWN_COMMAND = [59, 115];

/** Whether MongoDB has the command `bulkWrite`, which came with 8.0. A process has one MongoDB. */
let isCombinable = true;

/** Fewer documents match an update than must: what it is about has changed since it was read. */
export class UnmatchedWriteError extends Error {}

/**
 * Writes to several collections that MongoDB gets in one command, in the order of their calls: each command
 * of a transaction costs a round trip, while others wait for the documents that it has written. A MongoDB
 * before 8.0 gets them one after another. (MongoDB's manual, "bulkWrite".)
 *
 * @example
 * await this.transactions.run((_, writes) => {
 *   writes.insert(events, [event]);
 *   writes.update(counters, { filter: { message_id: id }, change: { $inc: { received: 1 } } });
 * });
 */
export class CombinedWrites {
  private writes: Write[] = [];

  insert<T>(model: Model<T>, documents: readonly T[]): void {
    for (const document of documents) this.writes.push({ model, document });
  }

  update<T>(model: Model<T>, update: Update<T>): void {
    this.writes.push({ model, update });
  }

  /**
   * Sends what has been added since it was called before: at most 16 MB and 100,000 writes. Throws
   * MongoServerError for any write error, and UnmatchedWriteError; then the transaction must be aborted.
   */
  async run(transaction: Transaction): Promise<void> {
    await send(this.takeAll(), transaction);
  }

  /**
   * Sends the writes without a transaction: none is stored unless those before it are. Where MongoDB has no
   * primary for a moment they are sent once more, so each must have the same effect twice. Throws as `run`.
   */
  async runInOrder(): Promise<void> {
    const writes = this.takeAll();
    await send(writes).catch((error: unknown) => {
      if (!isDatabaseUnreachable(error)) throw error;
      return send(writes);
    });
  }

  private takeAll(): readonly Write[] {
    const { writes } = this;
    this.writes = [];
    return writes;
  }
}

async function send(writes: readonly Write[], transaction?: Transaction): Promise<void> {
  const [first] = writes;
  if (first === undefined) return;
  if (isCombinable) await sendCombined(writes, databaseOf(first.model.db), transaction).catch(learnCommands);
  else await sendSeparately(writes, transaction);
}

async function sendCombined(
  writes: readonly Write[],
  database: mongoose.mongo.Db,
  session: Transaction | undefined,
): Promise<void> {
  const namespaces = new Map<Target, number>();
  const ops = writes.map((write): Command => {
    const namespace = namespaces.get(write.model) ?? namespaces.size;
    namespaces.set(write.model, namespace);
    if ('document' in write) return { insert: namespace, document: write.document };
    const { filter, change, matches, isUpsert = false } = write.update;
    return { update: namespace, filter, updateMods: change, multi: matches !== undefined, upsert: isUpsert };
  });
  const nsInfo = [...namespaces.keys()].map(({ collection: { collectionName } }) => ({
    ns: `${database.databaseName}.${collectionName}`,
  }));
  const isCounted = writes.some((write) => matchesOf(write) !== undefined);
  const command = { bulkWrite: 1, ops, nsInfo, ordered: true, errorsOnly: !isCounted, ...concernOf(session) };
  const reply = (await database.admin().command(command, { session })) as unknown as BulkWriteReply;
  for (const outcome of reply.cursor.firstBatch) {
    const write = writes[outcome.idx];
    if (outcome.ok === 0) throw toError(outcome, write);
    // In their order: what an unmatched write is about may have made a later one fail.
    checkMatched(write, outcome.n);
  }
  if (reply.writeConcernError !== undefined) throw toError(reply.writeConcernError);
}

async function sendSeparately(writes: readonly Write[], session: Transaction | undefined): Promise<void> {
  for (const run of runsOfInserts(writes)) {
    const [first] = run;
    const command = { ...toCommand(run), ...concernOf(session) };
    const reply = (await databaseOf(first.model.db).command(command, { session })) as unknown as WriteReply;
    const [failure] = reply.writeErrors ?? [];
    if (failure !== undefined) throw toError(failure, first);
    checkMatched(first, reply.n);
    if (reply.writeConcernError !== undefined) throw toError(reply.writeConcernError);
  }
}

function concernOf(session: Transaction | undefined): Partial<typeof WRITE_CONCERN> {
  return session === undefined ? WRITE_CONCERN : {};
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

function toCommand(run: readonly [Write, ...Write[]]): Command {
  const [first] = run;
  const { collectionName } = first.model.collection;
  if ('document' in first) {
    return { insert: collectionName, documents: run.flatMap((each) => ('document' in each ? [each.document] : [])) };
  }
  const { filter, change, matches, isUpsert = false } = first.update;
  const update = { q: filter, u: change, multi: matches !== undefined, upsert: isUpsert };
  return { update: collectionName, updates: [update] };
}

function matchesOf(write: Write | undefined): number | undefined {
  return write !== undefined && 'update' in write ? write.update.matches : undefined;
}

function checkMatched(write: Write | undefined, matched: number | undefined): void {
  const must = matchesOf(write);
  if (must !== undefined && must !== matched) throw new UnmatchedWriteError(`${matched} of ${must} documents matched`);
}

function toError(failure: Failure, write?: Write): Error {
  const refusal = new MongoServerError({ ...failure });
  if (isUnknownCommand(refusal)) return refusal;
  return write !== undefined && 'update' in write ? (write.update.toFailure?.(refusal) ?? refusal) : refusal;
}

function isUnknownCommand({ code }: mongoose.mongo.MongoServerError): boolean {
  return UNKNOWN_COMMAND.includes(Number(code));
}

/** Lets the writes be sent once more, without the command that MongoDB does not have. */
function learnCommands(error: unknown): never {
  if (error instanceof MongoServerError && isUnknownCommand(error)) {
    if (isCombinable) new Logger('MongoDB').log('MongoDB is older than 8.0: what is written together takes longer');
    isCombinable = false;
    error.addErrorLabel('TransientTransactionError');
  }
  throw error;
}
