import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { type ErrorCode, ERRORS } from './errors.js';

/** Every error response (RFC 9457). */
class Problem {
  @ApiProperty({ format: 'uri', example: 'urn:push-contact:error:validation_failed' })
  type: string;

  @ApiProperty({ example: 'The request is invalid' })
  title: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status: number;

  @ApiProperty({ example: 'The request is invalid.' })
  detail: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    selfRequired: false,
    description: 'what is wrong with each property of the request',
    example: { title: ['title must not be blank'] },
  })
  errors?: Readonly<Record<string, readonly string[]>>;
}

interface ProblemResponse {
  readonly description: string;
  readonly content: Record<string, { schema: { $ref: string }; examples: Record<string, { value: object }> }>;
}

/** Documents in OpenAPI that a route can fail with `codes`; codes with one status share a response. */
export function ApiProblem(...codes: readonly ErrorCode[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return applyDecorators(
    ApiExtraModels(Problem),
    ...statuses.map((status) => {
      const ofStatus = codes.filter((code) => ERRORS[code].status === status);
      return ApiResponse({ status, ...buildProblemResponse(...ofStatus) });
    }),
  );
}

/** Returns the OpenAPI response of `codes`, which have one status. */
export function buildProblemResponse(...codes: readonly ErrorCode[]): ProblemResponse {
  return {
    description: codes.map((code) => ERRORS[code].title).join('; '),
    content: {
      'application/problem+json': { schema: { $ref: getSchemaPath(Problem) }, examples: buildExamples(codes) },
    },
  };
}

function buildExamples(codes: readonly ErrorCode[]): Record<string, { value: object }> {
  const buildExample = (code: ErrorCode): object => ({
    type: `urn:push-contact:error:${code}`,
    ...ERRORS[code],
    detail: `${ERRORS[code].title}.`,
  });
  return Object.fromEntries(codes.map((code) => [code, { value: buildExample(code) }]));
}
