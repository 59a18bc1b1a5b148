import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { demandQueue, ringBell } from '../core/queues.js';
import { DELIVERY_BATCHES_QUEUE, type DeliveryBatchJob, priorityOf } from './batch.job.js';
import { DELIVERY_PLANS_QUEUE, type DeliveryPlanJob } from './plan.job.js';

/** Wakes workers by Bull jobs. What they are to do is in MongoDB. */
@Injectable()
export class DeliveryBells {
  constructor(
    @InjectQueue(DELIVERY_PLANS_QUEUE) private readonly plans: Queue<DeliveryPlanJob>,
    @InjectQueue(DELIVERY_BATCHES_QUEUE) private readonly batches: Queue<DeliveryBatchJob>,
  ) {}

  /** Throws `queue_unavailable` when Redis is away. */
  demandQueue(): void {
    demandQueue(this.plans);
  }

  /** Rejects when Redis does not answer. */
  async ping(): Promise<void> {
    this.demandQueue();
    await this.plans.client.ping();
  }

  ringForPlan(deliveryId: string): Promise<void> {
    return ringBell(this.plans, { deliveryId }, { jobId: deliveryId });
  }

  /** Now, or at `dueAt` when that is later. */
  ringForBatch(batchId: string, batchNumber: number, dueAt = new Date(0)): Promise<void> {
    const delay = Math.max(0, dueAt.getTime() - Date.now());
    // A postponed batch rings while its own job is still active: with the same id that job would hide the new one.
    const jobId = delay > 0 ? `${batchId}@${dueAt.getTime()}` : batchId;
    return ringBell(this.batches, { batchId }, { jobId, delay, priority: priorityOf(batchNumber) });
  }

  /** Batches that wait in the queue for a worker. */
  countWaitingBatches(): Promise<number> {
    return this.batches.getWaitingCount();
  }
}
