/** What changed, in numbers of contacts: see `ContactDayDocument`. */
export interface ContactChange {
  readonly registered?: number;
  readonly returned?: number;
  readonly pruned?: number;
  readonly unsubscribed?: number;
  readonly erased?: number;
  readonly active?: number;
  readonly deleted?: number;
  readonly left?: number;
}

/** What changes with one contact. An erased one was active: the others have left or were pruned before. */
export const CHANGE = {
  registered: { registered: 1, active: 1 },
  returned: { returned: 1, active: 1, deleted: -1 },
  returnedAfterLeaving: { returned: 1, active: 1, deleted: -1, left: -1 },
  /** To another domain, which has registered it. */
  movedAway: { deleted: -1 },
  movedAwayAfterLeaving: { deleted: -1, left: -1 },
  pruned: { pruned: 1, active: -1, deleted: 1 },
  unsubscribed: { unsubscribed: 1, active: -1, deleted: 1, left: 1 },
  erased: { erased: 1, active: -1, deleted: 1, left: 1 },
} as const satisfies Record<string, ContactChange>;

type Numbers = Record<string, number>;

/** Collects the changes of a transaction by domain. */
export class ContactChanges {
  private readonly changes = new Map<string, Numbers>();

  /** Adds a change of `contacts` contacts of the domain. Those of other writers may have none. */
  add(domain: string | null | undefined, change: ContactChange, contacts = 1): void {
    if (contacts === 0 || typeof domain !== 'string' || domain === '') return;
    const ofDomain = this.changes.get(domain) ?? {};
    for (const [name, by] of Object.entries(change) as [string, number][]) {
      ofDomain[name] = (ofDomain[name] ?? 0) + by * contacts;
    }
    this.changes.set(domain, ofDomain);
  }

  /** The domains that get new contacts. */
  get growingDomains(): string[] {
    return [...this.changes].flatMap(([domain, { registered = 0 }]) => (registered > 0 ? [domain] : []));
  }

  /** The sums by domain. */
  get byDomain(): ReadonlyMap<string, Readonly<Numbers>> {
    return this.changes;
  }
}
