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
  const { deliveries, isSent } = facts;
  if (!isSent) return toDiagnosis('not-sent');
  if (deliveries.length === 0) return diagnoseUnnamed(facts);
  const found = deliveries.map((delivery) => diagnoseDelivery(delivery, facts));
  return findBest(found) ?? toDiagnosis('not-recorded');
}

/** No delivery that is known names the contact; one that was removed, or is of other software, may have. */
function diagnoseUnnamed({ contact, insertedAt, isEverySendKnown, nowMs }: DiagnosisFacts): Diagnosis {
  if (isEverySendKnown) return toDiagnosis('not-addressed');
  if (!contact.isActive && endOf(contact) <= insertedAt) return diagnoseInactive(contact);
  return toDiagnosis(isHistoryKept(insertedAt, nowMs) ? 'not-recorded' : 'history-expired');
}

function diagnoseInactive(contact: DiagnosedContact): Diagnosis {
  return toDiagnosis(contact.unsubscribedAt === null ? 'pruned' : 'unsubscribed', { since: endOf(contact) });
}

/** When an inactive contact ended. */
function endOf({ unsubscribedAt, modified }: DiagnosedContact): Date {
  return unsubscribedAt ?? modified;
}

function diagnoseDelivery(delivery: DeliveryOfMessage, { contact, nowMs }: DiagnosisFacts): Diagnosis {
  const { state, startedAt, finishedAt, expiresAt } = delivery;
  const isKept = isHistoryKept(startedAt, nowMs);
  const laterAt = findLater(delivery, contact);
  if (laterAt !== undefined) return toDiagnosis('registered-later', { since: laterAt });
  if (!contact.isActive && hasEndedBefore(contact, delivery, isKept)) return diagnoseInactive(contact);
  const isBegun = finishedAt === null ? startedAt.getTime() <= nowMs : startedAt < finishedAt;
  if (state === 'cancelled' && (isKept || !isBegun)) return toDiagnosis('cancelled', { since: finishedAt });
  if (finishedAt === null && !isBegun) return toDiagnosis('scheduled', { until: startedAt });
  if (state === 'planning') return toDiagnosis('not-planned-yet', { since: startedAt, until: expiresAt });
  if (!isKept) return toDiagnosis('history-expired');
  // Active then, a broadcast would have recorded an outcome: it has come back since.
  if (delivery.kind === 'domain' && contact.isActive && contact.modified > startedAt)
    return toDiagnosis('registered-later', { since: contact.renewedAt ?? contact.modified });
  return toDiagnosis('not-recorded');
}

/**
 * When the contact registered, or came back, if that was too late for the delivery. A plan goes on to the
 * last contact that the domain has, so until its end nobody is too late for it.
 */
function findLater(delivery: DeliveryOfMessage, contact: DiagnosedContact): Date | undefined {
  const { kind, state, startedAt, finishedAt, plannedUpTo } = delivery;
  if (state === 'planning') return undefined;
  const { id, isActive, registeredAt, renewedAt, modified } = contact;
  const registered = registeredAt ?? (isActive ? modified : null);
  const border = state === 'cancelled' && finishedAt !== null ? finishedAt : startedAt;
  const later = [renewedAt, registered].find((at) => at !== null && at > border) ?? undefined;
  // The plan of a domain ends behind the last active contact that it has, and ids grow with the time.
  const isBehindPlan = isActive && kind === 'domain' && state !== 'cancelled' && id > plannedUpTo;
  return later ?? (isBehindPlan ? (renewedAt ?? modified) : undefined);
}

/**
 * Whether the contact had ended before the delivery could come to it. Events that are no longer kept may
 * have said that it was sent to before it ended: then only an end before the beginning is sure.
 */
function hasEndedBefore(contact: DiagnosedContact, delivery: DeliveryOfMessage, isKept: boolean): boolean {
  const { startedAt, finishedAt } = delivery;
  const end = endOf(contact);
  return (finishedAt === null || end <= finishedAt) && (isKept || end <= startedAt);
}

function isHistoryKept(at: Date, nowMs: number): boolean {
  return nowMs - at.getTime() <= HISTORY_MS;
}
