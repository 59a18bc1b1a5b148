import type { Batch } from '../ledger/batches.repository.js';
import type { Outcome, RecipientOutcome } from './outcome.js';
import { countWaitReasons } from './wait-reasons.js';
import { MAX_LOST_RESPONSES, pauseAfterFailureMs, pauseAfterLostResponseMs, withJitter } from './retry-policy.js';

/** A batch that tries a part of another batch again at `dueAt`. */
export interface Retry {
  readonly batch: Batch;
  readonly dueAt: Date;
}

/** A pause of a push service that is over at once would only make batches. */
const THROTTLED_MIN_MS = 1_000;

/** The share of the remaining time after which the last attempt is made. */
const LAST_ATTEMPT = 0.9;

type UnsettledKind = 'temporary' | 'unknown' | 'throttled' | 'unsent';

/** An outcome that asks for another attempt. */
export type Unsettled = readonly [RecipientOutcome[0], Extract<Outcome, { kind: UnsettledKind }>];

type UnsettledOutcome = Unsettled[1];

/** When attempts are planned. */
export interface RetryTime {
  readonly nowMs: number;
  /** After the first failure a contact of a message without a time to live is given up after this long. */
  readonly giveUpAfterMs: number;
}

/**
 * Whether the contact is to be tried again. Time alone ends that: the message's time to live, without
 * one `giveUpAt`. The exception is a lost response, since each attempt may show the message again.
 */
export function asksForRetry(batch: Batch, outcome: RecipientOutcome, nowMs: number): outcome is Unsettled {
  switch (outcome[1].kind) {
    case 'unsent':
      return true;
    case 'temporary':
    case 'throttled':
      return !isOver(batch, nowMs);
    case 'unknown':
      return !isOver(batch, nowMs) && batch.lostResponses < MAX_LOST_RESPONSES;
    case 'delivered':
    case 'gone':
    case 'refused':
    case 'expired':
      return false;
  }
}

function isOver(batch: Batch, nowMs: number): boolean {
  const end = findEnd(batch);
  return end !== null && nowMs >= end.getTime();
}

function findEnd({ expiresAt, giveUpAt }: Batch): Date | null {
  return expiresAt ?? giveUpAt;
}

/**
 * Plans the batches that retry, one for each length of pause, so that a recipient that has to wait for an
 * hour does not delay the others. Each retry has an id derived from the batch's id (`<id>.0`, `<id>.1`, …),
 * so that planning twice makes the same ids. `batch` itself is unchanged.
 */
export function planRetries(batch: Batch, unsettled: readonly Unsettled[], time: RetryTime): Retry[] {
  const groups = new Map<string, Unsettled[]>();
  for (const each of unsettled) {
    const key = groupKey(batch, each[1], time.nowMs);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].map((group, index) => buildRetry(batch, group, index, time));
}

/**
 * Pauses of about the same length share a batch: a power of two apart. A call whose response was lost
 * keeps a batch of its own, so that it is repeated with the same recipients and PushApi knows it again.
 */
function groupKey(batch: Batch, outcome: UnsettledOutcome, nowMs: number): string {
  if (outcome.kind === 'unknown') return `unknown:${outcome.callId}`;
  const seconds = Math.max(1, pauseMs(batch, outcome, nowMs) / 1_000);
  return `${outcome.kind}:${Math.ceil(Math.log2(seconds))}`;
}

function pauseMs(batch: Batch, outcome: UnsettledOutcome, nowMs: number): number {
  switch (outcome.kind) {
    case 'temporary':
      return pauseAfterFailureMs(batch, outcome.retryAfterSeconds);
    case 'unknown':
      return pauseAfterLostResponseMs(batch, outcome.retryAfterSeconds);
    case 'throttled':
      return Math.max(THROTTLED_MIN_MS, outcome.untilMs - nowMs);
    case 'unsent':
      return 0;
  }
}

function buildRetry(
  batch: Batch,
  group: readonly Unsettled[],
  index: number,
  { nowMs, giveUpAfterMs }: RetryTime,
): Retry {
  const contactIds = group.map(([contact]) => contact.id);
  const guids = new Set(group.map(([contact]) => contact.visitorGuid));
  const longestMs = Math.max(...group.map(([, outcome]) => pauseMs(batch, outcome, nowMs)));
  const kind = group[0]?.[1].kind;
  const ownMs = kind === 'unknown' ? pauseAfterLostResponseMs(batch) : pauseAfterFailureMs(batch);
  const giveUpAt = kind === 'unsent' ? batch.giveUpAt : (batch.giveUpAt ?? new Date(nowMs + giveUpAfterMs));
  const endMs = findEnd({ ...batch, giveUpAt })?.getTime() ?? Number.POSITIVE_INFINITY;
  return {
    batch: {
      ...batch,
      id: `${batch.id}.${index}`,
      visitors: batch.visitors?.filter(({ guid }) => guids.has(guid)) ?? null,
      contactIds,
      contacts: contactIds.length,
      attempt: kind === 'temporary' ? batch.attempt + 1 : batch.attempt,
      lostResponses: kind === 'unknown' ? batch.lostResponses + 1 : batch.lostResponses,
      giveUpAt,
      waitingFor: countWaitReasons(group.map(([, outcome]) => outcome)),
    },
    dueAt: new Date(nowMs + Math.min(withJitter(longestMs), longestPauseBefore(endMs - nowMs, ownMs))),
  };
}

/**
 * The longest pause with `remainingMs` until the end. A peer may ask for more than remains, and may be able
 * again long before: so one attempt is left for shortly before the end, but never earlier than our own pause.
 * Not later than the end, or contacts would be without an outcome after it.
 */
function longestPauseBefore(remainingMs: number, ownMs: number): number {
  return Math.max(0, Math.min(Math.max(ownMs, remainingMs * LAST_ATTEMPT), remainingMs));
}
