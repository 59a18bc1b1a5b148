import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { DELIVERY_PLANS_QUEUE } from '../deliveries/plan.job.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { ProcessController } from './process.controller.js';

@Module({
  imports: [BullModule.registerQueue({ name: DELIVERY_PLANS_QUEUE })],
  controllers: [ProcessController, HealthController],
  providers: [HealthService],
})
export class HealthModule {}
