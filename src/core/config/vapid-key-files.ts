import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64 } from '../crypto/base64.js';
import { deriveP256PublicKey, toP256Point } from '../crypto/p256.js';
import { isRecord } from '../validation/is-record.js';
import type { SettingReader } from './setting-reader.js';

const SETTING = 'VAPID_KEYS_DIR';

/** One of the key pairs that this installation is known by at push services (RFC 8292). */
export interface VapidKey {
  /** An uncompressed P-256 point in base64url; browsers subscribe with it. */
  readonly publicKey: string;
  /** A P-256 scalar in base64url; undefined in a process that does not send. */
  readonly privateKey: string | undefined;
}

/**
 * Reads the key pairs of the folder of VAPID_KEYS_DIR, in the order of the files' names. A key is a `*.json`
 * file with `publicKey` and `privateKey` in base64url, as `npm run vapid-keys` writes and
 * `web-push generate-vapid-keys --json` prints it; a process that does not send needs no `privateKey`.
 * Reports to `reader`: a folder that cannot be read or has no such file, and a file without a key or with
 * halves of two pairs, by its name.
 */
export function readVapidKeyFiles(reader: SettingReader, folder: string): VapidKey[] {
  const files = listKeyFiles(folder);
  if (files === undefined) reader.reject(SETTING, 'the folder cannot be read');
  if (files?.length === 0) reader.reject(SETTING, 'holds no *.json file (npm run vapid-keys -- FILE.json)');
  return (files ?? []).flatMap((file) => {
    const key = readKey(join(folder, file));
    if (key === undefined) reader.reject(SETTING, `${file} holds no VAPID key pair (npm run vapid-keys -- FILE.json)`);
    return key ?? [];
  });
}

/** Leaves out hidden files: a mounted secret of Kubernetes has folders and links of that kind. */
function listKeyFiles(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .sort();
  } catch {
    return undefined;
  }
}

function readKey(path: string): VapidKey | undefined {
  try {
    return parseKey(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function parseKey(json: unknown): VapidKey | undefined {
  const { publicKey, privateKey } = isRecord(json) ? json : {};
  const key = typeof publicKey === 'string' ? toP256Point(publicKey) : undefined;
  if (key === undefined) return undefined;
  if (privateKey === undefined || privateKey === null) return { publicKey: key, privateKey: undefined };
  const scalar = typeof privateKey === 'string' ? decodeBase64(privateKey) : undefined;
  if (scalar === undefined || deriveP256PublicKey(scalar) !== key) return undefined;
  return { publicKey: key, privateKey: scalar.toString('base64url') };
}
