import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';

const TOKEN_LIFETIME = '30d';
const OWNER_ONLY = 0o600;

/** The folder of the development public key; makes the key pair on the first call. */
export function developmentPublicKeysDir(dataDir: string): string {
  developmentPrivateKey(dataDir);
  return join(dataDir, 'jwt');
}

/** A super-user token for 30 days, signed with the development key. */
export function signDevelopmentToken(dataDir: string): Promise<string> {
  return new SignJWT({ isSU: true })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFETIME)
    .sign(developmentPrivateKey(dataDir));
}

/** The key and IV for encrypted ids, made on the first call and kept, so that links stay valid. */
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

function developmentPrivateKey(dataDir: string): KeyObject {
  const path = join(dataDir, 'jwt-private.pem');
  if (!existsSync(path)) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    mkdirSync(join(dataDir, 'jwt'), { recursive: true });
    writeFileSync(join(dataDir, 'jwt', 'development.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: OWNER_ONLY });
  }
  return createPrivateKey(readFileSync(path, 'utf8'));
}
