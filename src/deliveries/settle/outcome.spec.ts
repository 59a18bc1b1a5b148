import { readOutcomes } from '../../messages/outcome-counts.js';
import { addCounts, countEvents, isGone, NO_COUNTS, type Outcome, toSendEvent } from './outcome.js';

const DATE = new Date('2026-01-01T00:00:00Z');
const contact = { id: 'c1', domain: 'd', deviceToken: 't', email: null, visitorGuid: null, subscription: null };
const reason = { service: 'firebase', status: 5, code: 'unavailable' };
const temporary = { reason, kind: 'temporary', message: 'later', retryAfterSeconds: undefined } as const;
const THROTTLED = {
  kind: 'throttled',
  untilMs: 0,
  throttledBy: 'firebase d',
  service: 'firebase',
  code: 'throttled',
  isSlot: false,
  acceptedMs: null,
} as const;
const FINAL = { pushService: 'updates.push.services.mozilla.com', date: DATE };

const ALL: readonly [Outcome, number, number, string | null][] = [
  [{ kind: 'delivered' }, 0, 0, null],
  [{ kind: 'gone', message: 'gone', reason }, 4, 1, 'gone'],
  [{ kind: 'refused', message: 'no', reason }, 4, 2, 'no'],
  [{ ...temporary, cause: 'limits' }, 5, 3, 'later'],
  [{ ...temporary, cause: 'unavailable' }, 5, 2, 'later'],
  [{ ...temporary, cause: 'call-failed' }, 3, 0, 'later'],
  [THROTTLED, 5, 3, 'The push service kept asking for a pause'],
  [
    { kind: 'unknown', callId: 'x', message: 'lost', reason, retryAfterSeconds: undefined },
    3,
    0,
    'lost; it may have been delivered',
  ],
  [{ kind: 'expired' }, 3, 0, 'The time to live was over before it could be sent'],
];

describe('toSendEvent', () => {
  it.each(ALL)('returns, for %j, an event of type %i and sub-type %i', (outcome, type, subType, errorMessage) => {
    expect(toSendEvent(contact, { ...FINAL, outcome })).toMatchObject({
      contactId: 'c1',
      deviceToken: 't',
      date: DATE,
      type,
      subType,
      errorMessage,
      descriptor: null,
    });
  });

  it('names a refusal for the VAPID key, and no other refusal', () => {
    const refused = (code: string): Outcome => ({ kind: 'refused', message: 'no', reason: { ...reason, code } });
    expect(toSendEvent(contact, { ...FINAL, outcome: refused('wrong-key') })).toMatchObject({
      subType: 2,
      descriptor: 'wrong key',
    });
    expect(toSendEvent(contact, { ...FINAL, outcome: refused('too-large') })).toMatchObject({
      subType: 2,
      descriptor: null,
    });
  });
});

describe('countEvents', () => {
  it('counts every event as sent, and delivered and gone as billable', () => {
    const events = ALL.map(([outcome]) => toSendEvent(contact, { ...FINAL, outcome }));
    expect(countEvents(events)).toMatchObject({
      sent: 9,
      delivered: 1,
      notDelivered: 8,
      billableSends: 2,
      wrongKey: 0,
    });
    expect(events.filter(isGone)).toHaveLength(1);
    const wrongKey: Outcome = { kind: 'refused', message: 'no', reason: { ...reason, code: 'wrong-key' } };
    expect(countEvents([toSendEvent(contact, { ...FINAL, outcome: wrongKey })])).toMatchObject({
      notDelivered: 1,
      wrongKey: 1,
    });
  });
});

describe('outcomes by push service and reason', () => {
  it('are of who accepted or failed, and of nobody where nobody was asked', () => {
    const events = ALL.map(([outcome]) => toSendEvent(contact, { ...FINAL, outcome }));
    expect(events.map(({ pushService, reason: why }) => [pushService, why])).toEqual([
      ['updates.push.services.mozilla.com', null],
      ...Array.from({ length: 5 }, () => ['firebase', 'unavailable']),
      ['firebase', 'throttled'],
      ['firebase', 'unavailable'],
      [null, 'expired'],
    ]);
    expect(readOutcomes(countEvents(events).outcomes)).toEqual([
      { pushService: 'firebase', reason: 'unavailable', contacts: 6 },
      { pushService: 'updates.push.services.mozilla.com', reason: null, contacts: 1 },
      { pushService: 'firebase', reason: 'throttled', contacts: 1 },
      { pushService: null, reason: 'expired', contacts: 1 },
    ]);
  });

  it('are of a closed set of reasons', () => {
    const lost = (code: string): Outcome => ({
      kind: 'unknown',
      callId: 'x',
      message: 'lost',
      reason: { service: 'PushApi', status: null, code },
      retryAfterSeconds: undefined,
    });
    const reasons = ['ECONNRESET', 'EXOTIC_1', 'EXOTIC_2', 'cut-off'].map(
      (code) => toSendEvent(contact, { ...FINAL, outcome: lost(code) }).reason,
    );
    expect(reasons).toEqual(['ECONNRESET', 'UNKNOWN', 'UNKNOWN', 'cut-off']);
  });

  it('leave out events of a version that recorded neither', () => {
    const event = { ...toSendEvent(contact, { ...FINAL, outcome: { kind: 'delivered' } }), pushService: null };
    expect(countEvents([event])).toMatchObject({ sent: 1, delivered: 1, outcomes: {} });
    expect(addCounts(countEvents([event]), NO_COUNTS)).toEqual(countEvents([event]));
  });
});
