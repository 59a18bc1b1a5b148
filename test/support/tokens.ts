import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';

/** A folder with a PEM and a .NET XML public key, and tokens signed with their private keys. */
export interface TestKeys {
  readonly folder: string;
  /** A super user's token, verified with the PEM key. */
  readonly superUser: string;
  /** A super user's token, verified with the XML key; `isSU` is a string. */
  readonly superUserByXml: string;
  /** A valid token without super user rights. */
  readonly user: string;
  readonly expired: string;
  /** Signed with a key that is not in the folder. */
  readonly foreign: string;
  /** The PEM file's text. */
  readonly publicPem: string;
  /** Signs a token, verified with the PEM key. */
  sign(claims: Record<string, unknown>, lifetimeSeconds?: number): Promise<string>;
  remove(): Promise<void>;
}

export async function createTestKeys(): Promise<TestKeys> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-keys-'));
  const pem = newKey();
  const xml = newKey();
  const publicPem = createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
  await writeFile(join(folder, 'first.pem'), publicPem);
  await writeFile(join(folder, 'second.xml'), toXml(xml));
  return {
    folder,
    superUser: await signToken(pem, { isSU: true }),
    superUserByXml: await signToken(xml, { isSU: 'True' }),
    user: await signToken(pem, { isSU: false }),
    expired: await signToken(pem, { isSU: true }, -3_600),
    foreign: await signToken(newKey(), { isSU: true }),
    publicPem,
    sign: (claims, lifetimeSeconds) => signToken(pem, claims, lifetimeSeconds),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function newKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

function toXml(key: KeyObject): string {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  const base64 = (text: string): string => Buffer.from(text, 'base64url').toString('base64');
  return `<RSAKeyValue><Modulus>${base64(n)}</Modulus><Exponent>${base64(e)}</Exponent></RSAKeyValue>`;
}

/** Signs a token with RS256. */
export function signToken(key: KeyObject, claims: Record<string, unknown>, lifetimeSeconds = 3_600): Promise<string> {
  const expiration = Math.floor(Date.now() / 1_000) + lifetimeSeconds;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(expiration).sign(key);
}
