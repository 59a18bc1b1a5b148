import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { demandQueue, findNextJobs, ringBells } from '../core/queues.js';
import { DELIVERY_BATCHES_QUEUE, type DeliveryBatchJob, VISITOR_BATCHES_QUEUE } from './batch.job.js';
import type { BatchToRing } from './batches.repository.js';
import { DELIVERY_PLANS_QUEUE, type DeliveryPlanJob } from './plan.job.js';
import { priorityOf, servedTurn } from './turns.js';

const AT_ONCE = new Date(0);

/** Wakes workers by Bull jobs. What they are to do is in MongoDB. */
@Injectable()
export class DeliveryBells {
  constructor(
    @InjectQueue(DELIVERY_PLANS_QUEUE) private readonly plans: Queue<DeliveryPlanJob>,
    @InjectQueue(DELIVERY_BATCHES_QUEUE) private readonly batches: Queue<DeliveryBatchJob>,
    @InjectQueue(VISITOR_BATCHES_QUEUE) private readonly visitorBatches: Queue<DeliveryBatchJob>,
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

  /** Now, or at `dueAt` when that is later. */
  ringForPlan(deliveryId: string, dueAt = AT_ONCE): Promise<void> {
    return ringBells(this.plans, [{ data: { deliveryId }, opts: timing(deliveryId, dueAt) }]);
  }

  /** Now, or at `dueAt` when that is later. */
  ringForBatch(batch: BatchToRing, dueAt = AT_ONCE): Promise<void> {
    return this.ringForBatches([batch], dueAt);
  }

  /** Now, or at `dueAt` when that is later; workers that have nothing to do take them in the order of their turns. */
  async ringForBatches(batches: readonly BatchToRing[], dueAt = AT_ONCE): Promise<void> {
    const ofVisitors = batches.filter(({ lane }) => lane === 'visitor');
    const ofBroadcasts = batches.filter(({ lane }) => lane === 'broadcast');
    await ringBells(
      this.visitorBatches,
      ofVisitors.map(({ id }) => ({ data: { batchId: id }, opts: timing(id, dueAt) })),
    );
    await ringBells(
      this.batches,
      ofBroadcasts.map(({ id, turn }) => ({
        data: { batchId: id },
        opts: { ...timing(id, dueAt), priority: priorityOf(turn) },
      })),
    );
  }

  /** The turn that the broadcasts' workers have come to; undefined when they have nothing to do or Redis is away. */
  async findServedTurn(): Promise<number | undefined> {
    return servedTurn((await findNextJobs(this.batches)).map(({ opts }) => opts.priority));
  }

  /** Batches of broadcasts that wait in the queue for a worker. */
  countWaitingBatches(): Promise<number> {
    return this.batches.getWaitingCount();
  }
}

/** What rings again while its own job is still active needs another id: Bull does not add a second one of the same. */
function timing(id: string, dueAt: Date): { jobId: string; delay: number } {
  const delay = Math.max(0, dueAt.getTime() - Date.now());
  return { jobId: delay > 0 ? `${id}@${dueAt.getTime()}` : id, delay };
}
