import { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/errors.js';

/** A route option: the handler gets the JSON body as a stream, because it may be too large for memory. */
export const STREAMS_BODY = { streamsBody: true } as const;

/** A route option: the route has no body; one that is sent is read, but neither parsed nor rejected. */
export const IGNORES_BODY = { ignoresBody: true } as const;

/** What a body without a media type is (RFC 9110, section 8.3). */
const UNKNOWN_TYPE = 'application/octet-stream';

/** What becomes of a request's body, by its route alone. */
export type BodyUse = 'parsed' | 'streamed' | 'ignored';

/**
 * Injects the body of a route with STREAMS_BODY piece by piece; it is neither parsed nor limited. Whoever
 * stops reading
 * early leaves the connection usable. Throws `malformed_request` when the body breaks off.
 */
export const StreamedBody = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Buffer> => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  // Without a body Fastify calls no parser.
  return readPieces(body instanceof Readable ? body : Readable.from([]));
});

async function* readPieces(body: Readable): AsyncGenerator<Buffer> {
  try {
    // Destroying a request takes it from its connection, which then waits for ever for the rest of the body.
    for await (const piece of body.iterator({ destroyOnReturn: false })) yield piece as Buffer;
  } catch {
    throw new AppError('malformed_request', 'The body broke off before its end.');
  }
}

/**
 * A DELETE has no use for a body (RFC 9110, section 9.3.5), and there is nobody to read one on an unknown
 * route.
 */
export function findBodyUse(request: FastifyRequest): BodyUse {
  const { streamsBody, ignoresBody } = request.routeOptions.config as Partial<
    typeof STREAMS_BODY & typeof IGNORES_BODY
  >;
  if (ignoresBody === true || request.method === 'DELETE' || request.is404) return 'ignored';
  return streamsBody === true ? 'streamed' : 'parsed';
}

/** Whether the head of a request announces a body (RFC 9112, section 6.3). */
export function announcesBody({ headers }: FastifyRequest['raw']): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  return length !== undefined && length !== '0';
}

/**
 * Makes routes with STREAMS_BODY and IGNORES_BODY work. A body to be streamed whose media type does not match
 * `jsonTypes` is rejected as on any other route.
 */
export function streamMarkedBodies(fastify: FastifyInstance, jsonTypes: RegExp): void {
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    const use = findBodyUse(request);
    if (use === 'parsed') {
      done();
      return;
    }
    // Fastify chooses a parser by media type alone. For a request that has none it takes the parser below,
    // or no parser
    // when there is no body.
    const { headers } = request;
    const type = headers['content-type'] ?? UNKNOWN_TYPE;
    if (use === 'ignored' || jsonTypes.test(type)) delete headers['content-type'];
    else if (announcesBody(request.raw)) headers['content-type'] = type;
    done();
  });
  fastify.addContentTypeParser('*', (request, payload, done) => {
    const use = findBodyUse(request);
    const isRejected = use === 'parsed' || request.headers['content-type'] !== undefined;
    if (isRejected) done(new AppError('unsupported_media_type', 'Send the body as application/json.'));
    else done(null, use === 'streamed' ? payload : undefined);
  });
}
