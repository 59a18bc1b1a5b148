import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import mongoose from 'mongoose';
import { findMongod } from '../../src/embedded/mongodb/mongod-binary.js';
import { type SupervisedProcess, startSupervised } from '../../src/embedded/process/supervised-process.js';

const { MongoClient } = mongoose.mongo;

/** Shared with the app, so that MongoDB is downloaded once. */
export const CACHE_DIR = resolve('.data/cache');

/** A member of a replica set that one test starts. */
interface MemberOptions {
  readonly binary: string;
  readonly port: number;
  readonly folder: string;
  readonly replicaSet: string;
  /** Its part of a sharded cluster; none by default. */
  readonly role?: 'shardsvr' | 'configsvr';
  /** The address on which it listens; 127.0.0.1 by default. */
  readonly address?: string;
  /** A command that runs it, such as one that enters a network namespace or shifts its clock. */
  readonly through?: readonly string[];
}

/** By default moving a collection takes at least five minutes, however small it is. */
const MOVING_AT_ONCE = [
  'reshardingMinimumOperationDurationMillis',
  'reshardingDelayBeforeRemainingOperationTimeQueryMillis',
];

/** The mongod of the tests: that of the shared MongoDB. */
export function findOwnMongod(): Promise<string> {
  // eslint-disable-next-line no-restricted-properties -- the set-up of the tests reads it too
  return findMongod({ cacheDir: CACHE_DIR, binary: process.env.MONGOMS_SYSTEM_BINARY, log: console.log });
}

export async function startMember(options: MemberOptions): Promise<SupervisedProcess> {
  const { binary, port, folder, replicaSet, role, address = '127.0.0.1', through = [] } = options;
  await mkdir(folder, { recursive: true });
  const args = [
    ...['--dbpath', folder, '--port', String(port), '--bind_ip', address, '--nounixsocket'],
    ...['--replSet', replicaSet, '--oplogSize', '128', '--wiredTigerCacheSizeGB', '0.25'],
    ...(role === undefined ? [] : [`--${role}`]),
    ...(role === 'configsvr' ? MOVING_AT_ONCE.flatMap((each) => ['--setParameter', `${each}=0`]) : []),
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // By default what has been moved to another shard can come back after a quarter of an hour only.
    ...(role === 'shardsvr' ? ['--setParameter', 'orphanCleanupDelaySecs=0'] : []),
    // For the fail point `failCommand`.
    ...['--setParameter', 'enableTestCommands=1'],
  ];
  const [command = binary, ...rest] = [...through, binary, ...args];
  return startSupervised(command, rest, /Waiting for connections/);
}

/**
 * Makes these members a replica set. Where it has several, its writes are acknowledged before they are on
 * disk: a member that is killed gets them from the others.
 */
export async function initiate(replicaSet: string, hosts: readonly string[], isConfigServer = false): Promise<void> {
  await commandAt(hosts[0] ?? '', {
    replSetInitiate: {
      _id: replicaSet,
      members: hosts.map((host, _id) => ({ _id, host })),
      ...(isConfigServer && { configsvr: true }),
      ...(hosts.length > 1 && { writeConcernMajorityJournalDefault: false }),
    },
  });
}

/** The first of these members that is primary; undefined while there is none. */
export async function primaryOf(hosts: readonly string[]): Promise<string | undefined> {
  for (const host of hosts) {
    const { isWritablePrimary } = await commandAt(host, { hello: 1 });
    if (isWritablePrimary === true) return host;
  }
  return undefined;
}

/** Runs a command at this very server, by default in the database `admin`. */
export async function commandAt(host: string, command: object, database = 'admin'): Promise<Record<string, unknown>> {
  const client = new MongoClient(`mongodb://${host}/`, { directConnection: true });
  try {
    return await client.db(database).command(command);
  } finally {
    await client.close();
  }
}
