import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblem } from '../core/api-problem.js';
import { invalidProperty } from '../core/errors.js';

/** A request that its caller may repeat. */
export interface IdempotentRequest {
  readonly key: string;
  /** The same for the same route, path and body alone. */
  readonly fingerprint: string;
}

/** Printable ASCII. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), or undefined without one. */
export const IdempotencyKey = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined) return undefined;
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw invalidProperty('Idempotency-Key', 'must be 1 to 255 printable ASCII characters without a space');
    }
    // A body that is read while it arrives is not known yet; whoever reads it adds it to the fingerprint.
    const body = request.body instanceof Readable ? '' : JSON.stringify(request.body ?? null);
    return { key, fingerprint: fingerprintOf(request.method, request.url, body) };
  },
);

/** Documents the header in OpenAPI. */
export function AcceptsIdempotencyKey(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      description: 'The same key and request are answered with the same messageId for 24 hours, and done once',
    }),
    ApiProblem('idempotency_key_in_use', 'idempotency_key_reused'),
  );
}

function fingerprintOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
