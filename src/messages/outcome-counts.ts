/**
 * Contacts of a message by push service and reason, as stored. There are few keys: push services are the
 * entries of an allow-list, and reasons are a closed set of words.
 */
export type OutcomeCounts = Readonly<Record<string, number>>;

/** What became of a message at some of its contacts. */
export interface CountedOutcome {
  /** Who accepted or failed; null for nobody. */
  readonly pushService: string | null;
  /** Null where it was delivered. */
  readonly reason: string | null;
  readonly contacts: number;
}

/** Between push service and reason: neither a host nor a reason has it. */
const SEPARATOR = '|';

/** Counts outcomes, each of one contact: thousands at once, and of a few kinds. */
export function countOutcomes(outcomes: Iterable<Omit<CountedOutcome, 'contacts'>>): OutcomeCounts {
  const services = new Map<string | null, Map<string | null, number>>();
  for (const { pushService, reason } of outcomes) {
    const reasons = services.get(pushService) ?? new Map<string | null, number>();
    services.set(pushService, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
  }
  const counted = [...services].flatMap(([pushService, reasons]) =>
    [...reasons].map(([reason, contacts]) => [toKey(pushService, reason), contacts] as const),
  );
  return Object.fromEntries(counted);
}

/** Adds counts of outcomes. */
export function addOutcomes(one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts {
  const sums: Record<string, number> = { ...one };
  for (const [key, contacts] of Object.entries(other)) sums[key] = (sums[key] ?? 0) + contacts;
  return sums;
}

/** The stored outcomes, most contacts first. */
export function readOutcomes(counts: OutcomeCounts = {}): CountedOutcome[] {
  return Object.entries(counts)
    .map(([key, contacts]) => ({ ...readKey(key), contacts }))
    .sort((one, other) => other.contacts - one.contacts);
}

function readKey(key: string): Omit<CountedOutcome, 'contacts'> {
  const [pushService = '', reason = ''] = decodeURIComponent(key).split(SEPARATOR);
  return { pushService: pushService === '' ? null : pushService, reason: reason === '' ? null : reason };
}

/** The key of an outcome: a name of a field, in which MongoDB gives a dot and a dollar sign a meaning. */
function toKey(pushService: string | null, reason: string | null): string {
  const key = [pushService ?? '', reason ?? ''].join(SEPARATOR);
  return key.replaceAll('%', '%25').replaceAll('.', '%2E').replaceAll('$', '%24');
}
