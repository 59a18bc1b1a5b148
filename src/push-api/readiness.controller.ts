import { Controller, Get, Header } from '@nestjs/common';
import { Anonymous } from '../security/route-access.js';
import { type ReadinessResponse, ReadinessService } from './readiness.service.js';

/** Readiness of the mode `push-api`, at the same path as that of the other modes. */
@Controller()
export class ReadinessController {
  constructor(private readonly readiness: ReadinessService) {}

  @Get('health/ready')
  @Anonymous()
  @Header('cache-control', 'no-store')
  ready(): Promise<ReadinessResponse> {
    return this.readiness.assertReady();
  }
}
