import { readProperty } from '../errors/read-property.js';
import type { RetryReason } from '../metrics/store.metrics.js';

/** MongoDB's codes (error_codes.yml of its sources): of a member that is not, or no longer, the primary. */
const NOT_PRIMARY = [189, 10_107, 11_600, 11_602, 13_435, 13_436, 91];

const REASONS: ReadonlyMap<unknown, RetryReason> = new Map<unknown, RetryReason>([
  [112, 'write-conflict'],
  [251, 'no-such-transaction'],
  ...NOT_PRIMARY.map((code) => [code, 'not-primary'] as const),
]);

/** Why a transaction runs again whose work has thrown this. */
export function toRetryReason(error: unknown): RetryReason {
  const known = REASONS.get(readProperty(error, 'code'));
  if (known !== undefined) return known;
  return String(readProperty(error, 'name')).startsWith('MongoNetwork') ? 'network' : 'other';
}
