import { Module } from '@nestjs/common';
import { BatchProcessor } from './deliveries/batch.processor.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { PlanProcessor } from './deliveries/plan.processor.js';
import { Sweeper } from './deliveries/sweeper.js';
import { VisitorBatchProcessor } from './deliveries/visitor-batch.processor.js';
import { DopplerVisitorProcessor } from './doppler/doppler-visitor.processor.js';
import { DopplerModule } from './doppler/doppler.module.js';

/** Root of mode `worker`: every processor, and here alone, since @nestjs/bull consumes for each one that it finds. */
@Module({
  imports: [DeliveriesModule, DopplerModule],
  providers: [PlanProcessor, BatchProcessor, VisitorBatchProcessor, DopplerVisitorProcessor, Sweeper],
})
export class WorkerModule {}
