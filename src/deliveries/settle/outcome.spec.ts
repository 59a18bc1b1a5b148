import { countEvents, isGone, type Outcome, toSendEvent } from './outcome.js';

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
    expect(toSendEvent(contact, outcome, DATE)).toEqual({
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
    expect(toSendEvent(contact, refused('wrong-key'), DATE)).toMatchObject({ subType: 2, descriptor: 'wrong key' });
    expect(toSendEvent(contact, refused('too-large'), DATE)).toMatchObject({ subType: 2, descriptor: null });
  });
});

describe('countEvents', () => {
  it('counts every event as sent, and delivered and gone as billable', () => {
    const events = ALL.map(([outcome]) => toSendEvent(contact, outcome, DATE));
    expect(countEvents(events)).toEqual({ sent: 9, delivered: 1, notDelivered: 8, billableSends: 2, wrongKey: 0 });
    expect(events.filter(isGone)).toHaveLength(1);
    const wrongKey: Outcome = { kind: 'refused', message: 'no', reason: { ...reason, code: 'wrong-key' } };
    expect(countEvents([toSendEvent(contact, wrongKey, DATE)])).toMatchObject({ notDelivered: 1, wrongKey: 1 });
  });
});
