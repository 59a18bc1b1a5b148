import type { SendEvent } from '../events/events.repository.js';
import { EventSubType, type EventSubTypeValue, EventType, type EventTypeValue } from '../events/events.schema.js';
import type { SendResult, TemporaryFailure } from '../push-api-client/send-result.js';
import type { Contact } from '../push-contacts/push-contacts.repository.js';
import type { SendCounts } from '../stats/stats.repository.js';

type EventKind = readonly [EventTypeValue, EventSubTypeValue];

const EXHAUSTED: Readonly<Record<TemporaryFailure['cause'], EventKind>> = {
  limits: [EventType.DeliveryFailedButRetry, EventSubType.LimitsExceeded],
  unavailable: [EventType.DeliveryFailedButRetry, EventSubType.UnknownFailure],
  'call-failed': [EventType.ProcessingFailed, EventSubType.None],
};

/** The event that records a result for good; a temporary failure is recorded when its attempts are used up. */
export function toSendEvent(contact: Contact, result: SendResult): SendEvent {
  const [type, subType] = kindOf(result);
  const errorMessage = result.kind === 'delivered' ? null : result.message;
  return { contactId: contact.id, deviceToken: contact.deviceToken, type, subType, errorMessage };
}

function kindOf(result: SendResult): EventKind {
  switch (result.kind) {
    case 'delivered':
      return [EventType.Delivered, EventSubType.None];
    case 'gone':
      return [EventType.DeliveryFailed, EventSubType.InvalidSubscription];
    case 'refused':
      return [EventType.DeliveryFailed, EventSubType.UnknownFailure];
    case 'temporary':
      return EXHAUSTED[result.cause];
  }
}

/** Whether the event says that nothing can be sent to the contact any more. */
export function isGone({ type, subType }: SendEvent): boolean {
  return type === EventType.DeliveryFailed && subType === EventSubType.InvalidSubscription;
}

/** Every event counts as sent; a delivery and a contact that is gone are billed. */
export function countEvents(events: readonly SendEvent[]): SendCounts {
  const delivered = events.filter(({ type }) => type === EventType.Delivered).length;
  const billableSends = delivered + events.filter(isGone).length;
  return { sent: events.length, delivered, notDelivered: events.length - delivered, billableSends };
}
