import type { BatchOfContact, DeliveryOfMessage } from '../deliveries/ledger/contact-deliveries.reader.js';
import type { ContactEvent } from '../events/contact-history.reader.js';
import { DIAGNOSIS_CAUSES, type DiagnosisCause } from './causes.js';
import { diagnose } from './diagnose.js';
import type { DiagnosedContact, Diagnosis, DiagnosisFacts } from './facts.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const FCM = 'fcm.googleapis.com';

function minutes(count: number): Date {
  return new Date(NOW + count * 60_000);
}

function contact(change: Partial<DiagnosedContact> = {}): DiagnosedContact {
  const times = { registeredAt: minutes(-9_000), modified: minutes(-9_000) };
  return { id: 'c5', isActive: true, unsubscribedAt: null, ...times, ...change };
}

function event(type: ContactEvent['type'], change: Partial<ContactEvent> = {}): ContactEvent {
  const texts = { messageId: 'm', descriptor: null, errorMessage: null, pushService: FCM, reason: null };
  return { id: 'e', at: minutes(-10), type, subType: 0, ...texts, ...change };
}

function delivery(change: Partial<DeliveryOfMessage> = {}): DeliveryOfMessage {
  const plan = { plannedUpTo: 'c9', batches: 1, startedAt: minutes(-20), finishedAt: minutes(-9) };
  return { id: 'd', kind: 'domain', state: 'done', ...plan, ...change };
}

function batch(change: Partial<BatchOfContact> = {}): BatchOfContact {
  return { deliveryId: 'd', state: 'pending', isCancelled: false, dueAt: minutes(5), waitingFor: [], ...change };
}

function waiting(code: string, service: string | null = FCM): BatchOfContact {
  return batch({ waitingFor: [{ service, status: 429, code, contacts: 3 }] });
}

function facts(change: Partial<DiagnosisFacts> = {}): DiagnosisFacts {
  const none = { events: [], deliveries: [delivery()], batches: [] };
  return { nowMs: NOW, contact: contact(), pushService: FCM, ...none, isSent: true, isBreakerOpen: false, ...change };
}

const sending = delivery({ state: 'sending', finishedAt: null });
const GONE = event(4, { subType: 1, reason: 'gone' });
const PRUNED = contact({ isActive: false, modified: minutes(-10) });
const LEFT = contact({ isActive: false, modified: minutes(-30), unsubscribedAt: minutes(-30) });

const CASES: readonly [string, DiagnosisCause, Partial<DiagnosisFacts>, Partial<Diagnosis>?][] = [
  ['a click', 'clicked', { events: [event(0), event(1), event(2, { at: minutes(-3) })] }, { since: minutes(-3) }],
  ['a click on an action', 'clicked', { events: [event(0), event(6, { descriptor: 'buy' })] }],
  ['a dismissal', 'dismissed', { events: [event(0), event(1), event(7)] }],
  ['a receipt', 'received', { events: [event(1), event(0)] }],
  ['a receipt that came before the outcome', 'received', { events: [event(1)], batches: [batch()] }],
  ['an outcome delivered', 'delivered', { events: [event(0)] }, { since: minutes(-10), pushService: FCM }],
  ['delivered by one send, refused by another', 'delivered', { events: [event(4, { subType: 2 }), event(0)] }],
  ['an outcome of an older version', 'delivered', { events: [event(0, { pushService: null })] }, { pushService: FCM }],
  [
    'a response that was lost',
    'unknown-outcome',
    { events: [event(3, { errorMessage: 'ECONNRESET; it may have been delivered', reason: 'ECONNRESET' })] },
    { reason: 'ECONNRESET' },
  ],
  [
    'a pause of the push service',
    'throttled',
    { deliveries: [sending], batches: [waiting('throttled')] },
    { until: minutes(5), pushService: FCM, reason: 'throttled' },
  ],
  ['a 429 of its own', 'throttled', { deliveries: [sending], batches: [waiting('limits')] }],
  ['a quota of Firebase', 'throttled', { deliveries: [sending], batches: [waiting('quota-exceeded', 'firebase')] }],
  ['a rate', 'paced', { deliveries: [sending], batches: [waiting('rate-per-minute', null)] }, { pushService: null }],
  [
    'another failure',
    'waiting',
    { deliveries: [sending], batches: [waiting('unavailable')] },
    { reason: 'unavailable' },
  ],
  ['no attempt yet', 'waiting', { deliveries: [sending], batches: [batch({ dueAt: minutes(-1) })] }, { until: null }],
  [
    'a retry among the done ones',
    'waiting',
    { deliveries: [sending], batches: [batch({ state: 'done', dueAt: null }), waiting('unavailable')] },
  ],
  [
    'the reason of its own push service',
    'throttled',
    {
      deliveries: [sending],
      batches: [
        batch({
          waitingFor: [
            { service: 'other', status: 503, code: 'unavailable', contacts: 9 },
            { service: FCM, status: 429, code: 'limits', contacts: 1 },
          ],
        }),
      ],
    },
  ],
  [
    'a later plan',
    'scheduled',
    { deliveries: [delivery({ state: 'planning', startedAt: minutes(60), finishedAt: null })] },
    { until: minutes(60) },
  ],
  [
    'a later batch',
    'scheduled',
    { deliveries: [delivery({ ...sending, startedAt: minutes(60) })], batches: [batch({ dueAt: minutes(60) })] },
    { until: minutes(60) },
  ],
  [
    'a plan that goes on',
    'not-planned-yet',
    { deliveries: [delivery({ state: 'planning', plannedUpTo: 'c1', finishedAt: null })] },
  ],
  ['a list that arrives', 'not-planned-yet', { batches: [batch({ state: 'received', dueAt: null })] }],
  ['gone, and the breaker is open', 'gone-not-pruned', { events: [GONE], isBreakerOpen: true }],
  ['gone, and about to be pruned', 'gone-not-pruned', { events: [GONE] }, { reason: 'gone', pushService: FCM }],
  ['gone, and registered again', 'registered-again', { events: [GONE], contact: contact({ modified: minutes(-2) }) }],
  ['gone', 'pruned', { events: [GONE], contact: PRUNED }, { since: minutes(-10), reason: 'gone' }],
  ['pruned before the message', 'pruned', { contact: PRUNED, batches: [batch()] }, { since: minutes(-10) }],
  ['left before the message', 'unsubscribed', { contact: LEFT }, { since: minutes(-30) }],
  ['left, and gone before', 'unsubscribed', { contact: LEFT, events: [GONE] }],
  ['a wrong key', 'wrong-key', { events: [event(4, { subType: 2, descriptor: 'wrong key', reason: 'wrong-key' })] }],
  ['a wrong key of an older version', 'wrong-key', { events: [event(4, { subType: 2, descriptor: 'wrong key' })] }],
  ['a large message', 'message-too-large', { events: [event(4, { subType: 2, reason: 'too-large' })] }],
  ['a long link', 'link-too-long', { events: [event(4, { subType: 2, reason: 'link-too-long', pushService: null })] }],
  ['another refusal', 'refused-by-push-service', { events: [event(4, { subType: 2, reason: 'refused' })] }],
  ['limits until the end', 'outside-of-limits', { events: [event(5, { subType: 3, reason: 'limits' })] }],
  ['failures until the end', 'push-service-unavailable', { events: [event(5, { subType: 2, reason: 'unavailable' })] }],
  ['PushApi away until the end', 'push-api-unavailable', { events: [event(3, { reason: 'ECONNREFUSED' })] }],
  [
    'a time to live that was over',
    'expired',
    {
      events: [
        event(3, {
          errorMessage: 'The time to live was over before it could be sent',
          reason: 'expired',
          pushService: null,
        }),
      ],
    },
    { pushService: null, reason: 'expired' },
  ],
  ['a cancelled send', 'cancelled', { deliveries: [delivery({ state: 'cancelled' })], batches: [batch()] }],
  [
    'a cancelled batch that was begun',
    'cancelled',
    { deliveries: [delivery({ state: 'cancelled' })], batches: [batch({ isCancelled: true })] },
  ],
  ['an id behind the plan', 'registered-later', { deliveries: [delivery({ plannedUpTo: 'c4' })] }],
  ['a plan of nobody', 'registered-later', { deliveries: [delivery({ plannedUpTo: '' })] }],
  [
    'a registration after the send',
    'registered-later',
    { contact: contact({ registeredAt: minutes(-1) }) },
    { since: minutes(-1) },
  ],
  [
    'a return after the send',
    'registered-later',
    { contact: contact({ modified: minutes(-2) }) },
    { since: minutes(-2) },
  ],
  ['other visitors', 'not-addressed', { deliveries: [] }],
  ['nobody', 'not-sent', { deliveries: [], isSent: false }],
  [
    'a send of long ago',
    'history-expired',
    {
      deliveries: [delivery({ startedAt: minutes(-50_000), finishedAt: minutes(-49_000) })],
      contact: contact({ registeredAt: minutes(-60_000), modified: minutes(-60_000) }),
    },
  ],
  ['no trace', 'not-recorded', {}],
];

describe('diagnose', () => {
  it.each(CASES)('%s: %s', (_name, cause, change, known = {}) => {
    expect(diagnose(facts(change))).toMatchObject({ cause, ...known });
  });

  it('has a case for every cause but that of a contact that is not found', () => {
    const tried = new Set(CASES.map(([, cause]) => cause));
    expect(DIAGNOSIS_CAUSES.filter((cause) => !tried.has(cause))).toEqual(['never-a-contact']);
  });
});
