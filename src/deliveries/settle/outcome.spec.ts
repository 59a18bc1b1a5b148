import { readOutcomes } from '../../messages/outcome-counts.js';
import { UNTRIED } from '../ledger/batch.js';
import type { BatchHistory } from './last-attempt.js';
import {
  addCounts,
  countEvents,
  isExpired,
  isGone,
  mayHaveArrived,
  NO_COUNTS,
  type Outcome,
  toSendEvent,
} from './outcome.js';

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
  [{ kind: 'expired', history: UNTRIED }, 3, 0, 'The time to live was over before it could be sent'],
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

describe('whose time to live is over keeps the reason of the last attempt', () => {
  const MOZILLA = FINAL.pushService;
  const waits = (service: string | null, status: number | null, code: string): BatchHistory['waitingFor'][number] => ({
    ...{ service, status, code },
    contacts: 3,
  });
  const tried = (...waitingFor: BatchHistory['waitingFor']): BatchHistory => ({ ...UNTRIED, attempt: 2, waitingFor });
  const end = (history: BatchHistory): ReturnType<typeof toSendEvent> =>
    toSendEvent(contact, { ...FINAL, outcome: { kind: 'expired', history } });

  it.each<readonly [string, BatchHistory, readonly [number, number], readonly [string | null, string]]>([
    ['PushApi has refused', tried(waits('PushApi', 400, 'refused')), [3, 0], ['PushApi', 'refused']],
    ['PushApi was not reached', tried(waits('PushApi', null, 'ECONNREFUSED')), [3, 0], ['PushApi', 'ECONNREFUSED']],
    ['its push service was down', tried(waits(MOZILLA, 503, 'unavailable')), [5, 2], [MOZILLA, 'unavailable']],
    ['its push service asked for a pause', tried(waits(MOZILLA, 429, 'limits')), [5, 3], [MOZILLA, 'limits']],
    ['Firebase did', tried(waits('firebase', 3, 'quota-exceeded')), [5, 3], ['firebase', 'quota-exceeded']],
    [
      'several have failed, its own with this',
      tried(waits('firebase', 5, 'unavailable'), waits(MOZILLA, 429, 'limits')),
      [5, 3],
      [MOZILLA, 'limits'],
    ],
    [
      'its push service refuses the domain',
      { ...UNTRIED, waitingFor: [waits(MOZILLA, null, 'throttled')] },
      [5, 3],
      [MOZILLA, 'throttled'],
    ],
    [
      'it was never tried, for the rate',
      { ...UNTRIED, waitingFor: [waits(null, null, 'rate-per-minute')] },
      [3, 0],
      [null, 'expired'],
    ],
    ['it was handed back since', tried(), [3, 0], ['PushApi', 'other']],
  ])('%s', (_, history, [type, subType], [pushService, why]) => {
    expect(end(history)).toMatchObject({ type, subType, pushService, reason: why });
    expect(isExpired(end(history))).toBe(why === 'expired');
    expect(mayHaveArrived(end(history))).toBe(false);
  });

  it.each([
    ['', []],
    [', whatever came afterwards', [waits(MOZILLA, 503, 'unavailable')]],
  ])('and may have got the message where a response was lost%s', (_, waitingFor) => {
    const event = end({ attempt: 1, lostResponses: 1, waitingFor });
    expect(event).toMatchObject({ type: 3, subType: 0 });
    expect(mayHaveArrived(event)).toBe(true);
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
