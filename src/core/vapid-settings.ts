import { decodeBase64 } from './base64.js';
import { isP256Point, p256PublicKeyOf } from './p256.js';
import type { SettingReader } from './setting-reader.js';

/** How push services know this installation (RFC 8292). */
export interface VapidSettings {
  /** The uncompressed point in base64url: browsers subscribe with it. */
  readonly publicKey: string;
  /** The scalar in base64url; undefined where nothing is sent from. */
  readonly privateKey: string | undefined;
  /** A `mailto:` or `https:` address for the push services' operators (RFC 8292, section 2.1). */
  readonly subject: string | undefined;
}

interface Given {
  readonly publicKey: string | undefined;
  readonly privateKey: string | undefined;
  readonly subject: string | undefined;
}

/**
 * The VAPID settings, or undefined when there is no public key. Faults: a key that is no P-256 key, halves that do not
 * belong together, a private key without its public half or without a subject, a subject that is no contact address.
 */
export function readVapid(read: SettingReader, { publicKey, privateKey, subject }: Given): VapidSettings | undefined {
  if (subject !== undefined && !isContactAddress(subject)) {
    read.fault('VAPID_SUBJECT', 'must be a mailto: or an https: address');
  }
  const point = publicKey === undefined ? undefined : decodeBase64(publicKey);
  const isPoint = point !== undefined && isP256Point(point);
  if (publicKey !== undefined && !isPoint) {
    read.fault('VAPID_PUBLIC_KEY', 'must be base64url of an uncompressed P-256 point (npm run vapid-keys)');
  }
  if (privateKey !== undefined) demandBelongingTogether(read, privateKey, publicKey, isPoint ? point : undefined);
  if (privateKey !== undefined && subject === undefined) {
    read.fault('VAPID_SUBJECT', 'is missing: a mailto: or an https: address belongs to the keys');
  }
  if (point === undefined || !isPoint) return undefined;
  const scalar = privateKey === undefined ? undefined : decodeBase64(privateKey);
  return { publicKey: point.toString('base64url'), privateKey: scalar?.toString('base64url'), subject };
}

function demandBelongingTogether(
  read: SettingReader,
  privateKey: string,
  publicKey: string | undefined,
  point: Buffer | undefined,
): void {
  const derived = p256PublicKeyOf(decodeBase64(privateKey) ?? Buffer.alloc(0));
  if (derived === undefined) {
    read.fault('VAPID_PRIVATE_KEY', 'must be base64url of a P-256 private key, 32 bytes (npm run vapid-keys)');
  } else if (publicKey === undefined) {
    read.fault('VAPID_PUBLIC_KEY', 'is missing: both halves of the key are needed');
  } else if (point !== undefined && point.toString('base64url') !== derived) {
    read.fault('VAPID_PRIVATE_KEY', 'does not belong to VAPID_PUBLIC_KEY');
  }
}

function isContactAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return protocol === 'mailto:' ? pathname.includes('@') : protocol === 'https:' && hostname !== 'localhost';
}
