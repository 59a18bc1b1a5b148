import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { SettingError } from '../core/config/setting-error.js';
import { SettingReader } from '../core/config/setting-reader.js';
import { developmentPrivateKey } from '../embedded/development-keys.js';
import { parseTokenOptions } from './token-options.js';

/** RFC 7518, section 3.3. */
const MIN_RSA_BITS = 2_048;

/** PKCS#8 (RFC 7468, section 11) and PKCS#1 (RFC 1421, section 4.6.1.1). */
const ENCRYPTED = /^(-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED)/m;

/** Prints a token that is signed with the development key or a key file, and nothing else on stdout. */
try {
  const { claims, days, keyFile } = parseTokenOptions(process.argv.slice(2));
  // eslint-disable-next-line no-restricted-properties -- a program of its own, with one setting
  const dataDir = new SettingReader(process.env).text('DATA_DIR') ?? '.data';
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(`${days}d`)
    .sign(keyFile === undefined ? developmentPrivateKey(dataDir) : readPrivateKey(keyFile));
  process.stdout.write(`${token}\n`);
} catch (error) {
  const lines = error instanceof SettingError ? error.problems : [String(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = 1;
}

/** Reads a PEM file (PKCS#8 or PKCS#1). */
function readPrivateKey(path: string): KeyObject {
  const key = parsePrivateKey(readText(path));
  if (key.asymmetricKeyType !== 'rsa') throw new SettingError(['--key-file: holds no RSA key']);
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    throw new SettingError([`--key-file: holds a key of fewer than ${MIN_RSA_BITS} bits, which RS256 does not allow`]);
  }
  return key;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new SettingError(['--key-file: the file cannot be read']);
  }
}

function parsePrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    const what = ENCRYPTED.test(pem)
      ? 'is encrypted; decrypt it first'
      : 'holds no private key as PEM (PKCS#8 or PKCS#1)';
    throw new SettingError([`--key-file: ${what}`]);
  }
}
