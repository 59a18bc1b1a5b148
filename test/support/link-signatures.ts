import { createHmac, hkdfSync } from 'node:crypto';
import { trackingPath } from './clicking.js';

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

/**
 * Signs a tracking link, independently of the product, with the key of `baseEnvironment`.
 * @param expires in seconds of Unix time.
 */
export function signedQuery({ contactId, messageId }: LinkIds, expires: number): string {
  const mac = createHmac('sha256', Buffer.from(KEY)).update(`${messageId}:${contactId}:${expires}`).digest();
  return `expires=${expires}&mac=${mac.subarray(0, 16).toString('base64url')}`;
}

/** A signed link that ends in `seconds`. */
export function signedPath(ids: LinkIds, what: string, seconds = 3_600): string {
  const expires = Math.floor(Date.now() / 1_000) + seconds;
  return `${trackingPath(ids.contactId, ids.messageId, what)}?${signedQuery(ids, expires)}`;
}
