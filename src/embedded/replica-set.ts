import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';

const { MongoClient, MongoServerError } = mongoose.mongo;

export const REPLICA_SET = 'rs0';

/** A mongod whose port was taken asks there for itself first: for 30 s, if who has the port now accepts and says nothing. */
const PRIMARY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const NOT_YET_INITIALIZED = 94;

type AdminDb = ReturnType<ReturnType<InstanceType<typeof MongoClient>['db']>['admin']>;

/** The parts of a replica set's configuration that are changed here; the others are handed back as they came. */
interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly [{ readonly host: string }];
}

/**
 * Makes the mongod at this port the primary of a replica set of one: initiates a new data folder, and gives the present
 * address to one whose replica set was made at another port. Throws when it is not writable within 60 s.
 *
 * @param durable false: a write is acknowledged before it is on disk.
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

/** Refusals are left to the next round: while it starts or elects itself, a mongod refuses what it takes a moment later. */
async function configure(admin: AdminDb, host: string, durable: boolean): Promise<void> {
  try {
    const { config } = (await admin.command({ replSetGetConfig: 1 })) as { config: ReplicaSetConfig };
    if (config.members[0].host === host) return;
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] };
    // Forced, as at its old address it cannot become primary, and only a primary takes an ordinary change.
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
