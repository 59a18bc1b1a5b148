import mongoose, { type Connection } from 'mongoose';
import { testEnvironment } from './test-environment.js';

type BsonDocument = mongoose.mongo.Document;

/** How MongoDB answers one query that was really sent. */
export interface QueryPlan {
  /** Every stage of the plan: `IXSCAN`, `FETCH`, `COLLSCAN`, … */
  readonly stages: readonly string[];
  /** The indexes that are read, by name. */
  readonly indexes: readonly string[];
  readonly keysExamined: number;
  readonly docsExamined: number;
}

/** Commands that read and that `explain` understands. */
const QUERIES = ['find', 'aggregate', 'count', 'distinct'];

/** What the driver adds to a command and `explain` does not take. */
const OF_THE_DRIVER = ['lsid', '$clusterTime', '$db', '$readPreference', 'txnNumber', 'readConcern'];

/** A connection to a database of its own, which tells what is sent. */
export async function openMonitored(dbName: string): Promise<Connection> {
  const options = { dbName, autoIndex: false, autoCreate: false, monitorCommands: true };
  return mongoose.createConnection(testEnvironment('TEST_MONGODB_URI'), options).asPromise();
}

/** Runs `work` and explains every query that it has sent, as it was sent. */
export async function plansOf<T>(
  connection: Connection,
  work: () => Promise<T>,
): Promise<{ result: T; plans: QueryPlan[] }> {
  const sent: BsonDocument[] = [];
  const record = ({ commandName, command }: mongoose.mongo.CommandStartedEvent): void => {
    if (QUERIES.includes(commandName)) sent.push(command);
  };
  const client = connection.getClient();
  client.on('commandStarted', record);
  const result = await work();
  client.off('commandStarted', record);
  const plans = [];
  for (const command of sent) plans.push(await explain(connection, command));
  return { result, plans };
}

async function explain(connection: Connection, command: BsonDocument): Promise<QueryPlan> {
  const query = Object.fromEntries(Object.entries(command).filter(([name]) => !OF_THE_DRIVER.includes(name)));
  const explained = await connection.db?.command({ explain: query, verbosity: 'executionStats' });
  // A pipeline that MongoDB does not run as a whole as one query has the query inside of its first stage.
  const inCursor = (explained?.stages as BsonDocument[] | undefined)?.[0]?.$cursor as BsonDocument | undefined;
  const { queryPlanner, executionStats } = (inCursor ?? explained ?? {}) as {
    queryPlanner: { winningPlan: unknown };
    executionStats: { totalKeysExamined: number; totalDocsExamined: number };
  };
  return {
    stages: textsOf(queryPlanner.winningPlan, 'stage'),
    indexes: textsOf(queryPlanner.winningPlan, 'indexName'),
    keysExamined: executionStats.totalKeysExamined,
    docsExamined: executionStats.totalDocsExamined,
  };
}

/** The values of a property at any depth. */
function textsOf(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === name && typeof inner === 'string' ? [inner] : textsOf(inner, name),
  );
}
