/** The queue that wakes a worker to send a batch of a broadcast or of a list. */
export const DELIVERY_BATCHES_QUEUE = 'delivery-batches';

/** The queue that wakes a worker to send to a single visitor; no broadcast is in its way. */
export const VISITOR_BATCHES_QUEUE = 'visitor-batches';

export interface DeliveryBatchJob {
  readonly batchId: string;
}

/** Contacts in a batch: many PushApi calls' worth, so that what the ledger costs is shared by many outcomes. */
export const BATCH_CONTACTS = 3_000;

/** A worker that died is taken for dead after this long; while it lives it extends its lease. */
export const LEASE_MS = 20_000;

/** How often it does, and hears whether the batch was cancelled. */
export const HEARTBEAT_MS = 1_000;

/** Times that a contact is tried again; together with the pauses about an hour. */
export const MAX_ATTEMPTS = 12;

/** Longer than the attempts' own pauses: it ends what push services put off again and again. */
export const GIVE_UP_AFTER_MS = 5_400_000;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 600_000;
const RETRY_AFTER_MIN_MS = 1_000;
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Milliseconds until the next attempt: what PushApi asked for, between 1 s and 1 h, else exponentially growing; up to a
 * fifth is added by chance, so that what failed together does not come back together.
 */
export function pauseBeforeRetryMs(attempt: number, retryAfterSeconds: number | undefined): number {
  const jitter = 1 + Math.random() / 5;
  if (retryAfterSeconds === undefined) return Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * jitter;
  const asked = Math.max(retryAfterSeconds * 1_000, RETRY_AFTER_MIN_MS) * jitter;
  return Math.min(asked, RETRY_AFTER_MAX_MS);
}
