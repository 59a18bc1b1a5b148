import { FIREBASE } from '../../../push-api-client/failure-reason.js';
import type { Recipient } from '../../../push-contacts/recipients.reader.js';

/** The host of the push service that a recipient belongs to; `firebase` for a device token. */
export function readPushService({ subscription }: Recipient): string {
  if (subscription === null) return FIREBASE;
  const { endpoint } = subscription;
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}

/**
 * The key of what the recipient's push service refuses to the domain, or to one of its VAPID keys where it
 * has several: push services limit the sender's key as well. A host has no space.
 */
export function domainKey(recipient: Recipient, domain: string): string {
  const vapidKey = recipient.subscription?.vapid_public_key;
  return `${readPushService(recipient)} ${domain}${vapidKey === undefined ? '' : ` ${vapidKey}`}`;
}

/** The push service of a domain's key; undefined for any other key. */
export function readServiceOfDomainKey(key: string): string | undefined {
  const end = key.indexOf(' ');
  return end < 0 || key.startsWith(RATE) ? undefined : key.slice(0, end);
}

/** Not the beginning of a host: those have no colon before a space. */
const RATE = 'rate: ';

/** The key of the rate that a message asks for itself. */
export function messageRateKey(messageId: string): string {
  return `${RATE}message ${messageId}`;
}

/** The key of a domain's own rate, which all its messages without one share. */
export function domainRateKey(domain: string): string {
  return `${RATE}domain ${domain}`;
}
