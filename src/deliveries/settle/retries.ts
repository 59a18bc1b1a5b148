import { createHash } from 'node:crypto';
import type { Batch } from '../ledger/batch.js';
import type { Outcome, RecipientOutcome, Throttled } from './outcome.js';
import { countWaitReasons } from './wait-reasons.js';
import { MAX_LOST_RESPONSES, pauseAfterFailureMs, pauseAfterLostResponseMs, withJitter } from './retry-policy.js';

/** A batch that tries a part of another batch again at `dueAt`. */
export interface Retry {
  readonly batch: Batch;
  readonly dueAt: Date;
}

/** A pause of a push service that is over at once would only make batches. */
const THROTTLED_MIN_MS = 1_000;

/**
 * A contact that was never tried waits for as long as push services keep a message themselves (28 days:
 * Firebase, "Set the lifespan of a message"): it is not given up because others were refused.
 */
const UNTRIED_GIVE_UP_AFTER_MS = 28 * 86_400_000;

/** A push service that has accepted others within this time still does: twice the longest pause. */
const ACCEPTING_MS = 7_200_000;

const MAX_ID_LENGTH = 128;

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
      return !isOver(batch, nowMs);
    case 'throttled':
      return !isOver(batch, nowMs) || (batch.expiresAt === null && acceptsOthers(outcome[1], nowMs));
    case 'unknown':
      return !isOver(batch, nowMs) && batch.lostResponses < MAX_LOST_RESPONSES;
    case 'delivered':
    case 'gone':
    case 'refused':
    case 'expired':
      return false;
  }
}

function acceptsOthers({ acceptedMs }: Throttled, nowMs: number): boolean {
  return acceptedMs !== null && nowMs - acceptedMs < ACCEPTING_MS;
}

/** Whether the time is over in which the batch is tried. */
export function isOver(batch: Pick<Batch, 'expiresAt' | 'giveUpAt'>, nowMs: number): boolean {
  const end = findEnd(batch);
  return end !== null && nowMs >= end.getTime();
}

function findEnd({ expiresAt, giveUpAt }: Pick<Batch, 'expiresAt' | 'giveUpAt'>): Date | null {
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
  const length = Math.ceil(Math.log2(seconds));
  if (outcome.kind !== 'throttled') return `${outcome.kind}:${length}`;
  return `throttled:${outcome.throttledBy}:${outcome.isSlot ? `at ${outcome.untilMs}` : length}`;
}

function pauseMs(batch: Batch, outcome: UnsettledOutcome, nowMs: number): number {
  switch (outcome.kind) {
    case 'temporary':
      return pauseAfterFailureMs(batch, outcome.retryAfterSeconds);
    case 'unknown':
      return pauseAfterLostResponseMs(batch, outcome.retryAfterSeconds);
    case 'throttled':
      return Math.max(outcome.isSlot ? 0 : THROTTLED_MIN_MS, outcome.untilMs - nowMs);
    case 'unsent':
      return 0;
  }
}

function buildRetry(batch: Batch, group: readonly Unsettled[], index: number, time: RetryTime): Retry {
  const contactIds = group.map(([contact]) => contact.id);
  const guids = new Set(group.map(([contact]) => contact.visitorGuid));
  const outcomes = group.map(([, outcome]) => outcome);
  const kind = outcomes[0]?.kind;
  const giveUpAt = findGiveUpAt(batch, outcomes, time);
  return {
    batch: {
      ...batch,
      id: deriveId(batch, index),
      visitors: batch.visitors?.filter(({ guid }) => guids.has(guid)) ?? null,
      contactIds,
      contacts: contactIds.length,
      attempt: kind === 'temporary' ? batch.attempt + 1 : batch.attempt,
      lostResponses: kind === 'unknown' ? batch.lostResponses + 1 : batch.lostResponses,
      giveUpAt,
      waitingFor: countWaitReasons(outcomes),
      ...findThrottle(outcomes),
    },
    dueAt: findDueAt({ ...batch, giveUpAt }, outcomes, time.nowMs),
  };
}

/** A batch that a slow rate divides again and again would get a longer id each time. */
function deriveId({ id, deliveryId, number }: Batch, index: number): string {
  const derived = `${id}.${index}`;
  if (derived.length <= MAX_ID_LENGTH) return derived;
  return `${deliveryId}:${number}.${createHash('sha256').update(derived).digest('base64url')}`;
}

/** All outcomes of a group wait for the same throttle, and for the same moment where it is a slot. */
function findThrottle([outcome]: readonly UnsettledOutcome[]): Pick<Batch, 'throttledBy' | 'slotAt'> {
  if (outcome?.kind !== 'throttled') return { throttledBy: null, slotAt: null };
  return { throttledBy: outcome.throttledBy, slotAt: outcome.isSlot ? new Date(outcome.untilMs) : null };
}

function findDueAt(batch: Batch, outcomes: readonly UnsettledOutcome[], nowMs: number): Date {
  const longestMs = Math.max(...outcomes.map((outcome) => pauseMs(batch, outcome, nowMs)));
  const kind = outcomes[0]?.kind;
  const ownMs = kind === 'unknown' ? pauseAfterLostResponseMs(batch) : pauseAfterFailureMs(batch);
  const endMs = findEnd(batch)?.getTime() ?? Number.POSITIVE_INFINITY;
  // Who waits for a throttle shares its rate: the moment is exact, and the first to come probes alone.
  const waitMs = kind === 'throttled' ? longestMs : withJitter(longestMs);
  return new Date(nowMs + Math.min(waitMs, longestPauseBefore(endMs - nowMs, ownMs)));
}

/**
 * When a message without a time to live gives the contacts of a group up. The clock starts with the first
 * failure of their own, and begins anew while the push service accepts others of the domain.
 */
function findGiveUpAt(
  batch: Batch,
  outcomes: readonly UnsettledOutcome[],
  { nowMs, giveUpAfterMs }: RetryTime,
): Date | null {
  const [outcome] = outcomes;
  if (outcome === undefined || outcome.kind === 'unsent') return batch.giveUpAt;
  const isUntried = batch.attempt + batch.lostResponses === 0;
  if (outcome.kind === 'throttled') {
    if (isUntried) return batch.giveUpAt ?? new Date(nowMs + UNTRIED_GIVE_UP_AFTER_MS);
    if (acceptsOthers(outcome, nowMs)) return new Date(nowMs + giveUpAfterMs);
  }
  return isUntried || batch.giveUpAt === null ? new Date(nowMs + giveUpAfterMs) : batch.giveUpAt;
}

/**
 * The longest pause with `remainingMs` until the end. A peer may ask for more than remains, and may be able
 * again long before: so one attempt is left for shortly before the end, but never earlier than our own pause.
 * Not later than the end, or contacts would be without an outcome after it.
 */
function longestPauseBefore(remainingMs: number, ownMs: number): number {
  return Math.max(0, Math.min(Math.max(ownMs, remainingMs * LAST_ATTEMPT), remainingMs));
}
