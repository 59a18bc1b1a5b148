import { Controller, Get, Header } from '@nestjs/common';
import { Anonymous } from '../security/route-access.js';
import { NOT_LIMITED } from '../core/http/route-limit.js';
import { HealthService } from './health.service.js';

/** Readiness of this process. Its OpenAPI is in `health.openapi.ts`. */
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('health/ready')
  @Anonymous(NOT_LIMITED)
  @Header('cache-control', 'no-store')
  getReadiness(): Promise<object> {
    return this.health.assertReady();
  }
}
