import type { StartedBatch } from '../../ledger/batch.js';
import { isRateKey } from './throttle-keys.js';

/** A place that is missed by more is taken again: a worker that was away must not send all at once. */
const SLOT_VALID_MS = 10_000;

/** What is known of a batch's places. */
export type PlacedBatch = Pick<StartedBatch, 'slotAt' | 'throttledBy' | 'lostResponses' | 'isRestarted'>;

/** Which places the recipients of a batch have, and whether they must stay together. */
export interface Places {
  readonly hasAsked: boolean;
  readonly hasLearned: boolean;
  readonly isWhole: boolean;
}

/**
 * A place of the learned rate is taken after one of the asked rate. A call that may have reached PushApi
 * had its places, and is repeated with the same recipients, so that PushApi knows it again.
 */
export function findPlaces({ slotAt, throttledBy, lostResponses, isRestarted }: PlacedBatch, nowMs: number): Places {
  const isRepeated = lostResponses > 0 || (isRestarted && slotAt !== null);
  const hasSlot = isValidSlot(slotAt, nowMs);
  const isAskedSlot = throttledBy !== null && isRateKey(throttledBy);
  return {
    hasAsked: isRepeated || hasSlot,
    hasLearned: isRepeated || (hasSlot && !isAskedSlot),
    isWhole: isRepeated,
  };
}

/** Whether a place that was taken for this moment may still be used. */
export function isValidSlot(slotAt: Date | null, nowMs: number): boolean {
  return slotAt !== null && nowMs - slotAt.getTime() <= SLOT_VALID_MS;
}
