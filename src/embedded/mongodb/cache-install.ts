import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const UNFINISHED_PREFIX = '.unfinished-';
const UNFINISHED_KEPT_MS = 3_600_000;

/**
 * Creates the folder `target` in `cacheDir` atomically: `fill` writes into a temporary folder, which is then
 * renamed. When another process was faster, its folder stays and ours is deleted. Rejects with the error of
 * `fill`.
 */
export async function installIntoCache(
  cacheDir: string,
  target: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  await dropAbandoned(cacheDir);
  const folder = await mkdtemp(join(cacheDir, UNFINISHED_PREFIX));
  try {
    await fill(folder);
    await rename(folder, join(cacheDir, target)).catch((error: unknown) => {
      if (!isOccupied(error)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isOccupied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}

/**
 * Deletes what killed processes left behind. Younger folders may belong to a process that is still running.
 */
async function dropAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith(UNFINISHED_PREFIX)) continue;
    const folder = join(cacheDir, name);
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > UNFINISHED_KEPT_MS) await rm(folder, { recursive: true, force: true });
  }
}
