import { Logger } from '@nestjs/common';
import mongoose, { type Model } from 'mongoose';
import { readProperty } from '../errors/read-property.js';
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
    await this.send(transaction);
  }

  /**
   * Sends the writes without a transaction: none is stored unless those before it are. Where MongoDB has no
   * primary for a moment they are sent once more, so each must have the same effect twice. Throws as `run`.
   */
  async runInOrder(): Promise<void> {
    await this.send().catch((error: unknown) => {
      if (!isDatabaseUnreachable(error)) throw error;
      return this.send();
    });
  }

  private async send(transaction?: Transaction): Promise<void> {
    const [first] = this.writes;
    if (first === undefined) return;
    if (isCombinable) await this.sendCombined(first.model, transaction).catch(learnCommands);
    else await this.sendSeparately(transaction);
  }

  private async sendCombined({ db }: Target, session: Transaction | undefined): Promise<void> {
    const namespaces = new Map<Target, number>();
    const ops = this.writes.map((write): Command => {
      const namespace = namespaces.get(write.model) ?? namespaces.size;
      namespaces.set(write.model, namespace);
      if ('document' in write) return { insert: namespace, document: write.document };
      const { filter, change, matches, isUpsert = false } = write.update;
      return { update: namespace, filter, updateMods: change, multi: matches !== undefined, upsert: isUpsert };
    });
    const database = databaseOf(db);
    const nsInfo = [...namespaces.keys()].map(({ collection: { collectionName } }) => ({
      ns: `${database.databaseName}.${collectionName}`,
    }));
    const isCounted = this.writes.some((write) => matchesOf(write) !== undefined);
    const command = { bulkWrite: 1, ops, nsInfo, ordered: true, errorsOnly: !isCounted, ...concernOf(session) };
    const reply = (await database.admin().command(command, { session })) as unknown as BulkWriteReply;
    const outcomes = reply.cursor.firstBatch;
    const failure = outcomes.find(({ ok }) => ok === 0);
    if (failure !== undefined) throw toError(failure, this.writes[failure.idx]);
    if (reply.writeConcernError !== undefined) throw toError(reply.writeConcernError);
    if (!isCounted) return;
    for (const [index, write] of this.writes.entries()) checkMatched(write, outcomes[index]?.n);
  }

  private async sendSeparately(session: Transaction | undefined): Promise<void> {
    for (const run of runsOfInserts(this.writes)) {
      const [first] = run;
      const command = { ...toCommand(run), ...concernOf(session) };
      const reply = (await databaseOf(first.model.db).command(command, { session })) as unknown as WriteReply;
      const [failure] = reply.writeErrors ?? [];
      if (failure !== undefined) throw toError(failure, first);
      if (reply.writeConcernError !== undefined) throw toError(reply.writeConcernError);
      checkMatched(first, reply.n);
    }
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

function matchesOf(write: Write): number | undefined {
  return 'update' in write ? write.update.matches : undefined;
}

function checkMatched(write: Write, matched: number | undefined): void {
  const must = matchesOf(write);
  if (must !== undefined && must !== matched) throw new UnmatchedWriteError(`${matched} of ${must} documents matched`);
}

function toError(failure: Failure, write?: Write): Error {
  const refusal = new MongoServerError({ ...failure });
  return write !== undefined && 'update' in write ? (write.update.toFailure?.(refusal) ?? refusal) : refusal;
}

/** Lets the writes be sent once more, without the command that MongoDB does not have. */
function learnCommands(error: unknown): never {
  if (error instanceof MongoServerError && UNKNOWN_COMMAND.includes(Number(readProperty(error, 'code')))) {
    if (isCombinable) new Logger('MongoDB').log('MongoDB is older than 8.0: what is written together takes longer');
    isCombinable = false;
    error.addErrorLabel('TransientTransactionError');
  }
  throw error;
}
