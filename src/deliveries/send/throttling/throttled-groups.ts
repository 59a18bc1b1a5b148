import type { Recipient } from '../../../push-contacts/recipients.reader.js';
import { domainKey, readPushService } from './throttle-keys.js';
import type { StoredThrottle } from './throttle.repository.js';

/** Recipients of a page that wait for the same throttle, or for none. */
export interface ThrottledGroup {
  readonly key: string;
  readonly stored: StoredThrottle | undefined;
  readonly pausedUntilMs: number;
  readonly contacts: Recipient[];
}

/** Groups recipients by what holds them back. */
export function groupByThrottle(
  recipients: readonly Recipient[],
  domain: string,
  throttles: ReadonlyMap<string, StoredThrottle>,
  nowMs: number,
): ThrottledGroup[] {
  const groups = new Map<string, ThrottledGroup>();
  for (const contact of recipients) {
    const key = chooseKey(contact, domain, throttles, nowMs);
    const group = groups.get(key);
    if (group !== undefined) {
      group.contacts.push(contact);
      continue;
    }
    const stored = throttles.get(key);
    groups.set(key, { key, stored, pausedUntilMs: stored?.throttle?.untilMs ?? 0, contacts: [contact] });
  }
  return [...groups.values()];
}

/** A pause comes before a probe, so that no domain that is paused itself probes for all. */
function chooseKey(
  contact: Recipient,
  domain: string,
  throttles: ReadonlyMap<string, StoredThrottle>,
  nowMs: number,
): string {
  const service = readPushService(contact);
  const ofAll = throttles.get(service)?.throttle;
  const ofDomain = domainKey(contact, domain);
  if (ofAll === undefined) return ofDomain;
  if (ofAll.untilMs > nowMs) return service;
  if ((throttles.get(ofDomain)?.throttle?.untilMs ?? 0) > nowMs) return ofDomain;
  return ofAll.isProbing ? service : ofDomain;
}
