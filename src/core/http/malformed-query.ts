import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/errors.js';

/** Encoded bytes in a row (RFC 3986, section 2.1). */
const ENCODED = /(?:%[0-9a-f]{2})+/gi;

/**
 * Rejects a query whose encoded bytes are no UTF-8 as `malformed_request`, as Fastify does with such a path.
 * It would take them literally: a domain of the name `%FF`.
 */
export function rejectMalformedQueries(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', ({ raw: { url = '' } }, _reply, _payload, done) => {
    const start = url.indexOf('?');
    if (start < 0 || isUtf8(url.slice(start))) done();
    else done(new AppError('malformed_request', 'The query is not valid UTF-8.'));
  });
}

function isUtf8(query: string): boolean {
  try {
    for (const bytes of query.match(ENCODED) ?? []) decodeURIComponent(bytes);
    return true;
  } catch {
    return false;
  }
}
