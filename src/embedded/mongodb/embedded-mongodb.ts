import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '../../core/config/setting-error.js';
import { EarlyEndError, type SupervisedProcess, startSupervised } from '../process/supervised-process.js';
import { findMongod, type MongodSearch } from './mongod-binary.js';
import { PortTakenError, startOnPersistedPort } from '../process/persisted-port.js';
import { becomePrimary, REPLICA_SET } from './replica-set.js';

/** Exit codes of mongod (src/mongo/util/exit_code.h). */
const EXIT_NET_ERROR = 48;
const EXIT_FOLDER_IN_USE = 100;

/**
 * A killed process leaves its transaction open. Until it is aborted, other writers of its documents must
 * wait.
 */
const TRANSACTION_LIFETIME_SECONDS = 10;

/** A mongod whose parent was just killed needs some seconds to flush its data and unlock the folder. */
const FOLDER_WAIT_MS = 10_000;
const FOLDER_POLL_MS = 500;

interface EmbeddedMongoDbOptions extends MongodSearch {
  /** The folder of the data, which is kept between starts. */
  readonly dataDir: string;
  /** The cache of WiredTiger in GB, at least 0.25. Default 1. */
  readonly cacheSizeGb?: number;
  /** If false, writes are acknowledged before they are on disk; for tests only. Default true. */
  readonly durable?: boolean;
}

/** A MongoDB that this process started. */
export interface EmbeddedMongoDb {
  /** A connection string with the replica set's name, which transactions need. */
  readonly uri: string;
  /** Shuts MongoDB down and keeps its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a MongoDB on 127.0.0.1, a replica set of one member. It ends with this process, even after kill -9.
 * Throws a SettingError on Windows, when there is no mongod for this machine, or when another process uses
 * the data folder.
 */
export async function startEmbeddedMongoDb(options: EmbeddedMongoDbOptions): Promise<EmbeddedMongoDb> {
  if (process.platform === 'win32') {
    throw new SettingError(['MONGODB_URI: must be given on Windows, where there is no embedded MongoDB']);
  }
  const binary = await findMongod(options);
  await mkdir(options.dataDir, { recursive: true });
  return startOnPersistedPort(options.dataDir, async (port) => {
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

async function startMongod(binary: string, port: number, options: EmbeddedMongoDbOptions): Promise<SupervisedProcess> {
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
): Promise<SupervisedProcess | undefined> {
  try {
    return await startSupervised(binary, mongodArguments(port, options), /Waiting for connections/);
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
    // By default a primary waits 15 s after SIGTERM for another member to take over.
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ...['--setParameter', `transactionLifetimeLimitSeconds=${TRANSACTION_LIFETIME_SECONDS}`],
  ];
}
