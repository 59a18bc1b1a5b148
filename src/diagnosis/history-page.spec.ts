import type { ContactEvent } from '../events/contact-history.reader.js';
import { mergePage, OPEN_END, PLACE, readPlace, type SendOfHistory, writePlace } from './history-page.js';

const NOW = 1_000_000_000_000;
const START = { asOf: new Date(NOW), own: undefined, send: undefined };

function event(id: string, ms: number): ContactEvent {
  const texts = { messageId: null, descriptor: null, errorMessage: null, pushService: null, reason: null };
  return { id, at: new Date(ms), type: 0, subType: 0, ...texts };
}

function send(id: string, endMs: number, outcome?: ContactEvent): SendOfHistory {
  return { id, endedAt: new Date(endMs), outcome };
}

function all(own: readonly ContactEvent[], sends: readonly SendOfHistory[], perPage: number, read: number): string[][] {
  const pages: string[][] = [];
  for (let place = START as ReturnType<typeof readPlace> | null; place !== null;) {
    const ownStart = own.findIndex(({ id }) => id === place?.own?.id) + 1;
    const sendStart = sends.findIndex(({ id }) => id === place?.send?.id) + 1;
    const ofOwn = own.slice(ownStart, ownStart + perPage);
    const ofSends = sends.slice(sendStart, sendStart + read);
    const hasMore = { hasMoreOwn: ofOwn.length === perPage, hasMoreSends: ofSends.length === read };
    const { events, next } = mergePage({ own: ofOwn, sends: ofSends, ...hasMore }, place, perPage);
    pages.push(events.map(({ id }) => id));
    const written = next && writePlace(next);
    place = written === null ? null : readPlace(PLACE.exec(written) ?? undefined, NOW + 5_000);
  }
  return pages;
}

describe('mergePage', () => {
  const own = [event('o9', 90), event('o5', 50), event('o5b', 50), event('o1', 10)];
  const sends = [
    send('open', OPEN_END.getTime(), event('s-open', 95)),
    send('s8', 85, event('s8', 80)),
    send('nothing', 70),
    send('s5', 50, event('s5', 49)),
    send('s0', 5, event('s0', 4)),
  ];

  it.each([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 3],
    [3, 2],
    [100, 100],
  ])('has every event once, the latest first, with %i a page and %i sends read', (perPage, read) => {
    const pages = all(own, sends, perPage, read);
    expect(pages.flat()).toEqual(['s-open', 'o9', 's8', 'o5', 'o5b', 's5', 'o1', 's0']);
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(perPage);
  });

  it('is empty and the last one where nothing is stored', () => {
    const nothing = { own: [], sends: [], hasMoreOwn: false, hasMoreSends: false };
    expect(mergePage(nothing, START, 10)).toEqual({ events: [], next: null });
  });
});

describe('a place', () => {
  it.each([
    START,
    { ...START, own: { at: new Date(5), id: 'c:first:m:6:a name/ñ' } },
    { ...START, send: { endedAt: OPEN_END, id: 'abc' } },
    { ...START, own: { at: new Date(5), id: '#66291accdc3ab636288af4ab' }, send: { endedAt: new Date(7), id: 'abc' } },
  ])('is read as it was written: %j', (place) => {
    expect(readPlace(PLACE.exec(writePlace(place)) ?? undefined, NOW + 5_000)).toEqual(place);
  });

  it.each([
    '1 9999999999999999 x - -',
    '9999999999999999 - - - -',
    '1 - - 9999999999999999 x',
    '1 - - 5 #zz',
    '1 - - 5 #66291accdc3ab636288af4ab0',
    '- - - -',
  ])('is none of %s', (text) => {
    expect(PLACE.test(text)).toBe(false);
  });

  it('goes back at most a day with the beginning of the walk', () => {
    expect(readPlace(PLACE.exec('5 - - - -') ?? undefined, NOW).asOf).toEqual(new Date(NOW - 86_400_000));
  });
});
