import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { type ErrorCode, ERRORS } from './errors.js';

/** OpenAPI schema of every error answer (RFC 9457). */
const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
  },
};

/** Documents in OpenAPI that a route can answer with these errors; those of one status share an answer. */
export function ApiProblem(...codes: readonly ErrorCode[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return applyDecorators(
    ...statuses.map((status) => {
      const ofStatus = codes.filter((code) => ERRORS[code].status === status);
      return ApiResponse({
        status,
        description: ofStatus.map((code) => ERRORS[code].title).join('; '),
        content: { 'application/problem+json': { schema: PROBLEM_SCHEMA, examples: examplesOf(ofStatus) } },
      });
    }),
  );
}

function examplesOf(codes: readonly ErrorCode[]): Record<string, { value: object }> {
  const exampleOf = (code: ErrorCode): object => ({
    type: `urn:push-contact:error:${code}`,
    ...ERRORS[code],
    detail: `${ERRORS[code].title}.`,
  });
  return Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]));
}
