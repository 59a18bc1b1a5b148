/**
 * Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996) of the batches of all deliveries. Each batch
 * has a start tag, a whole number from 0; workers take the lowest first. The virtual time is the start tag
 * that is being served. A delivery starts at the virtual time plus one, and its n-th batch is n tags later.
 * Deliveries that wait at the same time are therefore served one batch each, whatever their size and time of
 * arrival. A new delivery never overtakes the batches that are being served, so no delivery starves.
 *
 * First start tags only grow, also while the queue is empty. They do not run out: Bull keeps a priority as
 * the score of a sorted set, a double that is exact up to 2^53. At a thousand tags a second that lasts
 * 285,000 years.
 */

/**
 * Returns the first start tag of a delivery whose plan begins.
 *
 * @param virtualTime the start tag that is being served; undefined when the queue is empty or Redis
 *   unreachable.
 * @param latest the highest first start tag of all deliveries; undefined for the first delivery. It matters
 *   while a retry is served: a retry keeps its early tag, and a delivery that starts right after it overtakes
 *   all others.
 */
export function firstStartTagAfter(virtualTime: number | undefined, latest: number | undefined): number {
  return Math.max(virtualTime === undefined ? 0 : virtualTime + 1, latest ?? 0);
}

/**
 * Returns the Bull priority of a batch. Bull serves low numbers first, equal ones in order of arrival, and
 * treats 0 as no priority.
 */
export function toPriority(startTag: number): number {
  return startTag + 1;
}

/**
 * Returns the virtual time from the priorities of active and next jobs; undefined when none has a priority.
 */
export function virtualTime(priorities: readonly (number | undefined)[]): number | undefined {
  const startTags = priorities.flatMap((priority) => (priority === undefined ? [] : [priority - 1]));
  return startTags.length === 0 ? undefined : Math.max(...startTags);
}
