import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { ProcessController } from './process.controller.js';

@Module({
  imports: [DeliveriesModule],
  controllers: [ProcessController, HealthController],
  providers: [HealthService],
})
export class HealthModule {}
