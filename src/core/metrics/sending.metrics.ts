import { NAMED_ELSEWHERE, STATUSES } from './label-sets.js';
import { counter, histogram } from './registry.js';

/** Counts sends that were accepted: stored, and answered with 200 or 202. A repeated request counts once. */
export const acceptedSends = counter({
  name: 'push_contact_accepted_sends_total',
  help: 'Sends that were accepted',
  labels: { kind: ['broadcast', 'visitors', 'visitor'] },
});

/** Counts the contacts of accepted sends to single visitors; those of other sends are known to their plan. */
export const acceptedContacts = counter({
  name: 'push_contact_accepted_contacts_total',
  help: 'Contacts of accepted sends to single visitors',
  labels: {},
});

/** Counts contacts that are in a batch. */
export const plannedContacts = counter({
  name: 'push_contact_planned_contacts_total',
  help: 'Contacts that were planned: they are in a batch',
  labels: {},
});

/** Counts contacts whose outcome was recorded. */
export const settledContacts = counter({
  name: 'push_contact_settled_contacts_total',
  help: 'Contacts whose outcome was recorded',
  labels: { outcome: ['delivered', 'not_delivered'], push_service: NAMED_ELSEWHERE },
});

/** Counts what PushApi said of recipients, and what failed before it could: see `FailureReason`. */
export const sendResults = counter({
  name: 'push_contact_send_results_total',
  help: 'Results of attempts to send to contacts, and failed checks of device tokens',
  labels: { push_service: NAMED_ELSEWHERE, status: NAMED_ELSEWHERE, reason: NAMED_ELSEWHERE },
});

/** Counts test sends, which are not among the results of messages. */
export const testSends = counter({
  name: 'push_contact_test_sends_total',
  help: 'Sends to one contact as a test, by what became of them',
  labels: { push_service: NAMED_ELSEWHERE, reason: NAMED_ELSEWHERE },
});

/** Measures calls of PushApi by who makes them, the wait for a free connection included. */
export const pushApiRequestSeconds = histogram({
  name: 'push_contact_push_api_request_duration_seconds',
  help: 'Time of a call of PushApi, up to the end of its response',
  labels: { path: ['/devices', '/message', '/webpush'], status: STATUSES },
  // A call of hundreds of contacts takes as long as its slowest push; it is given up after 30 s.
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Counts batches that another worker has begun meanwhile: this one was frozen, or cut off from MongoDB. */
export const lostLeases = counter({
  name: 'push_contact_leases_lost_total',
  help: 'Batches that a worker gave up because another one had begun them',
  labels: {},
});

/** Counts the times that a push service was paused, for one domain or for all of them. */
export const pushServicePauses = counter({
  name: 'push_contact_push_service_pauses_total',
  help: 'Pauses of push services that refuse sends, for one domain or for all',
  labels: { scope: ['domain', 'all'] },
});

/** Counts the times that so many contacts of a domain were said to be gone that none is pruned. */
export const pruneBreakerTrips = counter({
  name: 'push_contact_prune_breaker_trips_total',
  help: 'Times that pruning of a domain was stopped because too many of its contacts were said to be gone',
  labels: {},
});

/** Counts contacts that are said to be gone and were not pruned. */
export const withheldContacts = counter({
  name: 'push_contact_withheld_contacts_total',
  help: 'Contacts that are said to be gone and were not pruned',
  labels: {},
});
