import { AppError } from '../../core/errors/errors.js';
import { readProperty } from '../../core/errors/read-property.js';

/** MongoDB's code for a write that conflicts with another transaction's. */
const WRITE_CONFLICT = 112;

/** Further conflicts are not those of a short transaction: it is of a process that was killed, or frozen. */
const MAX_CONFLICTS = 5;

/** MongoDB's default of transactionLifetimeLimitSeconds, after which one of a killed process ends. */
const RETRY_AFTER_SECONDS = 60;

/** Another transaction holds one of the contacts, and goes on doing so. */
export class HeldError extends Error {}

/** What the request of a contact fails with that another transaction holds. */
export function heldFailure(): AppError {
  const detail = 'Another transaction holds this contact; nothing was changed, try again.';
  return new AppError('database_unavailable', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/**
 * Lets `work` conflict with another transaction five times. The sixth conflict throws `HeldError`, after
 * which the transaction is not repeated.
 */
export function limitConflicts<A extends unknown[]>(work: (...given: A) => Promise<void>): typeof work {
  let conflicts = 0;
  return (...given) =>
    work(...given).catch((error: unknown) => {
      if (readProperty(error, 'code') === WRITE_CONFLICT) conflicts += 1;
      throw conflicts > MAX_CONFLICTS ? new HeldError() : error;
    });
}
