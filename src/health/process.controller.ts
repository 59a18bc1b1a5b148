import { Controller, Get, Header } from '@nestjs/common';
import { Anonymous } from '../security/route-access.js';

/** Liveness, in every mode and without dependencies. Its OpenAPI is in `health.openapi.ts`. */
@Controller()
export class ProcessController {
  @Get('health/live')
  @Anonymous()
  @Header('cache-control', 'no-store')
  getLiveness(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
