import { writeFileSync } from 'node:fs';
import { generateP256KeyPair } from '../core/crypto/p256.js';

const OWNER_ONLY = 0o600;

/**
 * Prints a new VAPID key pair as settings; with the path of a file, writes the pair to it for VAPID_KEYS_DIR,
 * never over another one, and prints the public key.
 */
const pair = generateP256KeyPair();
const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stdout.write(`VAPID_PUBLIC_KEY=${pair.publicKey}\nVAPID_PRIVATE_KEY=${pair.privateKey}\n`);
} else {
  writeKeyFile(path);
}

function writeKeyFile(file: string): void {
  try {
    writeFileSync(file, `${JSON.stringify(pair, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    process.stdout.write(`${pair.publicKey}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
