import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** The header by which callers, proxies and log lines name one request. There is no standard for it. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** No `@`, `:` or blank: e-mails, device tokens, URLs and line breaks are no id, because ids are logged. */
const REQUEST_ID = /^[\w.-]{1,128}$/;

/** The caller's id of a request, where it is one that may be logged; else a new UUID. */
export function readRequestId({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Answers every request with its id. Call it before other hooks are added, which may refuse the request. */
export function answerRequestIds(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}
