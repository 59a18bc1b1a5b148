import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import mongoose from 'mongoose';
import { type GuardedProcess, startGuarded } from '../../src/embedded/guarded-process.js';
import { findMongod } from '../../src/embedded/mongod-binary.js';
import { waitFor } from './wait-for.js';

const { MongoClient } = mongoose.mongo;

const NAME = 'rs-faults';
const MEMBERS = 3;

/** A replica set of three that belongs to one test, which may change its primary. */
export interface OwnReplicaSet {
  readonly uri: string;
  /** The address of the primary; undefined while there is none. */
  primary(): Promise<string | undefined>;
  /** Makes the primary step down; answers when another member is the primary. */
  stepDown(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnReplicaSet(): Promise<OwnReplicaSet> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-replica-set-'));
  const binary = await findMongod({
    cacheDir: resolve('.data/cache'),
    // eslint-disable-next-line no-restricted-properties -- the set-up of the tests reads it too
    binary: process.env.MONGOMS_SYSTEM_BINARY,
    log: console.log,
  });
  const ports = await Promise.all(Array.from({ length: MEMBERS }, freePort));
  const members = await Promise.all(ports.map((port) => startMember(binary, port, join(folder, String(port)))));
  const hosts = ports.map((port) => `127.0.0.1:${port}`);
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  await commandAt(hosts[0] ?? '', {
    replSetInitiate: {
      _id: NAME,
      members: hosts.map((host, _id) => ({ _id, host })),
      writeConcernMajorityJournalDefault: false,
    },
  });
  const primary = (): Promise<string | undefined> => primaryOf(hosts);
  await waitFor(primary, (host) => host !== undefined, 60_000);
  return {
    uri: `mongodb://${hosts.join(',')}/?replicaSet=${NAME}`,
    primary,
    async stepDown() {
      const before = await waitFor(primary, (host) => host !== undefined);
      await commandAt(before ?? '', { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
      await waitFor(primary, (host) => host !== undefined && host !== before);
    },
    stop,
  };
}

async function startMember(binary: string, port: number, dbpath: string): Promise<GuardedProcess> {
  await mkdir(dbpath, { recursive: true });
  const args = [
    ...['--dbpath', dbpath, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--replSet', NAME],
    ...['--oplogSize', '128', '--wiredTigerCacheSizeGB', '0.25'],
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  ];
  return startGuarded(binary, args, /Waiting for connections/);
}

async function primaryOf(hosts: readonly string[]): Promise<string | undefined> {
  for (const host of hosts) {
    const { isWritablePrimary } = await commandAt(host, { hello: 1 });
    if (isWritablePrimary === true) return host;
  }
  return undefined;
}

async function commandAt(host: string, command: object): Promise<Record<string, unknown>> {
  const client = new MongoClient(`mongodb://${host}/`, { directConnection: true });
  try {
    return await client.db().admin().command(command);
  } finally {
    await client.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
