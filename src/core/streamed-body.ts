import { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A route's option: its JSON body may be too large to be held in memory and is handed over while it arrives. */
export const STREAMS_BODY = { streamsBody: true } as const;

/** A route's option: it takes no body, and one that is sent all the same is neither parsed nor refused. */
export const IGNORES_BODY = { ignoresBody: true } as const;

/** Only known inside of this process: Fastify chooses a body's parser by its type alone, not by its route. */
const STREAMED_TYPE = 'application/x-streamed-json';
const IGNORED_TYPE = 'application/x-ignored';

/** The body, still arriving, of a route that is marked with STREAMS_BODY; neither parsed nor limited. */
export const StreamedBody = createParamDecorator((_: unknown, context: ExecutionContext): Readable => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  // Without any body and type there is nothing that Fastify could hand over.
  return body instanceof Readable ? body : Readable.from([]);
});

/** Lets the marked routes have their bodies unread; streamed ones of other types than `jsonTypes` are refused as anywhere. */
export function streamMarkedBodies(fastify: FastifyInstance, jsonTypes: RegExp): void {
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    const { streamsBody, ignoresBody } = request.routeOptions.config as Partial<
      typeof STREAMS_BODY & typeof IGNORES_BODY
    >;
    const isJson = jsonTypes.test(request.headers['content-type'] ?? '');
    if (streamsBody === true && isJson) request.headers['content-type'] = STREAMED_TYPE;
    if (ignoresBody === true) request.headers['content-type'] = IGNORED_TYPE;
    done();
  });
  fastify.addContentTypeParser(STREAMED_TYPE, (_request, payload, done) => {
    done(null, payload);
  });
  fastify.addContentTypeParser(IGNORED_TYPE, (_request, payload, done) => {
    payload.resume();
    done(null);
  });
}
