import { createECDH, createHmac, type ECDH } from 'node:crypto';
import type { PushServiceName } from '../service-names.js';

const CURVE = 'prime256v1';
const AUTH_BYTES = 16;

/** The private parts of a subscription, which only its browser has. */
export interface SubscriptionSecrets {
  readonly keys: ECDH;
  readonly auth: Buffer;
}

/** Derives the keys of the subscription with this index from the seed; always the same ones. */
export function deriveSubscriptionKeys(seed: string, service: PushServiceName, index: number): SubscriptionSecrets {
  const derive = (purpose: string): Buffer =>
    createHmac('sha256', seed).update(`${purpose} ${service} ${index}`).digest();
  const keys = createECDH(CURVE);
  // One digest of 2^32 is no P-256 scalar; the next attempt is.
  for (let attempt = 0; !setPrivateKey(keys, derive(`key ${attempt}`)); attempt += 1);
  return { keys, auth: derive('auth').subarray(0, AUTH_BYTES) };
}

function setPrivateKey(keys: ECDH, scalar: Buffer): boolean {
  try {
    keys.setPrivateKey(scalar);
    return true;
  } catch {
    return false;
  }
}
