import { decodeBase64 } from '../crypto/base64.js';
import { isP256Point, deriveP256PublicKey } from '../crypto/p256.js';
import type { SettingReader } from './setting-reader.js';
import { findSubjectProblem } from './vapid-subject.js';

/** The identity of this installation at push services (RFC 8292). */
export interface VapidSettings {
  /** An uncompressed P-256 point in base64url; browsers subscribe with it. */
  readonly publicKey: string;
  /** A P-256 scalar in base64url; undefined in a process that does not send. */
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
 * Parses the VAPID settings; returns undefined when there is no valid public key. Reports to `reader`: a key
 * that is not a P-256 key, keys that are not a pair, a private key without a public key or without a subject,
 * a subject that is not a contact address.
 */
export function parseVapid(
  reader: SettingReader,
  { publicKey, privateKey, subject }: Given,
): VapidSettings | undefined {
  const subjectProblem = subject === undefined ? undefined : findSubjectProblem(subject);
  if (subjectProblem !== undefined) reader.reject('VAPID_SUBJECT', subjectProblem);
  const point = publicKey === undefined ? undefined : decodeBase64(publicKey);
  const isPoint = point !== undefined && isP256Point(point);
  if (publicKey !== undefined && !isPoint) {
    reader.reject('VAPID_PUBLIC_KEY', 'must be base64url of an uncompressed P-256 point (npm run vapid-keys)');
  }
  if (privateKey !== undefined) assertBelongingTogether(reader, privateKey, publicKey, isPoint ? point : undefined);
  if (privateKey !== undefined && subject === undefined) {
    reader.reject('VAPID_SUBJECT', 'is missing: a mailto: or an https: address belongs to the keys');
  }
  if (point === undefined || !isPoint) return undefined;
  const scalar = privateKey === undefined ? undefined : decodeBase64(privateKey);
  return { publicKey: point.toString('base64url'), privateKey: scalar?.toString('base64url'), subject };
}

function assertBelongingTogether(
  reader: SettingReader,
  privateKey: string,
  publicKey: string | undefined,
  point: Buffer | undefined,
): void {
  const derived = deriveP256PublicKey(decodeBase64(privateKey) ?? Buffer.alloc(0));
  if (derived === undefined) {
    reader.reject('VAPID_PRIVATE_KEY', 'must be base64url of a P-256 private key, 32 bytes (npm run vapid-keys)');
  } else if (publicKey === undefined) {
    reader.reject('VAPID_PUBLIC_KEY', 'is missing: both halves of the key are needed');
  } else if (point !== undefined && point.toString('base64url') !== derived) {
    reader.reject('VAPID_PRIVATE_KEY', 'does not belong to VAPID_PUBLIC_KEY');
  }
}
