import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';

const { MongoClient, MongoServerError } = mongoose.mongo;

/** The name of the embedded replica set. */
export const REPLICA_SET = 'rs0';

/**
 * Long, because a mongod whose earlier port is taken first looks for itself there: for 30 s, if the process
 * at that port accepts the connection and sends nothing.
 */
const PRIMARY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const NOT_YET_INITIALIZED = 94;

type AdminDb = ReturnType<ReturnType<InstanceType<typeof MongoClient>['db']>['admin']>;

/**
 * The fields of a replica set's configuration that are changed here; all others are passed back unchanged.
 */
interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly [{ readonly host: string }];
}

/**
 * Makes the mongod at this port the primary of a replica set of one member. Initiates the set in a new data
 * folder, and updates its address when it was created at another port. Throws an Error when mongod is not
 * writable within 60 s.
 *
 * @param durable if false, writes are acknowledged before they are on disk.
 */
export async function becomePrimary(port: number, durable: boolean): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`, { directConnection: true });
  try {
    await untilWritable(client.db().admin(), `127.0.0.1:${port}`, durable);
  } finally {
    await client.close();
  }
}

async function untilWritable(admin: AdminDb, host: string, durable: boolean): Promise<void> {
  const deadline = Date.now() + PRIMARY_TIMEOUT_MS;
  for (;;) {
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    if (isWritablePrimary === true) return;
    if (Date.now() > deadline) throw new Error('the embedded MongoDB did not become primary within 60 s');
    await configure(admin, host, durable);
    await sleep(POLL_MS);
  }
}

/**
 * Errors of mongod are ignored, and the caller tries again: during start and election it rejects these
 * commands.
 */
async function configure(admin: AdminDb, host: string, durable: boolean): Promise<void> {
  try {
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as { config: ReplicaSetConfig };
    if (config.members[0].host === host) return;
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] };
    // Forced: only a primary accepts an ordinary change, and at its old address mongod cannot become primary.
    await admin.command({ replSetReconfig: moved, force: true });
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    if (error.code === NOT_YET_INITIALIZED) await initiate(admin, host, durable);
  }
}

async function initiate(admin: AdminDb, host: string, durable: boolean): Promise<void> {
  try {
    await admin.command({
      replSetInitiate: {
        _id: REPLICA_SET,
        members: [{ _id: 0, host }],
        writeConcernMajorityJournalDefault: durable,
      },
    });
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
  }
}
