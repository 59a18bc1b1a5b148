import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Shutdown } from '../../core/process/shutdown.js';
import { DELIVERY_PLANS_QUEUE, type DeliveryPlanJob } from '../jobs/plan.job.js';
import { Planner } from './planner.js';

const CONCURRENCY = 4;

@Processor(DELIVERY_PLANS_QUEUE)
export class PlanProcessor {
  constructor(
    private readonly plans: Planner,
    private readonly shutdown: Shutdown,
  ) {}

  @Process({ concurrency: CONCURRENCY })
  plan({ id, data }: Job<DeliveryPlanJob>): Promise<void> {
    return this.plans.plan(data.deliveryId, this.shutdown.signal, String(id));
  }
}
