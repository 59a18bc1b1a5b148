import mongoose, { type Connection } from 'mongoose';
import { testEnvironment } from './test-environment.js';

type BsonDocument = mongoose.mongo.Document;

/** The plan of one query that was really sent. */
export interface QueryPlan {
  /** Every stage of the plan: `IXSCAN`, `FETCH`, `COLLSCAN`, … */
  readonly stages: readonly string[];
  /** Names of the indexes that are read. */
  readonly indexes: readonly string[];
  readonly keysExamined: number;
  readonly docsExamined: number;
}

/** Read commands that `explain` accepts. */
const QUERIES = ['find', 'aggregate', 'count', 'distinct'];

/** Fields that the driver adds to a command and `explain` refuses. */
const OF_THE_DRIVER = ['lsid', '$clusterTime', '$db', '$readPreference', 'txnNumber', 'readConcern'];

/** Opens a connection to a database of its own, with command monitoring. */
export async function openMonitored(dbName: string): Promise<Connection> {
  const options = { dbName, autoIndex: false, autoCreate: false, monitorCommands: true };
  return mongoose.createConnection(testEnvironment('TEST_MONGODB_URI'), options).asPromise();
}

/** Runs `work`. Resolves with its result and the plan of every query that it sent. */
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
  // A pipeline that is not one query as a whole has the query in its first stage.
  const inCursor = (explained?.stages as BsonDocument[] | undefined)?.[0]?.$cursor as BsonDocument | undefined;
  const { queryPlanner, executionStats } = (inCursor ?? explained ?? {}) as {
    queryPlanner: { winningPlan: unknown };
    executionStats: { totalKeysExamined: number; totalDocsExamined: number };
  };
  return {
    stages: readTexts(queryPlanner.winningPlan, 'stage'),
    indexes: readTexts(queryPlanner.winningPlan, 'indexName'),
    keysExamined: executionStats.totalKeysExamined,
    docsExamined: executionStats.totalDocsExamined,
  };
}

/** The values of a property at any depth. */
function readTexts(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === name && typeof inner === 'string' ? [inner] : readTexts(inner, name),
  );
}
