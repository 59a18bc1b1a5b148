import { counter } from './registry.js';

/** Counts spans that were not exported: see `LossReason`. */
export const droppedSpans = counter({
  name: 'push_contact_spans_dropped_total',
  help: 'Spans that the collector of traces did not get',
  labels: { reason: ['queue_full', 'export_failed', 'rejected', 'shutdown'] },
});
