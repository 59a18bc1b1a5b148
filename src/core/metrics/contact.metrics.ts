import { counter, gauge } from './registry.js';

/** Counts contacts by which the counters of domains differed when they were counted again. */
export const contactCountCorrections = counter({
  name: 'push_contact_contact_count_corrections_total',
  help: 'Contacts that were changed by something that does not count them, found by counting again',
  labels: {},
});

/** Counts repetitions of erasures that failed; each is tried again. */
export const failedErasures = counter({
  name: 'push_contact_erasure_failures_total',
  help: 'Times that an erasure of personal data failed and was left for later',
  labels: {},
});

/** The age of the oldest erasure that has not ended, as the worker saw it last. */
export const oldestErasureSeconds = gauge({
  name: 'push_contact_oldest_erasure_age_seconds',
  help: 'Age of the oldest erasure of personal data that has not ended; 0 without one',
  labels: {},
});
