import { request } from './http.js';
import { encryptId, type Installation } from './installation.js';

/** Of receipts, clicks and clicks on actions. */
export type ByKind = [number, number, number];

/** Requests of visitors that are made all the time. */
export interface Clicking {
  /** Those that were answered 202. */
  readonly accepted: ByKind;
  /** Those that got no answer. */
  readonly unanswered: ByKind;
  /** Ends when every request has ended. */
  stop(): Promise<void>;
}

const KINDS = ['received', 'clicked', 'actionClick/buy'];

export function trackingPath(contactId: string, messageId: string, what: string): string {
  return `/push-contacts/${encryptId(contactId)}/messages/${encryptId(messageId)}/${what}`;
}

/** Keeps `concurrency` requests in flight until told to stop; each of them goes on until one gets no answer. */
export function clickAway(
  url: string,
  contactIds: readonly string[],
  messageId: string,
  concurrency: number,
): Clicking {
  const accepted: ByKind = [0, 0, 0];
  const unanswered: ByKind = [0, 0, 0];
  let isStopping = false;
  const run = async (seed: number): Promise<void> => {
    for (let turn = seed; !isStopping; turn += 1) {
      const kind = (turn % 3) as 0 | 1 | 2;
      const path = trackingPath(contactIds[turn % contactIds.length] ?? '', messageId, KINDS[kind] ?? '');
      const answer = await request('POST', url + path).catch(() => undefined);
      if (answer?.status === 202) accepted[kind] += 1;
      if (answer === undefined) {
        unanswered[kind] += 1;
        return;
      }
    }
  };
  const runs = Array.from({ length: concurrency }, (_, seed) => run(seed));
  return {
    accepted,
    unanswered,
    async stop() {
      isStopping = true;
      await Promise.all(runs);
    },
  };
}

export function totalOf(counts: ByKind): number {
  return counts[0] + counts[1] + counts[2];
}

/** What is counted of a message; fails when its events, its counters and those by hour do not agree. */
export async function countedOf(product: Installation, messageId: string): Promise<ByKind> {
  const { message, stats } = await product.counters(messageId);
  const [received, clicks, actionClicks] = await Promise.all(
    [1, 2, 6].map(async (type) => (await product.events(messageId, [type])).length),
  );
  expect([stats.received, stats.click, stats.action_click]).toEqual([received, clicks, actionClicks]);
  expect([message.received, message.clicks]).toEqual([received, clicks]);
  return [received ?? 0, clicks ?? 0, actionClicks ?? 0];
}
