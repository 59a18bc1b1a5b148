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

/**
 * Reads the VAPID settings; returns undefined when there is no valid key. Reports to `reader`: a key that is
 * not a P-256 key, keys that are not a pair, a private key without a public key or without a subject, a
 * subject that is not a contact address, a folder or file of keys that cannot be read, a default key that is
 * none of the keys.
 */
export function readVapid(reader: SettingReader): VapidSettings | undefined {
  const subject = reader.text('VAPID_SUBJECT');
  const subjectProblem = subject === undefined ? undefined : findSubjectProblem(subject);
  if (subjectProblem !== undefined) reader.reject('VAPID_SUBJECT', subjectProblem);
  const { pair, hasPrivateKey } = readPair(reader);
  const files = readVapidKeyFiles(reader);
  const sends = hasPrivateKey || files.some(({ privateKey }) => privateKey !== undefined);
  if (sends && subject === undefined) {
    reader.reject('VAPID_SUBJECT', 'is missing: a mailto: or an https: address belongs to the keys');
  }
  const [first, ...rest] = eachOnce(pair === undefined ? files : [pair, ...files]);
  const given = readDefaultKey(reader, first === undefined ? [] : [first, ...rest]);
  return first && { keys: [first, ...rest], defaultKey: given ?? first.publicKey, subject };
}

/** The pair of VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY; undefined without a valid public key. */
function readPair(reader: SettingReader): { pair: VapidKey | undefined; hasPrivateKey: boolean } {
  const publicKey = reader.text('VAPID_PUBLIC_KEY');
  const privateKey = reader.secret('VAPID_PRIVATE_KEY');
  const point = publicKey === undefined ? undefined : toP256Point(publicKey);
  if (publicKey !== undefined && point === undefined) {
    reader.reject('VAPID_PUBLIC_KEY', 'must be base64url of an uncompressed P-256 point (npm run vapid-keys)');
  }
  const hasPrivateKey = privateKey !== undefined;
  if (hasPrivateKey) assertBelongingTogether(reader, privateKey, publicKey, point);
  if (point === undefined) return { pair: undefined, hasPrivateKey };
  const scalar = hasPrivateKey ? decodeBase64(privateKey) : undefined;
  return { pair: { publicKey: point, privateKey: scalar?.toString('base64url') }, hasPrivateKey };
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

function readDefaultKey(reader: SettingReader, keys: readonly VapidKey[]): string | undefined {
  const text = reader.text('VAPID_DEFAULT_KEY');
  if (text === undefined) return undefined;
  const point = toP256Point(text);
  if (point !== undefined && keys.some(({ publicKey }) => publicKey === point)) return point;
  reader.reject('VAPID_DEFAULT_KEY', 'must be the public key of VAPID_PUBLIC_KEY or of a file in VAPID_KEYS_DIR');
  return undefined;
}
