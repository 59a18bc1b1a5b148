import type { SendEvent } from '../events/events.repository.js';
import { EventSubType, type EventSubTypeValue, EventType, type EventTypeValue } from '../events/events.schema.js';
import type { SendResult, TemporaryFailure } from '../push-api-client/send-result.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import type { SendCounts } from '../stats/stats.repository.js';

/** What became of a contact in one attempt. */
export type Outcome =
  | SendResult
  /** The message's time to live was over before it could be sent. */
  | { readonly kind: 'expired' }
  /** Not tried, because its push service asked for a pause. */
  | { readonly kind: 'braked'; readonly untilMs: number };

type EventKind = readonly [EventTypeValue, EventSubTypeValue, string | null];

const DELIVERED: EventKind = [EventType.Delivered, EventSubType.None, null];

const EXHAUSTED: Readonly<Record<TemporaryFailure['cause'], readonly [EventTypeValue, EventSubTypeValue]>> = {
  limits: [EventType.DeliveryFailedButRetry, EventSubType.LimitsExceeded],
  unavailable: [EventType.DeliveryFailedButRetry, EventSubType.UnknownFailure],
  'call-failed': [EventType.ProcessingFailed, EventSubType.None],
};

/** The event that records an outcome for good; one that asks for another attempt is recorded when there is none left. */
export function toSendEvent(
  contact: Pick<ContactToReach, 'id' | 'deviceToken'>,
  outcome: Outcome,
  date: Date,
): SendEvent {
  const [type, subType, errorMessage] = kindOf(outcome);
  return { contactId: contact.id, deviceToken: contact.deviceToken, date, type, subType, errorMessage };
}

function kindOf(outcome: Outcome): EventKind {
  switch (outcome.kind) {
    case 'delivered':
      return DELIVERED;
    case 'gone':
      return [EventType.DeliveryFailed, EventSubType.InvalidSubscription, outcome.message];
    case 'refused':
      return [EventType.DeliveryFailed, EventSubType.UnknownFailure, outcome.message];
    case 'expired':
      return [EventType.ProcessingFailed, EventSubType.None, 'The time to live was over before it could be sent'];
    case 'braked':
      return [
        EventType.DeliveryFailedButRetry,
        EventSubType.LimitsExceeded,
        'The push service kept asking for a pause',
      ];
    case 'temporary':
      return [...EXHAUSTED[outcome.cause], outcome.message];
  }
}

/** Whether the event says that nothing can be sent to the contact any more. */
export function isGone({ type, subType }: SendEvent): boolean {
  return type === EventType.DeliveryFailed && subType === EventSubType.InvalidSubscription;
}

/** Every event counts as sent; a delivery and a contact that is gone are billed. */
export function countEvents(events: readonly SendEvent[]): SendCounts {
  let delivered = 0;
  let gone = 0;
  for (const event of events) {
    if (event.type === EventType.Delivered) delivered += 1;
    else if (isGone(event)) gone += 1;
  }
  return {
    sent: events.length,
    delivered,
    notDelivered: events.length - delivered,
    billableSends: delivered + gone,
  };
}

export const NO_COUNTS: SendCounts = { sent: 0, delivered: 0, notDelivered: 0, billableSends: 0 };

export function addCounts(one: SendCounts, other: SendCounts): SendCounts {
  return {
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    notDelivered: one.notDelivered + other.notDelivered,
    billableSends: one.billableSends + other.billableSends,
  };
}
