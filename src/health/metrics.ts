import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What this process tells Prometheus. */
export const metrics = new Registry();

collectDefaultMetrics({ register: metrics });

const requestSeconds = new Histogram({
  name: 'push_contact_http_request_duration_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['method', 'route', 'status'] as const,
  registers: [metrics],
});

/** Contacts whose outcome was recorded, by outcome. */
export const settledContacts = new Counter({
  name: 'push_contact_settled_contacts_total',
  help: 'Contacts whose outcome was recorded',
  labelNames: ['outcome'] as const,
  registers: [metrics],
});

/** Measures every request under its route, never under its path: paths hold device tokens. */
export function measureRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requestSeconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
}
