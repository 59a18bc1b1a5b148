import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findTracer, type OpenSpan } from './tracing.js';

/** Probes, each second and more, which nobody looks for in a trace. */
const UNTRACED = /^\/health(\/|$)/;

interface TraceOptions {
  /** Whether anybody may call the route: then what a caller says of its trace is not believed. */
  readonly isOpen: (request: FastifyRequest) => boolean;
}

/**
 * Makes a span for each request that is not refused before its body is read, below the caller's
 * `traceparent`. Does nothing while nothing is traced. Call it after the hooks that refuse requests are
 * added.
 */
export function traceRequests(fastify: FastifyInstance, { isOpen }: TraceOptions): void {
  const tracer = findTracer();
  if (tracer === undefined) return;
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  // Here at the earliest has the body arrived, of which the parser's own events would lose the active span.
  fastify.addHook('preValidation', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route === undefined || UNTRACED.test(route)) {
      done();
      return;
    }
    const span = tracer.begin({
      name: `${request.method} ${route}`,
      kind: 'server',
      parent: isOpen(request) ? null : readTraceparent(request),
      beganAtMs: Date.now() - reply.elapsedTime,
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'push_contact.request_id': request.id,
      },
    });
    spans.set(request, span);
    span.run(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.describe({ 'http.response.status_code': reply.statusCode });
    // An answer to a mistake of the caller is no failure of the server (Semantic Conventions, HTTP spans,
    // status).
    if (reply.statusCode >= 500) span?.fail(String(reply.statusCode));
    span?.end();
    done();
  });
}

/** Two headers are joined by a comma, which makes them malformed (Trace Context, section 3.2). */
function readTraceparent({ headers: { traceparent } }: FastifyRequest): string | null {
  return typeof traceparent === 'string' ? traceparent : null;
}
