import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import { GIVE_UP_AFTER_MS, MAX_ATTEMPTS } from './batch.job.js';
import type { Batch } from './batches.repository.js';
import type { Outcome } from './outcome.js';
import { asksForRetry, planRetries, type Unsettled } from './retries.js';

const NOW = Date.UTC(2026, 0, 1);

const batch: Batch = {
  id: 'delivery:3',
  deliveryId: 'delivery',
  messageId: 'message',
  domain: 'd',
  number: 3,
  turn: 45,
  lane: 'broadcast',
  range: { afterId: '', upToId: 'z' },
  visitors: null,
  contactIds: null,
  contacts: 100,
  attempt: 0,
  expiresAt: null,
  giveUpAt: null,
};

function contact(id: string): ContactToReach {
  return { id, deviceToken: id, visitorGuid: `guid of ${id}`, subscription: null };
}

function failed(id: string, retryAfterSeconds?: number): Unsettled {
  return [contact(id), { kind: 'temporary', cause: 'limits', message: 'm', retryAfterSeconds }];
}

function braked(id: string, seconds: number): Unsettled {
  return [contact(id), { kind: 'braked', untilMs: NOW + seconds * 1_000 }];
}

describe('asksForRetry', () => {
  const temporary: Outcome = failed('a')[1];
  const brakedOutcome: Outcome = braked('a', 5)[1];

  it.each<[string, Partial<Batch>, Outcome, boolean]>([
    ['a temporary failure', {}, temporary, true],
    ['the last attempt but one', { attempt: MAX_ATTEMPTS - 1 }, temporary, true],
    ['the last attempt', { attempt: MAX_ATTEMPTS }, temporary, false],
    ['a brake after the last attempt', { attempt: MAX_ATTEMPTS }, brakedOutcome, true],
    ['a failure before the end', { giveUpAt: new Date(NOW + 1) }, temporary, true],
    ['a failure at the end', { giveUpAt: new Date(NOW) }, temporary, false],
    ['a brake at the end', { giveUpAt: new Date(NOW) }, brakedOutcome, false],
    ['a delivery', {}, { kind: 'delivered' }, false],
    ['one that is gone', {}, { kind: 'gone', message: 'm' }, false],
    ['one that is refused', {}, { kind: 'refused', message: 'm' }, false],
    ['one whose time is over', {}, { kind: 'expired' }, false],
  ])('answers for %s', (_, change, outcome, expected) => {
    expect(asksForRetry({ ...batch, ...change }, [contact('a'), outcome], NOW)).toBe(expected);
  });
});

describe('planRetries', () => {
  it('plans nothing for nobody', () => {
    expect(planRetries(batch, [], NOW)).toEqual([]);
  });

  it('makes a batch of its own for each pause, with ids that follow from the batch', () => {
    const retries = planRetries(
      batch,
      [failed('a'), failed('b', 30), failed('c', 3_000), failed('d', 25), failed('e')],
      NOW,
    );
    expect(retries.map(({ batch: { id, contactIds, contacts } }) => [id, contactIds, contacts])).toEqual([
      ['delivery:3.0', ['a', 'e'], 2],
      ['delivery:3.1', ['b', 'd'], 2],
      ['delivery:3.2', ['c'], 1],
    ]);
    const [backoff = 0, half = 0, long = 0] = retries.map(({ dueAt }) => (dueAt.getTime() - NOW) / 1_000);
    expect(backoff).toBeGreaterThanOrEqual(5);
    expect(backoff).toBeLessThanOrEqual(6);
    // Never before the longest pause that one of them was asked for.
    expect(half).toBeGreaterThanOrEqual(30);
    expect(half).toBeLessThanOrEqual(36);
    expect(long).toBeGreaterThanOrEqual(3_000);
    expect(long).toBeLessThanOrEqual(3_600);
    expect(planRetries(retries[0]?.batch ?? batch, [failed('a')], NOW)[0]?.batch.id).toBe('delivery:3.0.0');
  });

  it('counts an attempt for who has failed, not for who was not tried, and keeps them apart', () => {
    const [one, other] = planRetries({ ...batch, attempt: 4 }, [failed('a', 10), braked('b', 10)], NOW);
    expect([one?.batch.attempt, other?.batch.attempt]).toEqual([5, 4]);
    expect([one?.batch.contactIds, other?.batch.contactIds]).toEqual([['a'], ['b']]);
    expect(other?.dueAt.getTime()).toBeGreaterThanOrEqual(NOW + 10_000);
  });

  it('fixes the end at the first failure', () => {
    const [first] = planRetries(batch, [failed('a')], NOW);
    expect(first?.batch.giveUpAt).toEqual(new Date(NOW + GIVE_UP_AFTER_MS));
    const [second] = planRetries(first?.batch ?? batch, [failed('a')], NOW + 60_000);
    expect(second?.batch.giveUpAt).toEqual(first?.batch.giveUpAt);
  });

  it('keeps of a list those visitors alone that are tried again, with their values', () => {
    const visitors = ['a', 'b', 'c'].map((id) => ({ guid: `guid of ${id}`, values: new Map([['name', id]]) }));
    const [retry] = planRetries({ ...batch, range: null, visitors, lane: 'visitor' }, [failed('b')], NOW);
    expect(retry?.batch).toMatchObject({
      visitors: [visitors[1]],
      contactIds: ['b'],
      lane: 'visitor',
      number: 3,
      turn: 45,
    });
  });
});
