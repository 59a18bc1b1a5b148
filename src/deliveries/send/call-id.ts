import { createHash } from 'node:crypto';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import type { Batch } from '../ledger/batch.js';

/**
 * The idempotency id of a call, 43 characters of base64url: the same when a call whose response was
 * lost is made again for the same recipients, and another after a failure that PushApi has reported,
 * which is to be sent again.
 */
export function deriveCallId(
  { deliveryId, attempt }: Pick<Batch, 'deliveryId' | 'attempt'>,
  recipients: readonly Pick<Recipient, 'id'>[],
): string {
  const ids = recipients.map(({ id }) => id).sort();
  return createHash('sha256').update(`${deliveryId}:${attempt}:${ids.join()}`).digest('base64url');
}
