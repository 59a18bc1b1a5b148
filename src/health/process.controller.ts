import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { metrics } from './metrics.js';

/** What a process says of itself, whatever its mode and its dependencies. */
@ApiTags('Health')
@Controller()
export class ProcessController {
  @Get('health/live')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether this process is running' })
  @ApiOkResponse({ description: 'The process is running', schema: { example: { status: 'ok' } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', metrics.contentType)
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  @ApiOkResponse({ description: 'Metrics of this process', content: { 'text/plain': {} } })
  getMetrics(): Promise<string> {
    return metrics.metrics();
  }
}
