import type { FastifyInstance } from 'fastify';

/** Lets the route of this path take larger bodies than the rest. To be called before the routes are registered. */
export function setBodyLimit(fastify: FastifyInstance, path: string, bytes: number): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === path) route.bodyLimit = bytes;
  });
}
