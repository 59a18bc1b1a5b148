import type { FastifyInstance } from 'fastify';

/** Sets the body limit of the routes with this path, in bytes. Call it before the routes are registered. */
export function setBodyLimit(fastify: FastifyInstance, path: string, bytes: number): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === path) route.bodyLimit = bytes;
  });
}
