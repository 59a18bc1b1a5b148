import type { Connection } from 'mongoose';

/** One query or write, as MongoDB's profiler recorded it. */
export interface ProfiledOperation {
  readonly op: string;
  readonly collection: string;
  /**
   * For example `IXSCAN { due_at: 1 }` or `COLLSCAN`. Undefined for an operation without a query, such as an
   * insert.
   */
  readonly planSummary: string | undefined;
  readonly docsExamined: number;
}

/**
 * Runs `work` under MongoDB's profiler. Resolves with its result and the operations that it caused, including
 * writes and operations in transactions.
 */
export async function profiled<T>(
  connection: Connection,
  work: () => Promise<T>,
): Promise<{ result: T; operations: ProfiledOperation[] }> {
  const { db } = connection;
  if (db === undefined) throw new Error('The connection is not open');
  const since = new Date();
  await db.command({ profile: 2, slowms: -1 });
  const result = await work();
  await db.command({ profile: 0 });
  const entries = await db
    .collection('system.profile')
    .find({ ts: { $gte: since } })
    .toArray();
  const operations = entries.map((entry) => ({
    op: String(entry.op),
    collection: String(entry.ns).slice(db.databaseName.length + 1),
    planSummary: entry.planSummary as string | undefined,
    docsExamined: Number(entry.docsExamined ?? 0),
  }));
  return { result, operations: operations.filter(({ collection }) => !collection.startsWith('system.')) };
}
