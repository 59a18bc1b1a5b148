import { Controller, Get, Header } from '@nestjs/common';
import { Anonymous } from '../security/route-access.js';
import { NOT_LIMITED } from '../core/http/route-limit.js';

/** Liveness, in every mode and without dependencies. Its OpenAPI is in `health.openapi.ts`. */
@Controller()
export class ProcessController {
  @Get('health/live')
  @Anonymous(NOT_LIMITED)
  @Header('cache-control', 'no-store')
  getLiveness(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
