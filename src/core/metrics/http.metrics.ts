import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { NAMED_ELSEWHERE, STATUSES, toStatusLabel } from './label-sets.js';
import { histogram } from './registry.js';

const requestSeconds = histogram({
  name: 'push_contact_http_request_duration_seconds',
  help: 'Time from a request to the end of its response',
  labels: { method: METHODS, route: NAMED_ELSEWHERE, status: STATUSES },
  // Few: each is a line for every method, route and status.
  buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
});

/** Of a request that no route is for. */
const NO_ROUTE = 'unknown';

/** Measures every request by its route, never by its path, which may contain device tokens. */
export function measureRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? NO_ROUTE;
    const labels = { method: request.method, route, status: toStatusLabel(reply.statusCode) };
    requestSeconds.observe(labels, reply.elapsedTime / 1_000);
    done();
  });
}
