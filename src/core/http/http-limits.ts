import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, ERRORS } from '../errors/errors.js';
import { sendProblem } from '../errors/problem.filter.js';
import { announcesBody, findBodyUse } from './streamed-body.js';

/** What one caller, or all of them together, may take of a server. */
export interface HttpLimits {
  /** Connections that are open at once; Node.js closes further ones as they come. */
  readonly maxConnections: number;
  /** Requests of one connection whose responses are not written yet; further ones are refused. */
  readonly maxPipelined: number;
  /** From a request's first byte to the end of its headers. */
  readonly headersMs: number;
  /** From the headers to the end of a body. */
  readonly bodyMs: number;
  /** The same for a body that is read while it arrives. */
  readonly streamedBodyMs: number;
  /**
   * A connection with a request, on which nothing moves in either direction: its response is not being
   * read.
   */
  readonly stalledMs: number;
  /** For the rest of a body that was answered before its end. */
  readonly drainMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  maxConnections: 10_000,
  maxPipelined: 8,
  headersMs: 15_000,
  bodyMs: 30_000,
  streamedBodyMs: 600_000,
  stalledMs: 60_000,
  drainMs: 2_000,
};

/** On a connection of its own. */
const RETRY_AT_ONCE = { retryAfterSeconds: 1 };

/** How often Node.js looks for requests that have run out of time. */
const CHECK_MS = 5_000;

/** The limits that Node.js and Fastify keep by themselves, as options of Fastify. */
export function toServerOptions({ headersMs, streamedBodyMs, stalledMs }: HttpLimits): {
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
  readonly http: { readonly headersTimeout: number; readonly connectionsCheckingInterval: number };
} {
  return {
    requestTimeout: headersMs + streamedBodyMs,
    connectionTimeout: stalledMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: Math.min(CHECK_MS, headersMs) },
  };
}

/**
 * Keeps the limits that depend on a request: a body that does not arrive in time is answered with
 * `request_timeout`, and
 * what is left of a body after its response is read for a moment, so that the connection can be used again,
 * or is cut
 * off with the connection.
 */
export function keepLimits(fastify: FastifyInstance, limits: HttpLimits): void {
  fastify.server.maxConnections = limits.maxConnections;
  limitPipelining(fastify, limits.maxPipelined);
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    if (announcesBody(request.raw)) limitBody(request, reply, limits);
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    // Fastify closes the connection after a body that it refuses to read, so that a caller who is still
    // sending loses the response. What is left is drained instead, unless it did not arrive in time.
    const isInTime = reply.statusCode !== ERRORS.request_timeout.status;
    if (reply.hasHeader('connection') && isInTime && hasUnreadBody(request)) reply.removeHeader('connection');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    if (hasUnreadBody(request)) drain(request, limits.drainMs);
    done();
  });
}

/**
 * Node.js handles all requests of a packet at once, and keeps their responses until they are read: 15 kB ask
 * for 300 of them (RFC 9112, section 9.3.2).
 */
function limitPipelining(fastify: FastifyInstance, max: number): void {
  const waiting = new WeakMap<object, number>();
  fastify.addHook('onRequest', ({ raw: { socket } }, _reply, done) => {
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count <= max) done();
    else done(new AppError('too_many_requests', `At most ${max} requests may wait on a connection.`, RETRY_AT_ONCE));
  });
  fastify.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
    done();
  });
}

function hasUnreadBody({ raw }: FastifyRequest): boolean {
  return announcesBody(raw) && !raw.readableEnded;
}

function limitBody(request: FastifyRequest, reply: FastifyReply, { bodyMs, streamedBodyMs }: HttpLimits): void {
  const { raw } = request;
  const milliseconds = findBodyUse(request) === 'streamed' ? streamedBodyMs : bodyMs;
  const timer = setTimeout(() => {
    if (raw.complete || reply.sent) return;
    void reply.header('connection', 'close');
    sendProblem(reply, new AppError('request_timeout', 'The body did not arrive in time.'));
  }, milliseconds);
  timer.unref();
  raw.once('close', () => {
    clearTimeout(timer);
  });
}

/** A body that nobody reads any more holds back the next request of its connection. */
function drain({ raw }: FastifyRequest, milliseconds: number): void {
  raw.resume();
  if (raw.complete) return;
  const timer = setTimeout(() => {
    if (!raw.complete) raw.socket.destroy();
  }, milliseconds);
  timer.unref();
  raw.once('close', () => {
    clearTimeout(timer);
  });
}
