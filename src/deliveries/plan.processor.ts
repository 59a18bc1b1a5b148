import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { DELIVERY_PLANS_QUEUE, type DeliveryPlanJob } from './plan.job.js';
import { PlansService } from './plans.service.js';

const CONCURRENCY = 4;

@Processor(DELIVERY_PLANS_QUEUE)
export class PlanProcessor {
  constructor(private readonly plans: PlansService) {}

  @Process({ concurrency: CONCURRENCY })
  plan({ data }: Job<DeliveryPlanJob>): Promise<void> {
    return this.plans.plan(data.deliveryId);
  }
}
