import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { XMLParser } from 'fast-xml-parser';
import { SettingError } from '../core/config/setting-error.js';

/** RFC 7518, section 3.3. With a shorter key every token would be rejected without a reason. */
const MIN_RSA_BITS = 2_048;

/** A file that does not answer, as of a network's file system, must not hold up the others. */
const FILE_TIMEOUT_MS = 4_000;

/** A key that verifies tokens, and the file that it comes from. */
export interface PublicKey {
  readonly file: string;
  readonly content: string;
  readonly key: KeyObject;
}

/** What a folder holds. */
export interface FolderKeys {
  readonly keys: readonly PublicKey[];
  /** By file, why it holds no key. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Reads the RSA public keys of a folder: `*.pem` (SPKI) and .NET's `*.xml` (`RSAKeyValue`), of at least 2,048
 * bits, in the order of the files' names. Throws a SettingError when the folder cannot be read or has no
 * such file.
 */
export async function readPublicKeys(directory: string): Promise<FolderKeys> {
  const files = await listKeyFiles(directory);
  if (files.length === 0) throw invalidKeys(['holds no *.pem and no *.xml file']);
  const keys: PublicKey[] = [];
  const problems = new Map<string, string>();
  const read = async (file: string): Promise<void> => {
    const content = await readContent(join(directory, file));
    const key = content === undefined ? 'cannot be read' : parsePublicKey(file, content);
    if (typeof key === 'string') problems.set(file, `${file} ${key}`);
    else keys.push({ file, content: content ?? '', key });
  };
  await Promise.all(files.map(read));
  return { keys: keys.sort(byFile), problems };
}

/** Orders keys by the names of their files. */
export function byFile(one: PublicKey, other: PublicKey): number {
  return one.file < other.file ? -1 : 1;
}

/** The error for a folder with these problems. */
export function invalidKeys(problems: readonly string[]): SettingError {
  return new SettingError(problems.map((problem) => `JWT_PUBLIC_KEYS_DIR: ${problem}`));
}

async function listKeyFiles(directory: string): Promise<string[]> {
  try {
    const files = await readdir(directory);
    return files.filter((file) => ['.pem', '.xml'].includes(extname(file).toLowerCase())).sort();
  } catch {
    throw invalidKeys(['the folder cannot be read']);
  }
}

/** Undefined for what is no file, such as a named pipe, which would be waited for, or does not answer. */
async function readContent(path: string): Promise<string | undefined> {
  const read = async (): Promise<string | undefined> =>
    (await stat(path)).isFile() ? readFile(path, 'utf8') : undefined;
  const late = sleep(FILE_TIMEOUT_MS, undefined, { ref: false });
  return Promise.race([read().catch(() => undefined), late]);
}

/** Returns why, where the content is no RSA public key of at least 2,048 bits. */
function parsePublicKey(file: string, content: string): KeyObject | string {
  let key: KeyObject;
  try {
    key = file.toLowerCase().endsWith('.xml') ? parseXmlKey(content) : createPublicKey(content);
  } catch {
    return 'holds no public key';
  }
  if (key.asymmetricKeyType !== 'rsa') return 'holds no RSA key';
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < MIN_RSA_BITS ? `holds a key of fewer than ${MIN_RSA_BITS} bits, which RS256 does not allow` : key;
}

/**
 * Parses the format of .NET's RSA.ToXmlString: modulus and exponent as big-endian base64. A JWK has the same
 * bytes as base64url (RFC 7518, section 6.3).
 */
function parseXmlKey(xml: string): KeyObject {
  const parsed = new XMLParser({ parseTagValue: false }).parse(xml) as {
    RSAKeyValue: { Modulus: string; Exponent: string };
  };
  const { Modulus, Exponent } = parsed.RSAKeyValue;
  const jwk: JsonWebKey = { kty: 'RSA', n: toBase64Url(Modulus), e: toBase64Url(Exponent) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function toBase64Url(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64url');
}
