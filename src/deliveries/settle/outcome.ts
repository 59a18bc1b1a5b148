import type { SendEvent } from '../../events/send-events.repository.js';
import { EventSubType, type EventSubTypeValue, EventType, type EventTypeValue } from '../../events/events.schema.js';
import { addOutcomes, countOutcomes } from '../../messages/outcome-counts.js';
import { EXPIRED, NO_SERVICE, nameReason, THROTTLED, WRONG_KEY } from '../../push-api-client/failure-reason.js';
import type { LostResponse, SendResult, TemporaryFailure } from '../../push-api-client/send-result.js';
import { type BatchHistory, findLastAttempt } from './last-attempt.js';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import type { SendCounts } from '../../stats/stats.repository.js';

/** What one attempt means for a recipient. */
export type Outcome =
  | Exclude<SendResult, LostResponse>
  /** `callId` is the same for all recipients of the call. */
  | (LostResponse & { readonly callId: string })
  /** The message's time to live is over. Who was tried before keeps the reason of the last attempt. */
  | { readonly kind: 'expired'; readonly history: BatchHistory }
  | Throttled
  /** Not tried, because this process ends. */
  | { readonly kind: 'unsent' };

/** Not tried: its push service refuses the domain, or the message is to be sent slowly. */
export interface Throttled {
  readonly kind: 'throttled';
  readonly untilMs: number;
  /** The key of what throttles it (`send/throttling/throttle-keys.ts`). */
  readonly throttledBy: string;
  /** Null for a rate that was asked for. */
  readonly service: string | null;
  readonly code: 'throttled' | 'rate-per-minute';
  /** Whether its place at `untilMs` is taken, so that it is sent to then without asking again. */
  readonly isSlot: boolean;
  /** When the push service last accepted others of the domain; null when that is not known. */
  readonly acceptedMs: number | null;
}

/** A final outcome, of the last attempt where the time to live is over. */
type Ended = Outcome | NonNullable<ReturnType<typeof findLastAttempt>>;

/** A recipient with the outcome of an attempt. */
export type RecipientOutcome = readonly [Recipient, Outcome];

type EventKind = readonly [EventTypeValue, EventSubTypeValue, string | null];

/** The `event_descriptor` of a refusal for the VAPID key. */
const WRONG_KEY_EVENT = 'wrong key';

/** Ends the text of an event; older events have no other sign of it. */
const MAY_HAVE_ARRIVED = '; it may have been delivered';

/** The text of an event; older events have no other sign of it. */
const TIME_OVER = 'The time to live was over before it could be sent';

const DELIVERED: EventKind = [EventType.Delivered, EventSubType.None, null];

const EXHAUSTED: Readonly<Record<TemporaryFailure['cause'], readonly [EventTypeValue, EventSubTypeValue]>> = {
  limits: [EventType.DeliveryFailedButRetry, EventSubType.LimitsExceeded],
  unavailable: [EventType.DeliveryFailedButRetry, EventSubType.UnknownFailure],
  'call-failed': [EventType.ProcessingFailed, EventSubType.None],
};

/** A final outcome of a recipient, and when it was known. */
export interface FinalOutcome {
  readonly outcome: Outcome;
  /** The name of the recipient's push service. */
  readonly pushService: string;
  readonly date: Date;
}

/** Builds the event of a final outcome. A temporary or throttled outcome is final when no attempt is left. */
export function toSendEvent(
  { id: contactId, deviceToken }: Pick<Recipient, 'id' | 'deviceToken'>,
  { outcome, pushService, date }: FinalOutcome,
): SendEvent {
  const ended = outcome.kind === 'expired' ? (findLastAttempt(outcome.history, pushService) ?? outcome) : outcome;
  const [type, subType, errorMessage] = toKind(ended);
  const descriptor = ended.kind === 'refused' && ended.reason.code === WRONG_KEY ? WRONG_KEY_EVENT : null;
  const cause = toCause(ended, pushService);
  // In one literal: V8 keeps an object that is spread from two others as a dictionary (docs/performance.md).
  return {
    contactId,
    deviceToken,
    date,
    type,
    subType,
    errorMessage,
    descriptor,
    pushService: cause.pushService,
    reason: cause.reason,
  };
}

function toCause(outcome: Ended, pushService: string): Pick<SendEvent, 'pushService' | 'reason'> {
  switch (outcome.kind) {
    case 'delivered':
      return { pushService, reason: null };
    case 'expired':
      return { pushService: null, reason: EXPIRED };
    case 'unsent':
      return { pushService: null, reason: outcome.kind };
    case 'throttled':
      return { pushService: outcome.service, reason: outcome.code };
    case 'kept-out':
      return { pushService: outcome.service, reason: THROTTLED };
    case 'gone':
    case 'refused':
    case 'unknown':
    case 'temporary': {
      const { service } = outcome.reason;
      return { pushService: service === NO_SERVICE ? null : service, reason: nameReason(outcome.reason) };
    }
  }
}

function toKind(outcome: Ended): EventKind {
  switch (outcome.kind) {
    case 'delivered':
      return DELIVERED;
    case 'gone':
      return [EventType.DeliveryFailed, EventSubType.InvalidSubscription, outcome.message];
    case 'refused':
      return [EventType.DeliveryFailed, EventSubType.UnknownFailure, outcome.message];
    case 'expired':
      return [EventType.ProcessingFailed, EventSubType.None, TIME_OVER];
    case 'throttled':
    case 'kept-out':
      return [
        EventType.DeliveryFailedButRetry,
        EventSubType.LimitsExceeded,
        'The push service kept asking for a pause',
      ];
    case 'unsent':
      return [EventType.ProcessingFailed, EventSubType.None, 'It was not sent'];
    case 'unknown':
      return [EventType.ProcessingFailed, EventSubType.None, outcome.message + MAY_HAVE_ARRIVED];
    case 'temporary':
      return [...EXHAUSTED[outcome.cause], outcome.message];
  }
}

/** Whether the message may have been shown, although it counts as not delivered. */
export function mayHaveArrived({ errorMessage }: Pick<SendEvent, 'errorMessage'>): boolean {
  return errorMessage?.endsWith(MAY_HAVE_ARRIVED) ?? false;
}

/** Whether the push service refused the VAPID key. */
export function isWrongKey({ descriptor }: Pick<SendEvent, 'descriptor'>): boolean {
  return descriptor === WRONG_KEY_EVENT;
}

/** Whether the time to live of the message was over. */
export function isExpired({ errorMessage }: Pick<SendEvent, 'errorMessage'>): boolean {
  return errorMessage === TIME_OVER;
}

/** Whether the event says that the contact's token or subscription is gone. */
export function isGone({ type, subType }: Pick<SendEvent, 'type' | 'subType'>): boolean {
  return type === EventType.DeliveryFailed && subType === EventSubType.InvalidSubscription;
}

/** Counts events. Every event counts as sent; delivered and gone are billed. */
export function countEvents(events: readonly SendEvent[]): SendCounts {
  let delivered = 0;
  let gone = 0;
  let wrongKey = 0;
  for (const event of events) {
    if (event.type === EventType.Delivered) delivered += 1;
    else if (isGone(event)) gone += 1;
    else if (isWrongKey(event)) wrongKey += 1;
  }
  return {
    sent: events.length,
    delivered,
    notDelivered: events.length - delivered,
    billableSends: delivered + gone,
    wrongKey,
    outcomes: countOutcomes(events.filter(hasCause)),
  };
}

/** An older version has recorded neither push service nor reason. */
function hasCause({ type, pushService, reason }: SendEvent): boolean {
  return type === EventType.Delivered ? pushService !== null : reason !== null;
}

export const NO_COUNTS: SendCounts = {
  sent: 0,
  delivered: 0,
  notDelivered: 0,
  billableSends: 0,
  wrongKey: 0,
  outcomes: {},
};

export function addCounts(one: SendCounts, other: SendCounts): SendCounts {
  return {
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    notDelivered: one.notDelivered + other.notDelivered,
    billableSends: one.billableSends + other.billableSends,
    wrongKey: one.wrongKey + other.wrongKey,
    outcomes: addOutcomes(one.outcomes, other.outcomes),
  };
}
