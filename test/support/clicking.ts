import { request } from './http.js';
import type { Installation } from './installation.js';
import { signedPath } from './link-signatures.js';
import type { StoredDocument } from './test-database.js';

/** Numbers of receipts, clicks and clicks on actions. */
export type ByKind = [number, number, number];

/** A continuous load of tracking requests. */
export interface Clicking {
  /** Requests that returned 202. */
  readonly accepted: ByKind;
  /** Requests without a response. */
  readonly unanswered: ByKind;
  /** Requests by the status of their response. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Resolves when every request has ended. */
  stop(): Promise<void>;
}

const KINDS = ['received', 'clicked', 'actionClick/buy'];

/** The actions of a message whose links are called. */
export const CLICKED_ACTIONS = [{ action: 'buy', title: 'Buy' }];

/**
 * Calls signed links, with `concurrency` requests in flight, until it is stopped. The message must have
 * CLICKED_ACTIONS. Each loop ends early at its first request without a response.
 */
export function clickAway(
  url: string,
  contactIds: readonly string[],
  messageId: string,
  concurrency: number,
): Clicking {
  const accepted: ByKind = [0, 0, 0];
  const unanswered: ByKind = [0, 0, 0];
  const statuses = new Map<number, number>();
  let isStopping = false;
  const run = async (seed: number): Promise<void> => {
    for (let index = seed; !isStopping; index += 1) {
      const kind = (index % 3) as 0 | 1 | 2;
      const contactId = contactIds[index % contactIds.length] ?? '';
      const path = signedPath({ contactId, messageId }, KINDS[kind] ?? '');
      const response = await request('POST', url + path).catch(() => undefined);
      if (response?.status === 202) accepted[kind] += 1;
      if (response !== undefined) statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response === undefined) {
        unanswered[kind] += 1;
        return;
      }
    }
  };
  const runs = Array.from({ length: concurrency }, (_, seed) => run(seed));
  return {
    accepted,
    unanswered,
    statuses,
    async stop() {
      isStopping = true;
      await Promise.all(runs);
    },
  };
}

export function totalOf(counts: ByKind): number {
  return counts[0] + counts[1] + counts[2];
}

/** Returns the counts of a message. Fails if its events, its counters and its hourly counters disagree. */
export async function countedOf(product: Installation, messageId: string): Promise<ByKind> {
  const { message, stats } = await product.counters(messageId);
  const events = await Promise.all([1, 2, 6].map((type) => product.events(messageId, [type])));
  const [received = 0, clicks = 0, actionClicks = 0] = events.map(({ length }) => length);
  expect([stats.received, stats.click, stats.action_click]).toEqual([received, clicks, actionClicks]);
  expect([message.received, message.clicks]).toEqual([received, clicks]);
  expect([stats.unique_received, stats.unique_click, stats.unique_action_click]).toEqual(events.map(countUnique));
  return [received, clicks, actionClicks];
}

/** Contacts of the events; for clicks on actions, contacts and actions. */
function countUnique(events: readonly StoredDocument[]): number {
  const ids = events.map(({ push_contact_id: id, event_descriptor: name }) => `${String(id)} ${String(name)}`);
  return new Set(ids).size;
}
