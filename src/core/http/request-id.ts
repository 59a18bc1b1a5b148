import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** The header by which callers, proxies and log lines name one request. There is no standard for it. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** No `@`, `:` or blank: e-mails, device tokens, URLs and line breaks are no id, because ids are logged. */
const REQUEST_ID = /^[\w.-]{1,128}$/;

/** The digits of a UUID after its last hyphen (RFC 9562, section 4). */
const NODE_DIGITS = 12;

/** Random for this process. */
const UUID_START = randomUUID().slice(0, -NODE_DIGITS);

let requests = 0;

/**
 * The caller's id of a request, where it is one that may be logged; else a new id in the form of a UUID. It
 * ends with a count: random bytes for each request cost the busiest routes a hundredth of their time.
 */
export function readRequestId({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const given = headers[REQUEST_ID_HEADER];
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
  requests += 1;
  return UUID_START + requests.toString(16).padStart(NODE_DIGITS, '0');
}

/** Answers every request with its id. Call it before other hooks are added, which may refuse the request. */
export function answerRequestIds(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}
