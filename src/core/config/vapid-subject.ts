import { isIP } from 'node:net';

/**
 * Top-level names that are never public (RFC 2606, 6761, 6762, 7686, 8375, and ICANN's `internal`, `corp` and
 * `mail`).
 */
const PRIVATE_NAMES = new Set([
  'localhost',
  'local',
  'invalid',
  'test',
  'internal',
  'corp',
  'mail',
  'onion',
  'home',
  'lan',
  'localdomain',
  'arpa',
]);

const FORM = 'must be mailto: and an e-mail address, or an https: URL, without spaces or brackets';
const HOST = 'needs a public domain, as Apple refuses others: no address, no localhost, .local, .invalid or the like';

/**
 * What is wrong with a VAPID subject (RFC 8292, section 2.1); undefined when nothing is. Stricter than the
 * RFC: Apple answers 403 BadJwtToken to a subject that is no usable contact, and other push services accept
 * it (developer.apple.com, "Sending web push notifications in web apps and browsers").
 */
export function findSubjectProblem(subject: string): string | undefined {
  const host = readHost(subject);
  if (host === undefined) return FORM;
  return isPublicName(host) ? undefined : HOST;
}

/** The domain of the mailto: address or the host of the https: URL; undefined for anything else. */
function readHost(subject: string): string | undefined {
  // One address as RFC 5322's dot-atom; mailto: allows lists and header fields, which are no contact. A %
  // would encode another character (RFC 6068, section 2).
  const mailbox = /^mailto:([\w!#$&'*+=^`{|}~-]+(?:\.[\w!#$&'*+=^`{|}~-]+)*)@([^\s@<>?,;:/]+|\[[^\]\s]+\])$/i.exec(
    subject,
  );
  if (mailbox) return mailbox[2];
  if (!/^https:\/\/[^\s<>"@\\]+$/i.test(subject) || !URL.canParse(subject)) return undefined;
  return new URL(subject).hostname;
}

function isPublicName(host: string): boolean {
  const labels = host.toLowerCase().split('.');
  const last = labels.at(-1) ?? '';
  const isName = labels.length > 1 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  return isName && isIP(host) === 0 && !/^\d+$/.test(last) && !PRIVATE_NAMES.has(last);
}
