import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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

/**
 * Reads every RSA public key of a folder: `*.pem` (SPKI) and .NET's `*.xml` (`RSAKeyValue`). Throws a
 * SettingError when the folder cannot be read or has no such file, or when a file is not an RSA key of at
 * least 2,048 bits.
 */
export function readPublicKeys(directory: string): PublicKey[] {
  const files = listKeyFiles(directory);
  if (files.length === 0) throw invalidKeys('holds no *.pem and no *.xml file');
  return files.map((file) => ({ file, key: readPublicKey(directory, file) }));
}

function listKeyFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => ['.pem', '.xml'].includes(extname(file).toLowerCase()))
      .sort();
  } catch {
    throw invalidKeys('the folder cannot be read');
  }
}

function readPublicKey(directory: string, file: string): KeyObject {
  let key: KeyObject;
  try {
    const content = readFileSync(join(directory, file), 'utf8');
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
