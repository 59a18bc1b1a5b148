import { FIREBASE } from '../../../push-api-client/failure-reason.js';
import type { Recipient } from '../../../push-contacts/recipients.reader.js';

/** The host of the push service that a recipient belongs to; `firebase` for a device token. */
export function readPushService({ subscription }: Recipient): string {
  if (subscription === null) return FIREBASE;
  return readHost(subscription.endpoint);
}

const HTTPS = 'https://';

/** It is read for each contact, so an endpoint as browsers write it is not parsed. */
function readHost(endpoint: string): string {
  const end = endpoint.indexOf('/', HTTPS.length);
  const host = endpoint.startsWith(HTTPS) && end > 0 ? endpoint.slice(HTTPS.length, end) : '';
  if (/^[a-z0-9.-]+$/.test(host)) return host;
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

/** The push service and the domain of a domain's key; undefined for any other key. */
export function readDomainKey(key: string): { readonly service: string; readonly domain: string } | undefined {
  const end = key.indexOf(' ');
  if (end < 0 || isRateKey(key)) return undefined;
  return { service: key.slice(0, end), domain: key.slice(end + 1).replace(VAPID_KEY_AT_END, '') };
}

/** Whether the key is of a rate that was asked for. */
export function isRateKey(key: string): boolean {
  return key.startsWith(RATE);
}

/** An uncompressed point of P-256 in base64url, 65 bytes (RFC 8292, section 3.2). */
const VAPID_KEY_AT_END = / [A-Za-z0-9_-]{87}$/;

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
