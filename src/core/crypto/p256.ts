import { createECDH, ECDH } from 'node:crypto';
import { decodeBase64 } from './base64.js';

const CURVE = 'prime256v1';
const POINT_BYTES = 65;
const SCALAR_BYTES = 32;

/** A P-256 key pair in base64url: an uncompressed point of 65 bytes and a scalar of 32 bytes. */
export interface P256KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/**
 * Whether `bytes` are an uncompressed point on P-256 (SEC 1, section 2.3.3), the format of Web Push keys
 * (RFC 8291, section 3.2).
 */
export function isP256Point(bytes: Buffer): boolean {
  if (bytes.length !== POINT_BYTES || bytes[0] !== 0x04) return false;
  try {
    ECDH.convertKey(bytes, CURVE);
    return true;
  } catch {
    return false;
  }
}

/** Rewrites a point in base64 as base64url without padding; undefined for what is no point on P-256. */
export function toP256Point(text: string): string | undefined {
  const bytes = decodeBase64(text);
  return bytes !== undefined && isP256Point(bytes) ? bytes.toString('base64url') : undefined;
}

/** Derives the public key, in base64url; returns undefined when `privateKey` is not a P-256 scalar. */
export function deriveP256PublicKey(privateKey: Buffer): string | undefined {
  if (privateKey.length !== SCALAR_BYTES) return undefined;
  const curve = createECDH(CURVE);
  try {
    curve.setPrivateKey(privateKey);
    return curve.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}

/** Generates a random key pair. */
export function generateP256KeyPair(): P256KeyPair {
  const curve = createECDH(CURVE);
  const publicKey = curve.generateKeys('base64url');
  // getPrivateKey() leaves out leading zeros.
  const scalar = curve.getPrivateKey();
  const privateKey = Buffer.concat([Buffer.alloc(SCALAR_BYTES - scalar.length), scalar]).toString('base64url');
  return { publicKey, privateKey };
}
