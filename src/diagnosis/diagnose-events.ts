import { isExpired, isGone, isWrongKey, mayHaveArrived } from '../deliveries/settle/outcome.js';
import type { ContactEvent } from '../events/contact-history.reader.js';
import { EventSubType, EventType, type EventTypeValue } from '../events/events.schema.js';
import type { DiagnosisCause } from './causes.js';
import { type DiagnosedContact, type Diagnosis, type DiagnosisFacts, toDiagnosis } from './facts.js';

const VISITOR_ACTS: ReadonlyMap<EventTypeValue, DiagnosisCause> = new Map([
  [EventType.Clicked, 'clicked'],
  [EventType.ActionClick, 'clicked'],
  [EventType.Dismissed, 'dismissed'],
  [EventType.Received, 'received'],
]);

/** The reasons of refusals that have a cause of their own. */
const REFUSALS: ReadonlyMap<string | null, DiagnosisCause> = new Map([
  ['wrong-key', 'wrong-key'],
  ['too-large', 'message-too-large'],
  ['link-too-long', 'link-too-long'],
]);

/**
 * Says what the recorded events mean: what the visitor did, a delivery, and of failed outcomes the latest
 * alone.
 */
export function diagnoseEvents(facts: DiagnosisFacts): Diagnosis[] {
  const latestFirst = facts.events.toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const acts = latestFirst.flatMap((event) => {
    const cause = VISITOR_ACTS.get(event.type);
    return cause === undefined ? [] : [toDiagnosis(cause, { since: event.at, pushService: facts.pushService })];
  });
  const delivered = latestFirst.find(({ type }) => type === EventType.Delivered);
  const failed = latestFirst.find(isFailure);
  return [
    ...acts,
    ...(delivered === undefined ? [] : [describe('delivered', delivered, facts)]),
    ...(failed === undefined ? [] : [describe(findCause(failed, facts), failed, facts)]),
  ];
}

function isFailure({ type }: ContactEvent): boolean {
  return (
    type === EventType.ProcessingFailed ||
    type === EventType.DeliveryFailed ||
    type === EventType.DeliveryFailedButRetry
  );
}

function findCause(event: ContactEvent, facts: DiagnosisFacts): DiagnosisCause {
  if (mayHaveArrived(event)) return 'unknown-outcome';
  if (isGone(event)) return findCauseOfGone(event, facts);
  if (event.type === EventType.DeliveryFailed)
    return (isWrongKey(event) ? 'wrong-key' : REFUSALS.get(event.reason)) ?? 'refused-by-push-service';
  if (event.type === EventType.DeliveryFailedButRetry)
    return event.subType === EventSubType.LimitsExceeded ? 'outside-of-limits' : 'push-service-unavailable';
  return isExpired(event) ? 'expired' : 'push-api-unavailable';
}

function findCauseOfGone(event: ContactEvent, { contact }: DiagnosisFacts): DiagnosisCause {
  const { isActive, unsubscribedAt } = contact;
  const isRenewed = isRenewedSince(event, contact);
  if (isActive) return isRenewed ? 'registered-again' : 'gone-not-pruned';
  if (unsubscribedAt === null) return 'pruned';
  if (unsubscribedAt <= event.at) return 'unsubscribed';
  return isRenewed ? 'pruned' : 'gone-not-pruned';
}

/** An older version recorded no reasons of events, and no returns of contacts: any change may be one. */
function isRenewedSince({ at, reason }: ContactEvent, { renewedAt, modified }: DiagnosedContact): boolean {
  return reason === null ? modified > at : renewedAt !== null && renewedAt > at;
}

/** Whoever expired was asked of no push service. */
function describe(cause: DiagnosisCause, event: ContactEvent, facts: DiagnosisFacts): Diagnosis {
  const pushService = event.pushService ?? (event.reason === null ? facts.pushService : null);
  const since = cause === 'unsubscribed' ? facts.contact.unsubscribedAt : event.at;
  return toDiagnosis(cause, { since, pushService, reason: event.reason });
}
