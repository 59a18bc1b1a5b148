import { Controller, Get, Header } from '@nestjs/common';
import { HealthService } from './health.service.js';

/** Whether this process can do its work. Documented in `health.openapi.ts`. */
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('health/ready')
  @Header('cache-control', 'no-store')
  ready(): Promise<object> {
    return this.health.demandReady();
  }
}
