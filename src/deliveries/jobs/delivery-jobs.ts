import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { countJobs, enqueue, findNextJobs, type JobCounts, removeStuckJobs } from '../../core/queue/queues.js';
import { RedisConnections } from '../../core/queue/redis-connections.js';
import { DELIVERY_BATCHES_QUEUE, type DeliveryBatchJob, VISITOR_BATCHES_QUEUE } from './batch.job.js';
import type { BatchRef } from '../ledger/batch.js';
import { DELIVERY_PLANS_QUEUE, type DeliveryPlanJob } from './plan.job.js';
import { toPriority, virtualTime } from './fair-queueing.js';

const AT_ONCE = new Date(0);

/** Enqueues the Bull jobs that wake workers. A job holds an id; the work itself is in MongoDB. */
@Injectable()
export class DeliveryJobs {
  constructor(
    @InjectQueue(DELIVERY_PLANS_QUEUE) private readonly plans: Queue<DeliveryPlanJob>,
    @InjectQueue(DELIVERY_BATCHES_QUEUE) private readonly batches: Queue<DeliveryBatchJob>,
    @InjectQueue(VISITOR_BATCHES_QUEUE) private readonly visitorBatches: Queue<DeliveryBatchJob>,
    private readonly redis: RedisConnections,
  ) {}

  /** Rejects with `queue_unavailable` unless Redis takes writes; called before a request stores anything. */
  assertQueue(): Promise<void> {
    return this.redis.assertWritable();
  }

  /**
   * Enqueues the plan of a delivery for now, or for `dueAt` when that is later.
   * @param activeId the job that came too early and enqueues this one.
   */
  enqueuePlan(deliveryId: string, dueAt = AT_ONCE, activeId?: string): Promise<void> {
    return enqueue(this.plans, [{ data: { deliveryId }, opts: timing(deliveryId, dueAt, activeId) }]);
  }

  /**
   * Enqueues one batch, as `enqueueBatches` does.
   * @param activeId the job that came too early and enqueues this one.
   */
  enqueueBatch(batch: BatchRef, dueAt = AT_ONCE, activeId?: string): Promise<void> {
    return this.enqueueBatches([batch], dueAt, activeId);
  }

  /**
   * Enqueues batches for now, or for `dueAt` when that is later, each in the queue of its lane. Workers take
   * broadcast batches in the order of start tags and visitor batches in the order of arrival.
   */
  async enqueueBatches(batches: readonly BatchRef[], dueAt = AT_ONCE, activeId?: string): Promise<void> {
    const ofVisitors = batches.filter(({ lane }) => lane === 'visitor');
    const ofBroadcasts = batches.filter(({ lane }) => lane === 'broadcast');
    await enqueue(
      this.visitorBatches,
      ofVisitors.map(({ id }) => ({ data: { batchId: id }, opts: timing(id, dueAt, activeId) })),
    );
    await enqueue(
      this.batches,
      ofBroadcasts.map(({ id, startTag }) => ({
        data: { batchId: id },
        opts: { ...timing(id, dueAt, activeId), priority: toPriority(startTag) },
      })),
    );
  }

  /** Enqueues the plans of deliveries that are overdue, also where a job of them is stuck. */
  async enqueueOverduePlans(deliveryIds: readonly string[]): Promise<void> {
    await removeStuckJobs(this.plans, deliveryIds);
    for (const deliveryId of deliveryIds) await this.enqueuePlan(deliveryId);
  }

  /** Enqueues batches of one lane that are overdue, also where a job of them is stuck. */
  async enqueueOverdueBatches(lane: BatchRef['lane'], batches: readonly BatchRef[]): Promise<void> {
    const queue = lane === 'visitor' ? this.visitorBatches : this.batches;
    await removeStuckJobs(
      queue,
      batches.map(({ id }) => id),
    );
    await this.enqueueBatches(batches);
  }

  /** Returns the virtual time of the broadcast queue; undefined when it is empty or Redis is unreachable. */
  async findVirtualTime(): Promise<number | undefined> {
    return virtualTime((await findNextJobs(this.batches)).map(({ opts }) => opts.priority));
  }

  /** Counts the jobs of each queue. Never rejects. */
  countJobs(): Promise<JobCounts[]> {
    return Promise.all([this.plans, this.batches, this.visitorBatches].map((queue) => countJobs(queue as Queue)));
  }

  /** Counts the broadcast jobs that wait for a worker. */
  countWaitingBatches(): Promise<number> {
    return this.batches.getWaitingCount();
  }
}

/**
 * Bull adds no second job with the same id. A batch that is enqueued for later while its own job is still
 * active therefore gets another job id. So does work whose job came before its time: Bull gives jobs by the
 * clock of this machine, which may be ahead of MongoDB's, and is to give the next one by the same clock.
 */
function timing(id: string, dueAt: Date, activeId?: string): { jobId: string; delay: number; timestamp?: number } {
  const delay = Math.max(0, dueAt.getTime() - databaseNow());
  const jobId = delay > 0 ? `${id}@${dueAt.getTime()}` : id;
  if (activeId === undefined) return { jobId, delay };
  return { jobId: jobId === activeId ? `${jobId}+` : jobId, delay, timestamp: Date.now() };
}
