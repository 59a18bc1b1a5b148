import type { EndedDelivery } from '../deliveries/ledger/contact-deliveries.reader.js';
import type { ContactEvent, EventPlace } from '../events/contact-history.reader.js';

/** A broadcast or list, and its outcome at the contact if there is one. */
export interface SendOfHistory extends EndedDelivery {
  readonly outcome: ContactEvent | undefined;
}

/** Behind what a page has. */
export interface HistoryPlace {
  /** When the walk began: what has ended since is listed as what it was then, so nothing comes twice. */
  readonly asOf: Date;
  readonly own: EventPlace | undefined;
  readonly send: EndedDelivery | undefined;
}

/** What was read for a page, each the latest first. */
export interface HistorySources {
  readonly own: readonly ContactEvent[];
  readonly sends: readonly SendOfHistory[];
  /** Whether there may be more than was read. */
  readonly hasMoreOwn: boolean;
  readonly hasMoreSends: boolean;
}

interface HistoryPage {
  /** The latest first. */
  readonly events: readonly ContactEvent[];
  /** Null after the last page. */
  readonly next: HistoryPlace | null;
}

/** A walk through all pages that takes longer may list an outcome twice. */
const MAX_WALK_MS = 86_400_000;

/** The end of a send that had not ended when the walk began. */
export const OPEN_END = new Date(8_640_000_000_000_000);

/**
 * Merges a contact's own events with the outcomes of broadcasts and lists, in the order of the events' times
 * and the sends' ends, until the page is full or more has to be read of one of them.
 */
export function mergePage(sources: HistorySources, place: HistoryPlace, perPage: number): HistoryPage {
  const { own, sends, hasMoreOwn, hasMoreSends } = sources;
  const events: ContactEvent[] = [];
  let [ownIndex, sendIndex] = [0, 0];
  while (events.length < perPage) {
    const [event, send] = [own[ownIndex], sends[sendIndex]];
    if ((event === undefined && hasMoreOwn) || (send === undefined && hasMoreSends)) break;
    if (event === undefined && send === undefined) break;
    const isOwnNext = event !== undefined && (send === undefined || event.at >= send.endedAt);
    events.push(...toList(isOwnNext ? event : send?.outcome));
    if (isOwnNext) ownIndex += 1;
    else sendIndex += 1;
  }
  const isEnd = ownIndex === own.length && sendIndex === sends.length && !hasMoreOwn && !hasMoreSends;
  const next = { asOf: place.asOf, own: own[ownIndex - 1] ?? place.own, send: sends[sendIndex - 1] ?? place.send };
  return {
    events: events.toSorted((one, other) => other.at.getTime() - one.at.getTime()),
    next: isEnd ? null : next,
  };
}

function toList(event: ContactEvent | undefined): ContactEvent[] {
  return event === undefined ? [] : [event];
}

const NONE = '-';
const OPEN = 'open';

/** Writes a place as a text; action names may have any characters, so the event's id is the last. */
export function writePlace({ asOf, own, send }: HistoryPlace): string {
  const ofSend = send === undefined ? [NONE, NONE] : [writeEnd(send.endedAt), send.id];
  const ofOwn = own === undefined ? [NONE, NONE] : [own.at.getTime(), own.id];
  return [asOf.getTime(), ...ofSend, ...ofOwn].join(' ');
}

function writeEnd(endedAt: Date): string {
  return endedAt < OPEN_END ? String(endedAt.getTime()) : OPEN;
}

/** What `writePlace` writes: times that a date can have, and ids that the database can compare. */
export const PLACE = /^(\d{1,15}) (?:- -|(\d{1,15}|open) (\w{1,64})) (?:- -|(\d{1,15}) (#[0-9a-f]{24}|[^#][\s\S]*))$/;

/** Reads the groups of `PLACE`; without, the beginning of a walk that starts now. */
export function readPlace(groups: readonly (string | undefined)[] | undefined, nowMs: number): HistoryPlace {
  const [, asOf = nowMs, sendEnd, sendId, ownAt, ownId] = groups ?? [];
  return {
    // A walk of the past would make MongoDB sort all that has ended since.
    asOf: new Date(Math.max(Number(asOf), nowMs - MAX_WALK_MS)),
    send: sendEnd === undefined || sendId === undefined ? undefined : { endedAt: readEnd(sendEnd), id: sendId },
    own: ownAt === undefined || ownId === undefined ? undefined : { at: new Date(Number(ownAt)), id: ownId },
  };
}

function readEnd(end: string): Date {
  return end === OPEN ? OPEN_END : new Date(Number(end));
}
