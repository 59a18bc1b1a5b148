import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/errors.js';

/**
 * Rejects a request without a route as `route_not_found` before its body is read. Fastify would parse the
 * body first, and reject one that is too large or no JSON with another status.
 */
export function rejectUnknownRoutes(fastify: FastifyInstance): void {
  // After `onRequest`, in which the response gets its CORS headers.
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    if (!request.is404) done();
    else done(new AppError('route_not_found', 'There is no route for this method and path.'));
  });
}
