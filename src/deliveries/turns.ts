/**
 * Turns in which batches of all deliveries are sent, counted from 0: start-time fair queueing (Goyal, Vin and Cheng,
 * SIGCOMM 1996). A delivery joins in the turn after the one that is being served, and its n-th batch is n turns later; so
 * those that wait at the same time have one batch each in every turn, however large they are and whenever they came. What
 * comes later is never in front of the batches of the present turn, and so the turns go on: nobody waits for ever.
 *
 * First turns only grow, also while nothing waits: what was postponed meets others at most as many turns ahead of it as its
 * own delivery is long. They need no end: Bull keeps a priority as the score of a sorted set, a double that is exact up to 2^53, and a thousand
 * turns a second use that up in 285,000 years.
 */

/**
 * The first turn of a delivery whose planning begins.
 * @param served the turn that the workers have come to; undefined when nothing waits or Redis does not answer.
 * @param latest the highest first turn that any delivery was given; undefined for the first of all. A retry keeps its
 * early turn and may be what is served: the newcomer must not overtake everybody by standing behind it.
 */
export function firstTurnAfter(served: number | undefined, latest: number | undefined): number {
  return Math.max(served === undefined ? 0 : served + 1, latest ?? 0);
}

/** Bull serves low numbers first, those of the same number in the order they came, and takes 0 for none at all. */
export function priorityOf(turn: number): number {
  return turn + 1;
}

/** The turn that the workers have come to by the priorities of jobs in their hands or next to be. */
export function servedTurn(priorities: readonly (number | undefined)[]): number | undefined {
  const turns = priorities.flatMap((priority) => (priority === undefined ? [] : [priority - 1]));
  return turns.length === 0 ? undefined : Math.max(...turns);
}
