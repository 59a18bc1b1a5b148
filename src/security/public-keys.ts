import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { SettingError } from '../core/config/setting-error.js';

/** RFC 7518, section 3.3. With a shorter key every token would be rejected without a reason. */
const MIN_RSA_BITS = 2_048;

/** A key that verifies tokens, and the file that it comes from. */
export interface PublicKey {
  readonly file: string;
  readonly key: KeyObject;
}

/** A file of the folder as it was read. */
export interface KeyFile {
  readonly file: string;
  readonly content: string;
}

/**
 * Reads the files of a folder that hold RSA public keys: `*.pem` (SPKI) and .NET's `*.xml` (`RSAKeyValue`),
 * in the order of their names. Throws a SettingError when the folder cannot be read or has no such file, and
 * when a file cannot be read.
 */
export async function readKeyFiles(directory: string): Promise<KeyFile[]> {
  const files = await listKeyFiles(directory);
  if (files.length === 0) throw invalidKeys('holds no *.pem and no *.xml file');
  return Promise.all(files.map((file) => readKeyFile(directory, file)));
}

/** Throws a SettingError for a file that is not an RSA public key of at least 2,048 bits. */
export function parsePublicKeys(files: readonly KeyFile[]): PublicKey[] {
  return files.map((file) => ({ file: file.file, key: parsePublicKey(file) }));
}

async function listKeyFiles(directory: string): Promise<string[]> {
  try {
    const files = await readdir(directory);
    return files.filter((file) => ['.pem', '.xml'].includes(extname(file).toLowerCase())).sort();
  } catch {
    throw invalidKeys('the folder cannot be read');
  }
}

async function readKeyFile(directory: string, file: string): Promise<KeyFile> {
  try {
    return { file, content: await readFile(join(directory, file), 'utf8') };
  } catch {
    throw invalidKeys(`${file} cannot be read`);
  }
}

function parsePublicKey({ file, content }: KeyFile): KeyObject {
  let key: KeyObject;
  try {
    key = file.toLowerCase().endsWith('.xml') ? parseXmlKey(content) : createPublicKey(content);
  } catch {
    throw invalidKeys(`${file} holds no public key`);
  }
  if (key.asymmetricKeyType !== 'rsa') throw invalidKeys(`${file} holds no RSA key`);
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    throw invalidKeys(`${file} holds a key of fewer than ${MIN_RSA_BITS} bits, which RS256 does not allow`);
  }
  return key;
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

function invalidKeys(problem: string): SettingError {
  return new SettingError([`JWT_PUBLIC_KEYS_DIR: ${problem}`]);
}
