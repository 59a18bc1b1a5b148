import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The response header that names the preference which was honoured (RFC 7240, section 3). */
export const PREFERENCE_APPLIED = 'Preference-Applied';

const STRICT = 'handling=strict';

/** A preference with its parameters. A comma in a quoted string separates nothing. */
const PREFERENCES = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;

/** Parsed bodies whose callers prefer strict handling, and what says in the response that it was done. */
const strictBodies = new WeakMap<object, () => void>();

/**
 * Whether a Prefer header asks for strict handling (RFC 7240, section 4.4), in any case (RFC 5234, section
 * 2.3). Of a preference that is repeated the first one counts.
 */
export function prefersStrictHandling(header: string | readonly string[] | undefined): boolean {
  if (header === undefined) return false;
  const preferences = String(header).toLowerCase().match(PREFERENCES) ?? [];
  const [, value] = preferences.map(splitPreference).find(([name]) => name === 'handling') ?? [];
  return value === 'strict' || value === '"strict"';
}

/** Name and value; parameters are left out. */
function splitPreference(preference: string): string[] {
  const [withoutParameters = ''] = preference.split(';', 1);
  return withoutParameters.split('=', 2).map((part) => part.trim());
}

/**
 * Remembers the bodies that are to be read strictly, until RequestPipe asks. Call it before routes are
 * registered.
 */
export function rememberStrictHandling(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', ({ body, headers }, reply, done) => {
    if (typeof body === 'object' && body !== null && prefersStrictHandling(headers.prefer)) {
      strictBodies.set(body, () => {
        confirm(reply);
      });
    }
    done();
  });
}

/** Whether a body is to be read strictly. If so, the response says that it was. */
export function applyStrictHandling(body: object): boolean {
  const confirmApplied = strictBodies.get(body);
  confirmApplied?.();
  return confirmApplied !== undefined;
}

/**
 * Injects whether the body of a route with STREAMS_BODY is to be read strictly. If so, the response says that
 * it was.
 */
export const StrictHandling = createParamDecorator((_: unknown, context: ExecutionContext): boolean => {
  const http = context.switchToHttp();
  const isStrict = prefersStrictHandling(http.getRequest<FastifyRequest>().headers.prefer);
  if (isStrict) confirm(http.getResponse<FastifyReply>());
  return isStrict;
});

/** Documents the header in OpenAPI. */
export function AcceptsStrictHandling(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Prefer',
      required: false,
      schema: { type: 'string' },
      description: `${STRICT} refuses properties of the body that are unknown (RFC 7240)`,
    }),
  );
}

function confirm(reply: FastifyReply): void {
  void reply.header(PREFERENCE_APPLIED, STRICT);
}
