const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 600_000;
const ASKED_MAX_MS = 3_600_000;

/**
 * How often a contact is tried again whose call was sent and whose response was lost: it may have been
 * delivered.
 */
export const MAX_LOST_RESPONSES = 2;

/**
 * Failures that a lost response stands for when its pause is chosen: 20 s, then 40 s. With the usual 5
 * s both tries would be over before a PushApi that hangs has been restarted.
 */
const FAILURES_OF_LOST_RESPONSE = 2;

/** What decides how long a contact waits for its next attempt. */
export interface FailureHistory {
  /** Failed attempts so far. */
  readonly attempt: number;
  /** Attempts so far whose response was lost. */
  readonly lostResponses: number;
}

/**
 * Milliseconds until the next attempt after a failure: our own pause, from 5 s doubling to 10 min, or
 * the pause that was asked for where that is longer, up to 1 h. A peer can lengthen the pause and never
 * shorten it.
 */
export function pauseAfterFailureMs({ attempt }: FailureHistory, askedSeconds = 0): number {
  const own = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
  return Math.max(own, Math.min(askedSeconds * 1_000, ASKED_MAX_MS));
}

/** As `pauseAfterFailureMs`, after a response that was lost. */
export function pauseAfterLostResponseMs(history: FailureHistory, askedSeconds?: number): number {
  const failures = history.attempt + history.lostResponses + FAILURES_OF_LOST_RESPONSE;
  return pauseAfterFailureMs({ ...history, attempt: failures }, askedSeconds);
}

/**
 * Adds up to a fifth at random, so that what failed together does not come back together (AWS Builders'
 * Library, "Timeouts, retries, and backoff with jitter").
 */
export function withJitter(pauseMs: number): number {
  return pauseMs * (1 + Math.random() / 5);
}
