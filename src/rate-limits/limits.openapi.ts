import type { OpenAPIObject } from '@nestjs/swagger';
import { buildProblemResponse } from '../core/errors/api-problem.js';
import { LIMIT_HEADERS } from './request-limits.js';

/** Adds to each operation with a limit that it can answer 429, and what its headers say. */
export function documentLimits(document: OpenAPIObject, limitedRoutes: ReadonlySet<string>): void {
  const operations = Object.entries(document.paths).flatMap(([path, { get, put, post, delete: remove }]) =>
    Object.entries({ GET: get, PUT: put, POST: post, DELETE: remove }).flatMap(([method, operation]) =>
      operation !== undefined && limitedRoutes.has(`${method} ${path}`) ? [operation] : [],
    ),
  );
  for (const { responses } of operations) {
    responses['429'] = {
      ...buildProblemResponse('too_many_requests'),
      ...responses['429'],
      headers: describeHeaders(),
    };
  }
}

function describeHeaders(): Record<string, { description: string; schema: { type: 'integer' } }> {
  const descriptions = ['requests of a window', 'requests that are left', 'seconds until the next window', 'the same'];
  return Object.fromEntries(
    LIMIT_HEADERS.map((name, index) => [
      name,
      { description: descriptions[index] ?? '', schema: { type: 'integer' } } as const,
    ]),
  );
}
