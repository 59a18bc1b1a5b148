import type { Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { HealthController } from './health.controller.js';
import { ProcessController } from './process.controller.js';

/**
 * Describes the routes of health in OpenAPI. Apart from their controllers, unlike everywhere else: every mode has these
 * controllers, and a worker, which serves no document, would keep Swagger's code in memory for them.
 */
export function documentHealth(): void {
  const controllers = [ProcessController, HealthController];
  for (const controller of controllers) ApiTags('Health')(controller);
  document(
    ProcessController,
    'live',
    ApiOperation({ summary: 'Whether this process is running' }),
    ApiOkResponse({ description: 'The process is running', schema: { example: { status: 'ok' } } }),
  );
  document(
    ProcessController,
    'getMetrics',
    ApiOperation({ summary: 'Metrics in the text format of Prometheus' }),
    ApiOkResponse({ description: 'Metrics of this process', content: { 'text/plain': {} } }),
  );
  document(
    HealthController,
    'ready',
    ApiOperation({ summary: 'Whether this process can do its work; names each dependency' }),
    ApiOkResponse({
      description: 'Every dependency answers',
      schema: { example: { status: 'ok', dependencies: { mongodb: 'up', redis: 'up' } } },
    }),
    ApiProblem('not_ready'),
  );
}

function document<C>(controller: Type<C>, method: keyof C & string, ...decorators: readonly MethodDecorator[]): void {
  const prototype = controller.prototype as object;
  Reflect.decorate([...decorators], prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
}
