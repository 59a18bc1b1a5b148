import { generateP256KeyPair } from './core/p256.js';

/** Prints a new VAPID pair as the settings that take it. */
const { publicKey, privateKey } = generateP256KeyPair();
process.stdout.write(`VAPID_PUBLIC_KEY=${publicKey}\nVAPID_PRIVATE_KEY=${privateKey}\n`);
