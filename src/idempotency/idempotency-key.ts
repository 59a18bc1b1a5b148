import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblem } from '../core/errors/api-problem.js';
import { readIdempotencyKey } from '../core/http/idempotency-key.js';

/** A request with an Idempotency-Key. */
export interface IdempotentRequest {
  readonly key: string;
  /** A hash of method, URL and body. */
  readonly fingerprint: string;
}

/** The request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), or undefined without one. */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    if (key === undefined) return undefined;
    // A body that is read while it arrives is not known yet; its reader adds it to the fingerprint.
    const body = request.body instanceof Readable ? '' : JSON.stringify(request.body ?? null);
    return { key: toOwnKey(key, request), fingerprint: fingerprint(request.method, request.url, body) };
  },
);

/**
 * The keys of a domain's tokens are apart from those of other domains and of super users: nobody learns from
 * a key what another one has sent. A key has no space, so two different ones never become the same.
 */
function toOwnKey(key: string, { scopedDomain }: FastifyRequest): string {
  return scopedDomain === undefined ? key : `${scopedDomain} ${key}`;
}

/** Documents the header in OpenAPI. */
export function AcceptsIdempotencyKey(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      description: 'The same key and request return the same messageId for 24 hours, and are done once',
    }),
    ApiProblem('idempotency_key_in_use', 'idempotency_key_reused'),
  );
}

function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
