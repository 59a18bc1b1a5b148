import { generateP256KeyPair } from '../core/crypto/p256.js';

/** Prints a new VAPID key pair as settings. */
const { publicKey, privateKey } = generateP256KeyPair();
process.stdout.write(`VAPID_PUBLIC_KEY=${publicKey}\nVAPID_PRIVATE_KEY=${privateKey}\n`);
