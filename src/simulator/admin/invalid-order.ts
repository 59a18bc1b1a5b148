import { decodeBase64 } from '../../core/crypto/base64.js';
import { isP256Point } from '../../core/crypto/p256.js';

/** A property of an order that its schema cannot check. The message names it. */
export class InvalidOrder extends Error {}

/** Throws an InvalidOrder unless the key is one that `pushManager.subscribe()` would take. */
export function assertPublicKey(applicationServerKey: string): void {
  const point = decodeBase64(applicationServerKey);
  if (point === undefined || !isP256Point(point)) {
    throw new InvalidOrder('applicationServerKey must be an uncompressed point on P-256 in base64url');
  }
}
