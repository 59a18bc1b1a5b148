import { Controller, Get, Header } from '@nestjs/common';
import { metrics } from './metrics.js';

/** What a process says of itself, whatever its mode and its dependencies. Documented in `health.openapi.ts`. */
@Controller()
export class ProcessController {
  @Get('health/live')
  @Header('cache-control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', metrics.contentType)
  getMetrics(): Promise<string> {
    return metrics.metrics();
  }
}
