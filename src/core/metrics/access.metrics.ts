import { counter } from './registry.js';

/** Counts the times that the folder of public keys could not be read again; the keys before stay in use. */
export const failedKeyReads = counter({
  name: 'push_contact_jwt_key_read_failures_total',
  help: 'Times that JWT_PUBLIC_KEYS_DIR could not be read again, so that the keys before stay in use',
  labels: {},
});

/** Counts calls whose audit entry is stored, but not what became of them. */
export const lostAuditOutcomes = counter({
  name: 'push_contact_audit_outcomes_lost_total',
  help: 'Calls whose audit entry has no status because MongoDB did not take it',
  labels: {},
});

/** Counts audit entries that MongoDB did not take. */
export const refusedAuditEntries = counter({
  name: 'push_contact_audit_entries_refused_total',
  help: 'Writes of audit entries that MongoDB did not take, so that their calls were not accepted',
  labels: {},
});

/** Counts requests that were refused because of a limit, by the limit. */
export const limitedRequests = counter({
  name: 'push_contact_rate_limited_requests_total',
  help: 'Requests that were refused because a limit was reached',
  labels: { limit: ['anonymous', 'registrations', 'token', 'testSends'] },
});

/** Counts requests that passed uncounted: Redis does not count, or the client's address is unknown. */
export const uncountedRequests = counter({
  name: 'push_contact_uncounted_requests_total',
  help: 'Requests that passed a limit without being counted',
  labels: { reason: ['redis', 'proxy'] },
});

/** Counts tracking links that were accepted although they have no signature. */
export const unsignedTrackingLinks = counter({
  name: 'push_contact_unsigned_tracking_links_total',
  help: 'Tracking links without a signature that were accepted',
  labels: {},
});

/** Counts tracking links that were refused: see `RefusedLinks`. */
export const refusedTrackingLinks = counter({
  name: 'push_contact_refused_tracking_links_total',
  help: 'Tracking links that were refused',
  labels: { reason: ['unreadable', 'changed', 'expired', 'unsigned'] },
});
