import type { Installation } from './installation.js';

/** Type and sub-type of an event. */
export type Outcome = readonly [number, number];

/** The expected outcome of each contact of a domain, by device token. */
export type Audience = ReadonlyMap<string, Outcome>;

interface Fate {
  readonly token: string;
  /** Prefix of the endpoint that makes the push service respond so, see `stand-in-web-push.ts`. */
  readonly endpoint: string;
  readonly outcome: Outcome;
}

const DELIVERED: Fate = { token: 'fine', endpoint: 'fine', outcome: [0, 0] };
const GONE: Fate = { token: 'unregistered', endpoint: '410', outcome: [4, 1] };
const REFUSED: Fate = { token: 'sender', endpoint: '403', outcome: [4, 2] };

const INSERTED_AT_ONCE = 10_000;

/**
 * Stores the contacts of a domain, with subscriptions spread evenly among device tokens. In every twenty
 * contacts one is gone and one is refused for another reason.
 */
export async function addAudience(
  { db }: Installation,
  domain: string,
  { tokens = 0, subscriptions = 0 }: { readonly tokens?: number; readonly subscriptions?: number },
): Promise<Audience> {
  const total = tokens + subscriptions;
  const subscriptionsBefore = (index: number): number => Math.floor((index * subscriptions) / total);
  const members = Array.from({ length: total }, (_, index): [string, Outcome] => {
    const { token, endpoint, outcome } = fateOf(index);
    const isSubscription = subscriptionsBefore(index + 1) > subscriptionsBefore(index);
    return [
      isSubscription ? `https://${domain}.push.example/${endpoint}-${index}` : `${token}-${domain}-${index}`,
      outcome,
    ];
  });
  for (let start = 0; start < total; start += INSERTED_AT_ONCE) {
    const keys = members.slice(start, start + INSERTED_AT_ONCE).map(([key]) => key);
    await db.addContacts(domain, keys, (key) =>
      key.startsWith('https:') ? { subscription: { endpoint: key, p256dh: 'key', auth: 'secret' } } : {},
    );
  }
  return new Map(members);
}

function fateOf(index: number): Fate {
  switch (index % 20) {
    case 7:
      return GONE;
    case 13:
      return REFUSED;
    default:
      return DELIVERED;
  }
}

export function isGone([type, subType]: Outcome): boolean {
  return type === 4 && subType === 1;
}
