import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateP256KeyPair, type P256KeyPair } from '../core/crypto/p256.js';

const TOKEN_LIFETIME = '30d';
const OWNER_ONLY = 0o600;

/** Returns the folder of the development public key. The first call generates the key pair. */
export function developmentPublicKeysDir(dataDir: string): string {
  developmentPrivateKey(dataDir);
  return join(dataDir, 'jwt');
}

/** Returns a super-user token (JWT, RS256), valid for 30 days, signed with the development key. */
export async function signDevelopmentToken(dataDir: string): Promise<string> {
  // Loaded here, because a worker does not need it.
  const { SignJWT } = await import('jose');
  return new SignJWT({ isSU: true })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFETIME)
    .sign(developmentPrivateKey(dataDir));
}

/**
 * Returns key and IV for encrypted ids. The first call generates them; they are kept so that links stay
 * valid.
 */
export function developmentEncryption(dataDir: string): { key: Buffer; iv: Buffer } {
  const path = join(dataDir, 'encryption.json');
  if (!existsSync(path)) {
    const fresh = { key: randomBytes(32).toString('base64'), iv: randomBytes(16).toString('base64') };
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(path, JSON.stringify(fresh), { mode: OWNER_ONLY });
  }
  const { key, iv } = JSON.parse(readFileSync(path, 'utf8')) as { key: string; iv: string };
  return { key: Buffer.from(key, 'base64'), iv: Buffer.from(iv, 'base64') };
}

/**
 * Returns the VAPID key pair. The first call generates it; it is kept because subscriptions are bound to it.
 */
export function developmentVapidKeys(dataDir: string): P256KeyPair {
  const path = join(dataDir, 'vapid.json');
  if (!existsSync(path)) writeOnce(path, JSON.stringify(generateP256KeyPair()));
  return JSON.parse(readFileSync(path, 'utf8')) as P256KeyPair;
}

/** Writes atomically and never overwrites, because several processes may start on one folder at once. */
function writeOnce(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(draft, content, { mode: OWNER_ONLY });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

/** Returns the key that signs tokens for development. The first call generates the pair. */
export function developmentPrivateKey(dataDir: string): KeyObject {
  const path = join(dataDir, 'jwt-private.pem');
  if (!existsSync(path)) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    mkdirSync(join(dataDir, 'jwt'), { recursive: true });
    writeFileSync(join(dataDir, 'jwt', 'development.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: OWNER_ONLY });
  }
  return createPrivateKey(readFileSync(path, 'utf8'));
}
