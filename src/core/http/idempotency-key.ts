import { invalidProperty } from '../errors/errors.js';

/** Printable ASCII. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Reads the value of an Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header); undefined
 * without one. Throws `validation_failed` for more than 255 characters and for any that is not
 * printable ASCII.
 */
export function readIdempotencyKey(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && KEY.test(value)) return value;
  throw invalidProperty('Idempotency-Key', 'must be 1 to 255 printable ASCII characters without a space');
}
