import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '../core/setting-error.js';
import { EarlyEndError, type GuardedProcess, startGuarded } from './guarded-process.js';
import { findMongod, type MongodSearch } from './mongod-binary.js';
import { PortTakenError, startOnPortOfFolder } from './port-of-folder.js';
import { becomePrimary, REPLICA_SET } from './replica-set.js';

/** Exit codes of mongod (src/mongo/util/exit_code.h). */
const EXIT_NET_ERROR = 48;
const EXIT_FOLDER_IN_USE = 100;

/** A process that is killed leaves its transaction open; until this is over nobody else can count what it was counting. */
const TRANSACTION_LIFETIME_SECONDS = 10;

/** A mongod whose owner was just killed needs some seconds to write its data and let the folder go. */
const FOLDER_WAIT_MS = 10_000;
const FOLDER_POLL_MS = 500;

interface EmbeddedMongoDbOptions extends MongodSearch {
  /** Keeps the data from one start to the next. */
  readonly dataDir: string;
  /** MongoDB's own cache, at least 0.25. Default 1. */
  readonly cacheSizeGb?: number;
  /** False, for tests alone: a write is acknowledged before it is on disk. Default true. */
  readonly durable?: boolean;
}

export interface EmbeddedMongoDb {
  /** For the driver; names the replica set, so that transactions work. */
  readonly uri: string;
  /** Shuts MongoDB down and keeps its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a MongoDB of our own, a replica set of one on 127.0.0.1, that ends with this process, even by kill -9.
 * Throws a SettingError when there is no mongod for this machine or when another running process uses the data folder.
 */
export async function startEmbeddedMongoDb(options: EmbeddedMongoDbOptions): Promise<EmbeddedMongoDb> {
  if (process.platform === 'win32') {
    throw new SettingError(['MONGODB_URI: must be given on Windows, where there is no embedded MongoDB']);
  }
  const binary = await findMongod(options);
  await mkdir(options.dataDir, { recursive: true });
  return startOnPortOfFolder(options.dataDir, async (port) => {
    const mongod = await startMongod(binary, port, options);
    let stopping = false;
    const stop = async (): Promise<void> => {
      stopping = true;
      await mongod.stop();
    };
    void mongod.ended.then((code) => {
      if (!stopping) options.log(`The embedded MongoDB ended unexpectedly with exit code ${code ?? 'unknown'}`);
    });
    try {
      await becomePrimary(port, options.durable ?? true);
    } catch (error) {
      await stop();
      throw error;
    }
    return { uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`, stop };
  });
}

async function startMongod(binary: string, port: number, options: EmbeddedMongoDbOptions): Promise<GuardedProcess> {
  const deadline = Date.now() + FOLDER_WAIT_MS;
  for (;;) {
    const mongod = await startUnlessFolderInUse(binary, port, options);
    if (mongod !== undefined) return mongod;
    if (Date.now() > deadline) throw folderInUse(options.dataDir);
    await sleep(FOLDER_POLL_MS);
  }
}

async function startUnlessFolderInUse(
  binary: string,
  port: number,
  options: EmbeddedMongoDbOptions,
): Promise<GuardedProcess | undefined> {
  try {
    return await startGuarded(binary, mongodArguments(port, options), /Waiting for connections/);
  } catch (error) {
    if (!(error instanceof EarlyEndError)) throw error;
    if (error.exitCode === EXIT_NET_ERROR) throw new PortTakenError(port);
    if (error.exitCode === EXIT_FOLDER_IN_USE) return undefined;
    throw error;
  }
}

function folderInUse(dataDir: string): SettingError {
  return new SettingError([
    `DATA_DIR: the MongoDB data folder ${resolve(dataDir)} is in use by another running process. ` +
      'Stop that process, or set DATA_DIR to another folder',
  ]);
}

function mongodArguments(port: number, { dataDir, cacheSizeGb = 1 }: EmbeddedMongoDbOptions): string[] {
  return [
    ...['--dbpath', resolve(dataDir), '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ...['--replSet', REPLICA_SET, '--oplogSize', '512', '--wiredTigerCacheSizeGB', String(cacheSizeGb)],
    // Without this a primary waits 15 s after SIGTERM for other members to take over.
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...['--setParameter', `transactionLifetimeLimitSeconds=${TRANSACTION_LIFETIME_SECONDS}`],
  ];
}
