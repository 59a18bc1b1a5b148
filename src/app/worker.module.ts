import { Module } from '@nestjs/common';
import { BatchProcessor } from '../deliveries/send/batch.processor.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { PlanProcessor } from '../deliveries/plan/plan.processor.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { Sweeper } from '../maintenance/sweeper.js';
import { WorkerHeartbeat } from '../maintenance/worker-heartbeat.js';
import { VisitorBatchProcessor } from '../deliveries/send/visitor-batch.processor.js';
import { DopplerVisitorProcessor } from '../doppler/doppler-visitor.processor.js';
import { DopplerModule } from '../doppler/doppler.module.js';
import { VisitorDataModule } from '../visitor-data/visitor-data.module.js';
import { StatsModule } from '../stats/stats.module.js';

/**
 * Modules and processors of the mode `worker`. Processors are listed here alone, because @nestjs/bull
 * consumes a queue for each processor that it finds.
 */
@Module({
  imports: [DeliveriesModule, DopplerModule, VisitorDataModule, PushContactsModule, StatsModule, MonitoringModule],
  providers: [PlanProcessor, BatchProcessor, VisitorBatchProcessor, DopplerVisitorProcessor, Sweeper, WorkerHeartbeat],
})
export class WorkerModule {}
