import type { Moment, StoredDocument } from './test-database.js';

/** How many contacts a domain has. */
export interface Counted {
  readonly active: number;
  readonly deleted: number;
  readonly left: number;
}

/** The contacts of a domain as their counters have them; undefined while they are not counted. */
export async function findCounted(moment: Moment, domain: string): Promise<Counted | undefined> {
  const [totals] = await moment.find('contactTotals', { _id: domain });
  if (totals?.from === undefined) return undefined;
  const days = await moment.find('contactDays', { domain, date: { $gte: totals.from } });
  const sum = (name: string): number => [totals, ...days].reduce((total, each) => total + numberOf(each, name), 0);
  return { active: sum('active'), deleted: sum('deleted'), left: sum('left') };
}

/** The contacts of a domain as they are stored. */
export async function findStored(moment: Moment, domain: string): Promise<Counted> {
  const [active, deleted, left] = [
    await moment.count('push-contacts', { domain, deleted: false }),
    await moment.count('push-contacts', { domain, deleted: true }),
    await moment.count('push-contacts', { domain, deleted: true, unsubscribed_at: { $exists: true } }),
  ];
  return { active, deleted, left };
}

function numberOf(document: StoredDocument, name: string): number {
  return Number(document[name] ?? 0);
}
