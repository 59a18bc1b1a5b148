import { decodeBase64 } from '../crypto/base64.js';
import { deriveP256PublicKey, toP256Point } from '../crypto/p256.js';
import type { SettingReader } from './setting-reader.js';
import { readVapidKeyFiles, type VapidKey } from './vapid-key-files.js';
import { findSubjectProblem } from './vapid-subject.js';

/** The identity of this installation at push services (RFC 8292). */
export interface VapidSettings {
  /**
   * All keys, each once. The first is the one of contacts that do not say theirs: VAPID_PUBLIC_KEY, without
   * it the first file of VAPID_KEYS_DIR by name.
   */
  readonly keys: readonly [VapidKey, ...VapidKey[]];
  /** The public key of `keys` with which browsers subscribe. */
  readonly defaultKey: string;
  /** A `mailto:` or `https:` address for the push services' operators (RFC 8292, section 2.1). */
  readonly subject: string | undefined;
}

interface Given {
  readonly publicKey: string | undefined;
  readonly privateKey: string | undefined;
  readonly keysDir: string | undefined;
  readonly defaultKey: string | undefined;
  readonly subject: string | undefined;
}

/**
 * Parses the VAPID settings; returns undefined when there is no valid key. Reports to `reader`: a key that is
 * not a P-256 key, keys that are not a pair, a private key without a public key or without a subject, a
 * subject that is not a contact address, a folder or file of keys that cannot be read, a default key that is
 * none of the keys.
 */
export function parseVapid(reader: SettingReader, given: Given): VapidSettings | undefined {
  const { subject } = given;
  const subjectProblem = subject === undefined ? undefined : findSubjectProblem(subject);
  if (subjectProblem !== undefined) reader.reject('VAPID_SUBJECT', subjectProblem);
  const pair = parsePair(reader, given);
  const files = given.keysDir === undefined ? [] : readVapidKeyFiles(reader, given.keysDir);
  const sends = given.privateKey !== undefined || files.some(({ privateKey }) => privateKey !== undefined);
  if (sends && subject === undefined) {
    reader.reject('VAPID_SUBJECT', 'is missing: a mailto: or an https: address belongs to the keys');
  }
  const [first, ...rest] = eachOnce(pair === undefined ? files : [pair, ...files]);
  const defaultKey = parseDefaultKey(reader, given.defaultKey, first === undefined ? [] : [first, ...rest]);
  return first && { keys: [first, ...rest], defaultKey: defaultKey ?? first.publicKey, subject };
}

/** The pair of VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY; undefined without a valid public key. */
function parsePair(reader: SettingReader, { publicKey, privateKey }: Given): VapidKey | undefined {
  const point = publicKey === undefined ? undefined : toP256Point(publicKey);
  if (publicKey !== undefined && point === undefined) {
    reader.reject('VAPID_PUBLIC_KEY', 'must be base64url of an uncompressed P-256 point (npm run vapid-keys)');
  }
  if (privateKey !== undefined) assertBelongingTogether(reader, privateKey, publicKey, point);
  if (point === undefined) return undefined;
  const scalar = privateKey === undefined ? undefined : decodeBase64(privateKey);
  return { publicKey: point, privateKey: scalar?.toString('base64url') };
}

function assertBelongingTogether(
  reader: SettingReader,
  privateKey: string,
  publicKey: string | undefined,
  point: string | undefined,
): void {
  const derived = deriveP256PublicKey(decodeBase64(privateKey) ?? Buffer.alloc(0));
  if (derived === undefined) {
    reader.reject('VAPID_PRIVATE_KEY', 'must be base64url of a P-256 private key, 32 bytes (npm run vapid-keys)');
  } else if (publicKey === undefined) {
    reader.reject('VAPID_PUBLIC_KEY', 'is missing: both halves of the key are needed');
  } else if (point !== undefined && point !== derived) {
    reader.reject('VAPID_PRIVATE_KEY', 'does not belong to VAPID_PUBLIC_KEY');
  }
}

/** A pair that is given twice keeps its first place, and the private key of either. */
function eachOnce(keys: readonly VapidKey[]): VapidKey[] {
  const ring = new Map<string, VapidKey>();
  for (const { publicKey, privateKey } of keys) {
    ring.set(publicKey, { publicKey, privateKey: ring.get(publicKey)?.privateKey ?? privateKey });
  }
  return [...ring.values()];
}

function parseDefaultKey(
  reader: SettingReader,
  given: string | undefined,
  keys: readonly VapidKey[],
): string | undefined {
  if (given === undefined) return undefined;
  const point = toP256Point(given);
  if (point !== undefined && keys.some(({ publicKey }) => publicKey === point)) return point;
  reader.reject('VAPID_DEFAULT_KEY', 'must be the public key of VAPID_PUBLIC_KEY or of a file in VAPID_KEYS_DIR');
  return undefined;
}
