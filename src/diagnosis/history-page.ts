import type { EndedDelivery } from '../deliveries/ledger/contact-deliveries.reader.js';
import type { ContactEvent, EventPlace } from '../events/contact-history.reader.js';

/** A broadcast or list, and its outcome at the contact if there is one. */
export interface SendOfHistory extends EndedDelivery {
  readonly outcome: ContactEvent | undefined;
}

/** Behind what a page has. */
export interface HistoryPlace {
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

/** The end of a send that has not ended. */
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
  const next = { own: own[ownIndex - 1] ?? place.own, send: sends[sendIndex - 1] ?? place.send };
  return {
    events: events.toSorted((one, other) => other.at.getTime() - one.at.getTime()),
    next: isEnd ? null : next,
  };
}

function toList(event: ContactEvent | undefined): ContactEvent[] {
  return event === undefined ? [] : [event];
}

const NONE = '-';

/** Writes a place as a text; action names may have any characters, so the event's id is the last. */
export function writePlace({ own, send }: HistoryPlace): string {
  const ofSend = send === undefined ? [NONE, NONE] : [send.endedAt.getTime(), send.id];
  const ofOwn = own === undefined ? [NONE, NONE] : [own.at.getTime(), own.id];
  return [...ofSend, ...ofOwn].join(' ');
}

/** What `writePlace` writes. */
export const PLACE = /^(?:- -|(\d{1,16}) (\w{1,64})) (?:- -|(\d{1,16}) ([\s\S]+))$/;

/** Reads the groups of `PLACE`; without, the beginning. */
export function readPlace(groups: readonly (string | undefined)[] = []): HistoryPlace {
  const [, sendAt, sendId, ownAt, ownId] = groups;
  return {
    send: sendAt === undefined || sendId === undefined ? undefined : { endedAt: new Date(Number(sendAt)), id: sendId },
    own: ownAt === undefined || ownId === undefined ? undefined : { at: new Date(Number(ownAt)), id: ownId },
  };
}
