import { Controller, Get, Header } from '@nestjs/common';

/** Liveness, in every mode and without dependencies. Its OpenAPI is in `health.openapi.ts`. */
@Controller()
export class ProcessController {
  @Get('health/live')
  @Header('cache-control', 'no-store')
  getLiveness(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
