import type { Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { HealthController } from './health.controller.js';
import { ProcessController } from './process.controller.js';

/**
 * Adds the routes of health to OpenAPI. Not written at the controllers, because a worker has them too, and
 * would keep Swagger's code in memory although it serves no document. Call it before serveOpenApi.
 */
export function documentHealth(): void {
  const controllers = [ProcessController, HealthController];
  for (const controller of controllers) ApiTags('Health')(controller);
  document(
    ProcessController,
    'getLiveness',
    ApiOperation({ summary: 'Whether this process is running' }),
    ApiOkResponse({ description: 'The process is running', schema: { example: { status: 'ok' } } }),
  );
  document(
    HealthController,
    'getReadiness',
    ApiOperation({ summary: 'Whether this process can do its work; names each dependency' }),
    ApiOkResponse({
      description: 'Every dependency that this process needs serves; warnings names what else is wrong',
      schema: { example: { status: 'ok', dependencies: { mongodb: 'up', redis: 'up', pushApi: 'up' } } },
    }),
    ApiProblem('not_ready'),
  );
}

function document<C>(controller: Type<C>, method: keyof C & string, ...decorators: readonly MethodDecorator[]): void {
  const prototype = controller.prototype as object;
  Reflect.decorate([...decorators], prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
}
