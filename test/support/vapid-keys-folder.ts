import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateP256KeyPair, type P256KeyPair } from '../../src/core/crypto/p256.js';

/** A folder for VAPID_KEYS_DIR, with key pairs in the order of their files' names. */
export interface VapidKeysFolder {
  readonly path: string;
  readonly pairs: readonly [P256KeyPair, P256KeyPair, P256KeyPair];
  /** The same keys without their private halves, for an api. */
  readonly publicPath: string;
  remove(): Promise<void>;
}

/** Makes a folder with three new pairs. */
export async function createVapidKeysFolder(): Promise<VapidKeysFolder> {
  const [path, publicPath] = await Promise.all([newFolder(), newFolder()]);
  const pairs = [generateP256KeyPair(), generateP256KeyPair(), generateP256KeyPair()] as const;
  for (const [index, { publicKey, privateKey }] of pairs.entries()) {
    await writeFile(join(path, `key-${index}.json`), JSON.stringify({ publicKey, privateKey }));
    await writeFile(join(publicPath, `key-${index}.json`), JSON.stringify({ publicKey }));
  }
  return {
    path,
    publicPath,
    pairs,
    async remove() {
      await Promise.all([path, publicPath].map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'push-contact-vapid-'));
}
