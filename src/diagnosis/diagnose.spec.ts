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
  return { id: 'c5', isActive: true, unsubscribedAt: null, renewedAt: null, ...times, ...change };
}

function event(type: ContactEvent['type'], change: Partial<ContactEvent> = {}): ContactEvent {
  const texts = { messageId: 'm', descriptor: null, errorMessage: null, pushService: FCM, reason: null };
  return { id: 'e', at: minutes(-10), type, subType: 0, ...texts, ...change };
}

function delivery(change: Partial<DeliveryOfMessage> = {}): DeliveryOfMessage {
  const plan = { plannedUpTo: 'c9', batches: 1, expiresAt: null, startedAt: minutes(-20), finishedAt: minutes(-9) };
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
  const ofMessage = { nowMs: NOW, isSent: true, insertedAt: minutes(-30), isEverySendKnown: true };
  return { contact: contact(), pushService: FCM, ...none, ...ofMessage, ...change };
}

const sending = delivery({ state: 'sending', finishedAt: null });
const GONE = event(4, { subType: 1, reason: 'gone' });
const PRUNED = contact({ isActive: false, modified: minutes(-10) });
const LEFT = contact({ isActive: false, modified: minutes(-30), unsubscribedAt: minutes(-30) });

const list = delivery({ kind: 'visitors', plannedUpTo: '' });
const planning = delivery({ state: 'planning', finishedAt: null });
const cancelled = delivery({ state: 'cancelled' });
const cancelledBefore = delivery({ state: 'cancelled', startedAt: minutes(60) });
const ofLongAgo = delivery({ startedAt: minutes(-50_000), finishedAt: minutes(-49_000) });
const LONG_KNOWN = { registeredAt: minutes(-90_000), modified: minutes(-90_000) };

function leftAt(time: number): DiagnosedContact {
  return contact({ ...LONG_KNOWN, isActive: false, modified: minutes(time), unsubscribedAt: minutes(time) });
}

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
  [
    'a quota of Firebase',
    'throttled',
    { pushService: 'firebase', deliveries: [sending], batches: [waiting('quota-exceeded', 'firebase')] },
  ],
  [
    'a reason of another push service alone',
    'waiting',
    { deliveries: [sending], batches: [waiting('throttled', 'other')] },
    { pushService: FCM, reason: null },
  ],
  [
    'a failure of the whole call',
    'waiting',
    {
      deliveries: [sending],
      batches: [
        batch({
          waitingFor: [
            { service: 'other', status: 429, code: 'limits', contacts: 9 },
            { service: 'PushApi', status: null, code: 'ECONNREFUSED', contacts: 1 },
          ],
        }),
      ],
    },
    { pushService: 'PushApi', reason: 'ECONNREFUSED' },
  ],
  [
    'a time to live that nobody has looked at',
    'waiting',
    { deliveries: [delivery({ ...sending, expiresAt: minutes(-2) })], batches: [batch({ dueAt: minutes(-9) })] },
    { until: minutes(-2) },
  ],
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
    { deliveries: [delivery({ state: 'planning', plannedUpTo: 'c1', finishedAt: null, expiresAt: minutes(-3) })] },
    { since: minutes(-20), until: minutes(-3) },
  ],
  ['a list that arrives', 'not-planned-yet', { batches: [batch({ state: 'received', dueAt: null })] }],
  [
    'gone, kept, and changed since in another way',
    'gone-not-pruned',
    { events: [GONE], contact: contact({ modified: minutes(-2), renewedAt: minutes(-50) }) },
  ],
  [
    'gone, kept, and left since',
    'gone-not-pruned',
    { events: [GONE], contact: contact({ ...LEFT, unsubscribedAt: minutes(-1) }) },
    { since: minutes(-10) },
  ],
  [
    'gone, registered again, and left since',
    'pruned',
    { events: [GONE], contact: contact({ ...LEFT, unsubscribedAt: minutes(-1), renewedAt: minutes(-5) }) },
    { since: minutes(-10) },
  ],
  [
    'gone as an older version recorded it, and changed since',
    'registered-again',
    { events: [event(4, { subType: 1 })], contact: contact({ modified: minutes(-2) }) },
  ],
  ['gone, and about to be pruned', 'gone-not-pruned', { events: [GONE] }, { reason: 'gone', pushService: FCM }],
  ['gone, and registered again', 'registered-again', { events: [GONE], contact: contact({ renewedAt: minutes(-2) }) }],
  ['gone', 'pruned', { events: [GONE], contact: PRUNED }, { since: minutes(-10), reason: 'gone' }],
  ['pruned before the message', 'pruned', { contact: PRUNED, batches: [batch()] }, { since: minutes(-10) }],
  ['left before the message', 'unsubscribed', { contact: LEFT }, { since: minutes(-30) }],
  ['left, and gone after', 'unsubscribed', { contact: LEFT, events: [GONE] }, { since: minutes(-30) }],
  ['left before a plan of nobody', 'unsubscribed', { contact: LEFT, deliveries: [delivery({ plannedUpTo: '' })] }],
  ['left during the send', 'unsubscribed', { contact: leftAt(-15) }, { since: minutes(-15) }],
  ['left while it is planned', 'unsubscribed', { contact: leftAt(-1), deliveries: [planning] }],
  ['left before a later cancellation', 'unsubscribed', { contact: LEFT, deliveries: [cancelled] }],
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
  ['cancelled, and left afterwards', 'cancelled', { contact: leftAt(-2), deliveries: [cancelled] }],
  [
    'cancelled before its time, and left afterwards',
    'cancelled',
    { contact: leftAt(-2), deliveries: [cancelledBefore] },
  ],
  [
    'registered after the send, and left',
    'registered-later',
    { contact: contact({ ...LEFT, registeredAt: minutes(-5), unsubscribedAt: minutes(-1) }) },
    { since: minutes(-5) },
  ],
  [
    'came back after the send, and left',
    'registered-later',
    { contact: contact({ ...LEFT, renewedAt: minutes(-5), unsubscribedAt: minutes(-1) }) },
    { since: minutes(-5) },
  ],
  ['a return after a list', 'registered-later', { deliveries: [list], contact: contact({ renewedAt: minutes(-2) }) }],
  ['another change after a list', 'not-recorded', { deliveries: [list], contact: contact({ modified: minutes(-2) }) }],
  ['left after the send', 'not-recorded', { contact: leftAt(-2) }],
  ['other visitors', 'not-addressed', { deliveries: [] }],
  ['other visitors, and left', 'not-addressed', { deliveries: [], contact: leftAt(-1) }],
  ['sends that are no longer known', 'not-recorded', { deliveries: [], isEverySendKnown: false }],
  ['left since, of such sends', 'not-recorded', { deliveries: [], isEverySendKnown: false, contact: leftAt(-1) }],
  ['left before, of such sends', 'unsubscribed', { deliveries: [], isEverySendKnown: false, contact: leftAt(-40) }],
  [
    'sends of long ago that are no longer known',
    'history-expired',
    { deliveries: [], isEverySendKnown: false, insertedAt: minutes(-50_000) },
  ],
  ['a send of long ago, and left since', 'history-expired', { deliveries: [ofLongAgo], contact: leftAt(-1) }],
  ['a slow send of long ago, and left in it', 'history-expired', { deliveries: [ofLongAgo], contact: leftAt(-49_500) }],
  [
    'a cancelled send of long ago',
    'history-expired',
    { deliveries: [delivery({ ...ofLongAgo, state: 'cancelled' })], contact: contact(LONG_KNOWN) },
  ],
  ['left before a send of long ago', 'unsubscribed', { deliveries: [ofLongAgo], contact: leftAt(-55_000) }],
  ['nobody', 'not-sent', { deliveries: [], isSent: false }],
  [
    'a send of long ago',
    'history-expired',
    {
      deliveries: [ofLongAgo],
      contact: contact(LONG_KNOWN),
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
