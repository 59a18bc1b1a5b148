import { settledContacts } from '../../core/metrics/sending.metrics.js';
import { readOutcomes } from '../../messages/outcome-counts.js';
import { NO_SERVICE } from '../../push-api-client/failure-reason.js';
import type { SendCounts } from '../../stats/stats.repository.js';

/** Adds the outcomes of a batch to the metric; without a push service, or with an unknown one, as `none`. */
export function observeSettled({ delivered, notDelivered, outcomes }: SendCounts): void {
  const unnamed = { delivered, not_delivered: notDelivered };
  for (const { pushService, reason, contacts } of readOutcomes(outcomes)) {
    const outcome = reason === null ? 'delivered' : 'not_delivered';
    unnamed[outcome] -= contacts;
    settledContacts.inc({ outcome, push_service: pushService ?? NO_SERVICE }, contacts);
  }
  for (const outcome of ['delivered', 'not_delivered'] as const) {
    if (unnamed[outcome] > 0) settledContacts.inc({ outcome, push_service: NO_SERVICE }, unnamed[outcome]);
  }
}
