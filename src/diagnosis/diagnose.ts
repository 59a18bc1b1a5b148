import type { DeliveryOfMessage } from '../deliveries/ledger/contact-deliveries.reader.js';
import { rankOf } from './causes.js';
import { diagnoseBatches } from './diagnose-batches.js';
import { diagnoseEvents } from './diagnose-events.js';
import { type Diagnosis, type DiagnosedContact, type DiagnosisFacts, toDiagnosis } from './facts.js';

/** History events are kept for 30 days. */
const HISTORY_MS = 30 * 86_400_000;

/**
 * Says why a contact did or did not get a message. An event decides before what waits, and what waits before
 * what is known of the contact and the sends.
 */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  const known = [...diagnoseEvents(facts), ...diagnoseBatches(facts)];
  return findBest(known) ?? diagnoseAbsence(facts);
}

/** The diagnosis that is nearest to the visitor; the first of several. */
export function findBest<T extends Pick<Diagnosis, 'cause'>>(diagnoses: readonly T[]): T | undefined {
  return diagnoses.toSorted((one, other) => rankOf(one.cause) - rankOf(other.cause))[0];
}

/** Nothing was recorded, and nothing waits. */
function diagnoseAbsence(facts: DiagnosisFacts): Diagnosis {
  const { contact, deliveries, isSent } = facts;
  if (!isSent) return toDiagnosis('not-sent');
  if (deliveries.length === 0) return toDiagnosis('not-addressed');
  if (!contact.isActive) return diagnoseInactive(contact);
  const found = deliveries.map((delivery) => diagnoseDelivery(delivery, facts));
  return findBest(found) ?? toDiagnosis('not-recorded');
}

function diagnoseInactive({ unsubscribedAt, modified }: DiagnosedContact): Diagnosis {
  if (unsubscribedAt !== null) return toDiagnosis('unsubscribed', { since: unsubscribedAt });
  return toDiagnosis('pruned', { since: modified });
}

function diagnoseDelivery(delivery: DeliveryOfMessage, { contact, nowMs }: DiagnosisFacts): Diagnosis {
  const { state, startedAt, finishedAt } = delivery;
  if (state === 'cancelled') return toDiagnosis('cancelled', { since: finishedAt });
  if (state !== 'done' && startedAt.getTime() > nowMs) return toDiagnosis('scheduled', { until: startedAt });
  if (state === 'planning') return toDiagnosis('not-planned-yet');
  const { registeredAt, modified } = contact;
  if (isBehindPlan(delivery, contact) || (registeredAt ?? modified) > startedAt)
    return toDiagnosis('registered-later', { since: registeredAt ?? modified });
  if (finishedAt !== null && nowMs - finishedAt.getTime() > HISTORY_MS) return toDiagnosis('history-expired');
  // Active now, and found by no plan then: it has come back.
  if (modified > startedAt) return toDiagnosis('registered-later', { since: modified });
  return toDiagnosis('not-recorded');
}

/** The plan of a domain ends behind the last contact that it has, and ids grow with the time. */
function isBehindPlan({ kind, plannedUpTo }: DeliveryOfMessage, { id }: DiagnosedContact): boolean {
  return kind === 'domain' && id > plannedUpTo;
}
