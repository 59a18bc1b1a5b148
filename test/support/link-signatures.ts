import { createHmac, hkdfSync } from 'node:crypto';
import { encryptId } from './installation.js';

/** The ids of a tracking link. */
export interface LinkIds {
  readonly contactId: string;
  readonly messageId: string;
}

const KEY = hkdfSync(
  'sha256',
  Buffer.from('5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=', 'base64'),
  '',
  'push-contact signatures of links',
  32,
);

/** A link without a signature. */
export function trackingPath(contactId: string, messageId: string, what: string): string {
  return `/push-contacts/${encryptId(contactId)}/messages/${encryptId(messageId)}/${what}`;
}

/** The hour of Unix time that comes in `hours`. */
export function hourIn(hours: number): number {
  return Math.floor(Date.now() / 3_600_000) + hours;
}

/**
 * Signs a tracking link, independently of the product, with the key of `baseEnvironment`.
 * @param end in hours of Unix time.
 */
export function signedQuery({ contactId, messageId }: LinkIds, end: number): string {
  const expires = end.toString(36);
  const mac = createHmac('sha256', Buffer.from(KEY)).update(`${messageId}:${contactId}:${expires}`).digest();
  return `s=${expires}${mac.subarray(0, 16).toString('base64url')}`;
}

/** A signed link that ends within the hour that is the last of `hours`; at 0 it has ended. */
export function signedPath(ids: LinkIds, what: string, hours = 2): string {
  return `${trackingPath(ids.contactId, ids.messageId, what)}?${signedQuery(ids, hourIn(hours))}`;
}
