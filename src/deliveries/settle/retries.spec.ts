import type { Recipient } from '../../push-contacts/recipients.reader.js';
import { type Batch, UNTRIED } from '../ledger/batch.js';
import type { Outcome, Throttled } from './outcome.js';
import { asksForRetry, planRetries, type Unsettled } from './retries.js';

const NOW = Date.UTC(2026, 0, 1);
const GIVE_UP_AFTER_MS = 7_200_000;
const TIME = { nowMs: NOW, giveUpAfterMs: GIVE_UP_AFTER_MS };

const REASON = { service: 'firebase', status: 3, code: 'quota-exceeded' };

const batch: Batch = {
  id: 'delivery:3',
  deliveryId: 'delivery',
  messageId: 'message',
  domain: 'd',
  number: 3,
  startTag: 45,
  lane: 'broadcast',
  range: { afterId: '', upToId: 'z' },
  visitors: null,
  contactIds: null,
  contacts: 100,
  attempt: 0,
  expiresAt: null,
  giveUpAt: null,
  lostResponses: 0,
  waitingFor: [],
  throttledBy: null,
  slotAt: null,
};

function contact(id: string): Recipient {
  return { id, deviceToken: id, visitorGuid: `guid of ${id}`, subscription: null };
}

function failed(id: string, retryAfterSeconds?: number): Unsettled {
  return [contact(id), { kind: 'temporary', cause: 'limits', message: 'm', reason: REASON, retryAfterSeconds }];
}

function throttled(id: string, seconds: number, change: Partial<Throttled> = {}): Unsettled {
  const untilMs = NOW + seconds * 1_000;
  const by = { throttledBy: 'firebase d', service: 'firebase', code: 'throttled' } as const;
  return [contact(id), { kind: 'throttled', untilMs, ...by, isSlot: false, acceptedMs: null, ...change }];
}

function lost(id: string, callId: string): Unsettled {
  return [contact(id), { kind: 'unknown', message: 'm', reason: REASON, retryAfterSeconds: undefined, callId }];
}

const UNSENT: Outcome = { kind: 'unsent' };

describe('asksForRetry', () => {
  const lostOutcome: Outcome = lost('a', 'call')[1];
  const temporary: Outcome = failed('a')[1];
  const throttledOutcome: Outcome = throttled('a', 5)[1];
  const acceptingOutcome: Outcome = throttled('a', 5, { acceptedMs: NOW - 60_000 })[1];

  it.each<[string, Partial<Batch>, Outcome, boolean]>([
    ['a temporary failure', {}, temporary, true],
    ['the thousandth temporary failure', { attempt: 1_000 }, temporary, true],
    ['a throttled contact after a thousand failures', { attempt: 1_000 }, throttledOutcome, true],
    ['a failure within the time to live', { expiresAt: new Date(NOW + 1), giveUpAt: new Date(NOW) }, temporary, true],
    ['a failure after the time to live', { expiresAt: new Date(NOW), giveUpAt: null }, temporary, false],
    ['the first lost response', {}, lostOutcome, true],
    ['the second lost response', { lostResponses: 1 }, lostOutcome, true],
    ['the third lost response', { lostResponses: 2 }, lostOutcome, false],
    ['a temporary failure after two lost responses', { lostResponses: 2 }, temporary, true],
    ['a lost response at the end', { giveUpAt: new Date(NOW) }, lostOutcome, false],
    ['one that was not sent because the process ends', { giveUpAt: new Date(NOW) }, UNSENT, true],
    ['a failure before the end', { giveUpAt: new Date(NOW + 1) }, temporary, true],
    ['a failure at the end', { giveUpAt: new Date(NOW) }, temporary, false],
    ['a throttled contact at the end', { giveUpAt: new Date(NOW) }, throttledOutcome, false],
    ['one at the end, while others are accepted', { giveUpAt: new Date(NOW) }, acceptingOutcome, true],
    ['one at its time to live, while others are accepted', { expiresAt: new Date(NOW) }, acceptingOutcome, false],
    ['a delivery', {}, { kind: 'delivered' }, false],
    ['one that is gone', {}, { kind: 'gone', message: 'm', reason: REASON }, false],
    ['one that is refused', {}, { kind: 'refused', message: 'm', reason: REASON }, false],
    ['one whose time is over', {}, { kind: 'expired', history: UNTRIED }, false],
  ])('decides whether to retry %s', (_, change, outcome, expected) => {
    expect(asksForRetry({ ...batch, ...change }, [contact('a'), outcome], NOW)).toBe(expected);
  });
});

describe('planRetries', () => {
  it('returns no retries when nothing failed', () => {
    expect(planRetries(batch, [], TIME)).toEqual([]);
  });

  it('returns one batch for each length of pause, with ids derived from the batch', () => {
    const retries = planRetries(
      batch,
      [failed('a'), failed('b', 30), failed('c', 3_000), failed('d', 25), failed('e')],
      TIME,
    );
    expect(retries.map(({ batch: { id, contactIds, contacts } }) => [id, contactIds, contacts])).toEqual([
      ['delivery:3.0', ['a', 'e'], 2],
      ['delivery:3.1', ['b', 'd'], 2],
      ['delivery:3.2', ['c'], 1],
    ]);
    const [backoff = 0, half = 0, long = 0] = retries.map(({ dueAt }) => (dueAt.getTime() - NOW) / 1_000);
    expect(backoff).toBeGreaterThanOrEqual(5);
    expect(backoff).toBeLessThanOrEqual(6);
    // Not before the longest pause of the group has passed.
    expect(half).toBeGreaterThanOrEqual(30);
    expect(half).toBeLessThanOrEqual(36);
    expect(long).toBeGreaterThanOrEqual(3_000);
    expect(long).toBeLessThanOrEqual(3_600);
    expect(planRetries(retries[0]?.batch ?? batch, [failed('a')], TIME)[0]?.batch.id).toBe('delivery:3.0.0');
  });

  it('counts an attempt for who has failed, not for who was not tried, and keeps them apart', () => {
    const [one, other] = planRetries({ ...batch, attempt: 4 }, [failed('a', 10), throttled('b', 10)], TIME);
    expect([one?.batch.attempt, other?.batch.attempt]).toEqual([5, 4]);
    expect([one?.batch.contactIds, other?.batch.contactIds]).toEqual([['a'], ['b']]);
    expect(other?.dueAt.getTime()).toBeGreaterThanOrEqual(NOW + 10_000);
  });

  it('fixes the end at the first failure', () => {
    const [first] = planRetries(batch, [failed('a')], TIME);
    expect(first?.batch.giveUpAt).toEqual(new Date(NOW + GIVE_UP_AFTER_MS));
    const [second] = planRetries(first?.batch ?? batch, [failed('a')], { ...TIME, nowMs: NOW + 60_000 });
    expect(second?.batch.giveUpAt).toEqual(first?.batch.giveUpAt);
  });

  it('lets no clock run for contacts that were not tried while others were refused', () => {
    const [untried] = planRetries(batch, [throttled('a', 5)], TIME);
    expect(untried?.batch.giveUpAt).toEqual(new Date(NOW + 28 * 86_400_000));
    const [tried] = planRetries(untried?.batch ?? batch, [failed('a')], TIME);
    expect(tried?.batch.giveUpAt).toEqual(new Date(NOW + GIVE_UP_AFTER_MS));
    const later = { ...TIME, nowMs: NOW + 60_000 };
    const [refused] = planRetries(tried?.batch ?? batch, [throttled('a', 90)], later);
    expect(refused?.batch.giveUpAt).toEqual(new Date(NOW + GIVE_UP_AFTER_MS));
    const accepting = throttled('a', 90, { acceptedMs: NOW + 30_000 });
    const [accepted] = planRetries(tried?.batch ?? batch, [accepting], later);
    expect(accepted?.batch.giveUpAt).toEqual(new Date(NOW + 60_000 + GIVE_UP_AFTER_MS));
  });

  it('derives ids that stay short, and differ', () => {
    let last = batch;
    const ids = new Set<string>();
    for (let time = 0; time < 500; time += 1) {
      last = planRetries(last, [failed('a')], TIME)[0]?.batch ?? batch;
      ids.add(last.id);
    }
    expect(ids.size).toBe(500);
    expect(Math.max(...[...ids].map(({ length }) => length))).toBeLessThanOrEqual(128);
    expect(planRetries(last, [failed('a'), lost('b', 'x')], TIME).map(({ batch: { id } }) => id)).toEqual(
      planRetries(last, [failed('a'), lost('b', 'x')], TIME).map(({ batch: { id } }) => id),
    );
  });

  it('keeps the places of a rate apart, exact, and remembers what a batch waits for', () => {
    const slot = { isSlot: true } as const;
    const waiting = [throttled('a', 3, slot), throttled('b', 6, slot), throttled('c', 3, slot), throttled('d', 7)];
    const retries = planRetries(batch, waiting, TIME);
    expect(
      retries.map(({ batch: { contactIds, slotAt, throttledBy }, dueAt }) => [contactIds, slotAt, throttledBy, dueAt]),
    ).toEqual([
      [['a', 'c'], new Date(NOW + 3_000), 'firebase d', new Date(NOW + 3_000)],
      [['b'], new Date(NOW + 6_000), 'firebase d', new Date(NOW + 6_000)],
      [['d'], null, 'firebase d', new Date(NOW + 7_000)],
    ]);
    const [again] = planRetries(retries[0]?.batch ?? batch, [failed('a')], TIME);
    expect(again?.batch).toMatchObject({ slotAt: null, throttledBy: null });
  });

  it('keeps only the visitors that are retried, with their values', () => {
    const visitors = ['a', 'b', 'c'].map((id) => ({ guid: `guid of ${id}`, values: new Map([['name', id]]) }));
    const [retry] = planRetries({ ...batch, range: null, visitors, lane: 'visitor' }, [failed('b')], TIME);
    expect(retry?.batch).toMatchObject({
      visitors: [visitors[1]],
      contactIds: ['b'],
      lane: 'visitor',
      number: 3,
      startTag: 45,
    });
  });

  it('never tries again earlier than our own pause, whatever was asked for, nor later than the end', () => {
    const [soon] = planRetries({ ...batch, attempt: 4 }, [failed('a', 0), failed('b', 1), failed('c')], TIME);
    expect(soon?.batch.contacts).toBe(3);
    expect(soon?.dueAt.getTime()).toBeGreaterThanOrEqual(NOW + 80_000);
    const end = new Date(NOW + 60_000);
    expect(planRetries({ ...batch, attempt: 4, expiresAt: end }, [failed('a')], TIME)[0]?.dueAt).toEqual(end);
    expect(planRetries({ ...batch, attempt: 4, giveUpAt: end }, [failed('a')], TIME)[0]?.dueAt).toEqual(end);
  });

  it('leaves an attempt for shortly before the end when a longer pause was asked for', () => {
    const end = new Date(NOW + 60_000);
    const last = new Date(NOW + 54_000);
    expect(planRetries({ ...batch, expiresAt: end }, [failed('a', 3_000)], TIME)[0]?.dueAt).toEqual(last);
    expect(planRetries({ ...batch, giveUpAt: end }, [throttled('a', 3_000)], TIME)[0]?.dueAt).toEqual(last);
  });

  it('repeats each call whose response was lost in a batch of its own, without counting a failure', () => {
    const retries = planRetries({ ...batch, attempt: 3 }, [lost('a', 'x'), lost('b', 'y'), lost('c', 'x')], TIME);
    expect(
      retries.map(({ batch: { contactIds, attempt, lostResponses } }) => [contactIds, attempt, lostResponses]),
    ).toEqual([
      [['a', 'c'], 3, 1],
      [['b'], 3, 1],
    ]);
  });

  it('says what each batch waits for, and counts each of its contacts once', () => {
    const retries = planRetries(batch, [failed('a'), failed('b'), throttled('c', 5), lost('d', 'x')], TIME);
    expect(retries.map(({ batch: { waitingFor } }) => waitingFor)).toEqual([
      [{ ...REASON, contacts: 2 }],
      [{ service: 'firebase', status: null, code: 'throttled', contacts: 1 }],
      [{ ...REASON, contacts: 1 }],
    ]);
    const [handedBack] = planRetries(retries[0]?.batch ?? batch, [[contact('a'), { kind: 'unsent' }]], TIME);
    expect(handedBack?.batch.waitingFor).toEqual([]);
  });

  it('keeps few of many reasons, and counts the contacts of the others together', () => {
    const many = Array.from({ length: 50 }, (_, index): Unsettled => {
      const reason = { service: `service ${index}`, status: 500, code: 'unavailable' };
      return [
        contact(`c${index}`),
        { kind: 'temporary', cause: 'unavailable', message: 'm', reason, retryAfterSeconds: 1 },
      ];
    });
    const [retry] = planRetries(batch, [failed('a'), failed('b'), ...many], TIME);
    const waitingFor = retry?.batch.waitingFor ?? [];
    expect(waitingFor).toHaveLength(8);
    expect(waitingFor[0]).toEqual({ ...REASON, contacts: 2 });
    expect(waitingFor.at(-1)).toEqual({ service: null, status: null, code: 'other', contacts: 44 });
  });

  it('hands back at once, as it was, what was not sent', () => {
    const [rest] = planRetries(batch, [[contact('a'), { kind: 'unsent' }]], TIME);
    expect(rest?.dueAt.getTime()).toBe(NOW);
    expect(rest?.batch).toMatchObject({ attempt: 0, lostResponses: 0, giveUpAt: null, contactIds: ['a'] });
  });
});
