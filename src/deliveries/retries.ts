import { GIVE_UP_AFTER_MS, MAX_ATTEMPTS, pauseBeforeRetryMs } from './batch.job.js';
import type { Batch } from './batches.repository.js';
import type { Outcome } from './outcome.js';
import type { ContactOutcome } from './senders.service.js';

/** A part of a batch that is to be tried again at `dueAt`. */
export interface Retry {
  readonly batch: Batch;
  readonly dueAt: Date;
}

/** An outcome that asks for another attempt. */
export type Unsettled = readonly [ContactOutcome[0], Extract<Outcome, { kind: 'temporary' | 'braked' }>];

/** Whether the contact is to be tried again: it failed for the moment and has an attempt left. */
export function asksForRetry(batch: Batch, outcome: ContactOutcome, nowMs: number): outcome is Unsettled {
  const { kind } = outcome[1];
  if (kind !== 'temporary' && kind !== 'braked') return false;
  if (batch.giveUpAt !== null && nowMs >= batch.giveUpAt.getTime()) return false;
  // Who was not even tried has used no attempt up.
  return kind === 'braked' || batch.attempt < MAX_ATTEMPTS;
}

/**
 * The batches that try again, one for each pause: who was asked to wait for an hour must not keep the others waiting.
 * `batch` itself is unchanged; each retry has an id of its own that follows from it.
 */
export function planRetries(batch: Batch, unsettled: readonly Unsettled[], nowMs: number): Retry[] {
  const groups = new Map<string, Unsettled[]>();
  for (const each of unsettled) {
    const key = pauseKey(each[1], nowMs);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].map((group, index) => retryOf(batch, group, index, nowMs));
}

/** Pauses of about the same length share a batch: a power of two apart. */
function pauseKey(outcome: Unsettled[1], nowMs: number): string {
  const seconds = askedSeconds(outcome, nowMs);
  const length = seconds === undefined ? 'backoff' : String(Math.ceil(Math.log2(Math.max(1, seconds))));
  return `${outcome.kind}:${length}`;
}

function askedSeconds(outcome: Unsettled[1], nowMs: number): number | undefined {
  return outcome.kind === 'braked' ? Math.max(0, outcome.untilMs - nowMs) / 1_000 : outcome.retryAfterSeconds;
}

function retryOf(batch: Batch, group: readonly Unsettled[], index: number, nowMs: number): Retry {
  const contactIds = group.map(([contact]) => contact.id);
  const guids = new Set(group.map(([contact]) => contact.visitorGuid));
  const asked = group.map(([, outcome]) => askedSeconds(outcome, nowMs));
  const longest = asked.reduce((one, other) => (other === undefined ? one : Math.max(one ?? 0, other)), undefined);
  const isBraked = group[0]?.[1].kind === 'braked';
  return {
    batch: {
      ...batch,
      id: `${batch.id}.${index}`,
      visitors: batch.visitors?.filter(({ guid }) => guids.has(guid)) ?? null,
      contactIds,
      contacts: contactIds.length,
      attempt: isBraked ? batch.attempt : batch.attempt + 1,
      giveUpAt: batch.giveUpAt ?? new Date(nowMs + GIVE_UP_AFTER_MS),
    },
    dueAt: new Date(nowMs + pauseBeforeRetryMs(batch.attempt, longest)),
  };
}
