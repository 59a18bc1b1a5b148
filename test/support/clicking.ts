import { request } from './http.js';
import { encryptId, type Installation } from './installation.js';

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

export function trackingPath(contactId: string, messageId: string, what: string): string {
  return `/push-contacts/${encryptId(contactId)}/messages/${encryptId(messageId)}/${what}`;
}

/**
 * Keeps `concurrency` requests in flight until it is stopped. Each loop ends early at its first request
 * without a response.
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
      const path = trackingPath(contactIds[index % contactIds.length] ?? '', messageId, KINDS[kind] ?? '');
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
  const [received, clicks, actionClicks] = await Promise.all(
    [1, 2, 6].map(async (type) => (await product.events(messageId, [type])).length),
  );
  expect([stats.received, stats.click, stats.action_click]).toEqual([received, clicks, actionClicks]);
  expect([message.received, message.clicks]).toEqual([received, clicks]);
  return [received ?? 0, clicks ?? 0, actionClicks ?? 0];
}
