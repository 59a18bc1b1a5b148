import { Injectable } from '@nestjs/common';
import { BatchesRepository } from '../ledger/batches.repository.js';
import type { BatchRef } from '../ledger/batch.js';
import { DeliveriesReader } from '../ledger/deliveries.reader.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';

/** Finds work in MongoDB whose job in Redis was lost, or was never added. */
@Injectable()
export class OverdueDeliveries {
  constructor(
    private readonly deliveries: DeliveriesReader,
    private readonly batches: BatchesRepository,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Enqueues plans, visitor batches and broadcast batches that were due before `overdue`, at most `limit` of
   * each. Broadcast batches are left out while `limit` of their jobs wait in the queue.
   */
  async enqueueOverdue(overdue: Date, limit: number): Promise<void> {
    await this.jobs.enqueueOverduePlans(await this.deliveries.findDueBefore(overdue, limit));
    await this.enqueueBatches('visitor', overdue, limit);
    // Batches of a long queue are overdue only because they wait: they need no second job.
    if ((await this.jobs.countWaitingBatches()) < limit) await this.enqueueBatches('broadcast', overdue, limit);
  }

  private async enqueueBatches(lane: BatchRef['lane'], overdue: Date, limit: number): Promise<void> {
    const batches = await this.batches.findDueBefore(overdue, lane, limit);
    await this.jobs.enqueueOverdueBatches(lane, batches);
    await this.batches.touch(batches.map(({ id }) => id));
  }
}
