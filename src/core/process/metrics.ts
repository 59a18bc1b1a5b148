import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The Prometheus registry of this process. */
export const metrics = new Registry();

collectDefaultMetrics({ register: metrics });

const requestSeconds = new Histogram({
  name: 'push_contact_http_request_duration_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['method', 'route', 'status'] as const,
  // Few: each is a line for every method, route and status.
  buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
  registers: [metrics],
});

/** Counts contacts whose outcome was recorded. */
export const settledContacts = new Counter({
  name: 'push_contact_settled_contacts_total',
  help: 'Contacts whose outcome was recorded',
  labelNames: ['outcome'] as const,
  registers: [metrics],
});

/** Counts what PushApi said of recipients, and what failed before it could: see `FailureReason`. */
export const sendResults = new Counter({
  name: 'push_contact_send_results_total',
  help: 'Results of attempts to send to contacts, and failed checks of device tokens',
  labelNames: ['push_service', 'status', 'reason'] as const,
  registers: [metrics],
});

/** Counts test sends, which are not among the results of messages. */
export const testSends = new Counter({
  name: 'push_contact_test_sends_total',
  help: 'Sends to one contact as a test, by what became of them',
  labelNames: ['push_service', 'reason'] as const,
  registers: [metrics],
});

/** Counts the times that a push service was paused, for one domain or for all of them. */
export const pushServicePauses = new Counter({
  name: 'push_contact_push_service_pauses_total',
  help: 'Pauses of push services that refuse sends, for one domain or for all',
  labelNames: ['scope'] as const,
  registers: [metrics],
});

/** Counts the times that so many contacts of a domain were said to be gone that none is pruned. */
export const pruneBreakerTrips = new Counter({
  name: 'push_contact_prune_breaker_trips_total',
  help: 'Times that pruning of a domain was stopped because too many of its contacts were said to be gone',
  registers: [metrics],
});

/** Counts contacts that are said to be gone and were not pruned. */
export const withheldContacts = new Counter({
  name: 'push_contact_withheld_contacts_total',
  help: 'Contacts that are said to be gone and were not pruned',
  registers: [metrics],
});

/** Counts contacts by which the counters of domains differed when they were counted again. */
export const contactCountCorrections = new Counter({
  name: 'push_contact_contact_count_corrections_total',
  help: 'Contacts that were changed by something that does not count them, found by counting again',
  registers: [metrics],
});

/** Counts the times that the folder of public keys could not be read again; the keys before stay in use. */
export const failedKeyReads = new Counter({
  name: 'push_contact_jwt_key_read_failures_total',
  help: 'Times that JWT_PUBLIC_KEYS_DIR could not be read again, so that the keys before stay in use',
  registers: [metrics],
});

/** Counts calls whose audit entry is stored, but not what became of them. */
export const lostAuditOutcomes = new Counter({
  name: 'push_contact_audit_outcomes_lost_total',
  help: 'Calls whose audit entry has no status because MongoDB did not take it',
  registers: [metrics],
});

/** Counts audit entries that MongoDB did not take. */
export const refusedAuditEntries = new Counter({
  name: 'push_contact_audit_entries_refused_total',
  help: 'Writes of audit entries that MongoDB did not take, so that their calls were not accepted',
  registers: [metrics],
});

/** Counts repetitions of erasures that failed; each is tried again. */
export const failedErasures = new Counter({
  name: 'push_contact_erasure_failures_total',
  help: 'Times that an erasure of personal data failed and was left for later',
  registers: [metrics],
});

/** The age of the oldest erasure that has not ended, as the worker saw it last. */
export const oldestErasureSeconds = new Gauge({
  name: 'push_contact_oldest_erasure_age_seconds',
  help: 'Age of the oldest erasure of personal data that has not ended; 0 without one',
  registers: [metrics],
});

/** Counts requests that were refused because of a limit, by the limit. */
export const limitedRequests = new Counter({
  name: 'push_contact_rate_limited_requests_total',
  help: 'Requests that were refused because a limit was reached',
  labelNames: ['limit'] as const,
  registers: [metrics],
});

/** Counts requests that passed uncounted: Redis does not count, or the client's address is unknown. */
export const uncountedRequests = new Counter({
  name: 'push_contact_uncounted_requests_total',
  help: 'Requests that passed a limit without being counted',
  labelNames: ['reason'] as const,
  registers: [metrics],
});

/** Counts tracking links that were accepted although they have no signature. */
export const unsignedTrackingLinks = new Counter({
  name: 'push_contact_unsigned_tracking_links_total',
  help: 'Tracking links without a signature that were accepted',
  registers: [metrics],
});

/** Counts tracking links that were refused: see `RefusedLinks`. */
export const refusedTrackingLinks = new Counter({
  name: 'push_contact_refused_tracking_links_total',
  help: 'Tracking links that were refused',
  labelNames: ['reason'] as const,
  registers: [metrics],
});

/** Measures every request by its route, never by its path, which may contain device tokens. */
export function measureRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requestSeconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
}
