import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * Headers of requests that a browser makes in advance: `Sec-Purpose` (Fetch standard), and what it had before
 * in Chromium, Safari and Firefox.
 */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

const IN_ADVANCE = /prefetch|prerender|preview/i;

/** Injects whether somebody goes to the address: by a GET that is not made in advance. */
export const IsVisit = createParamDecorator((_: unknown, context: ExecutionContext): boolean => {
  const { method, headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return method === 'GET' && !PURPOSES.some((name) => IN_ADVANCE.test(String(headers[name])));
});
