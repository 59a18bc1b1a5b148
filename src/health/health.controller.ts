import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { HealthService } from './health.service.js';

@ApiTags('Health')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('health/ready')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether this process can do its work; names each dependency' })
  @ApiOkResponse({
    description: 'Every dependency answers',
    schema: { example: { status: 'ok', dependencies: { mongodb: 'up', redis: 'up' } } },
  })
  @ApiProblem('not_ready')
  ready(): Promise<object> {
    return this.health.demandReady();
  }
}
