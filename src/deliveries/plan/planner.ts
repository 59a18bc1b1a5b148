import { Injectable } from '@nestjs/common';
import { plannedContacts } from '../../core/metrics/sending.metrics.js';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { Transactions } from '../../core/mongo/transactions.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import type { Batch } from '../ledger/batch.js';
import { type BegunDelivery, DeliveriesRepository, type PlannedDelivery } from '../ledger/deliveries.repository.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { BatchCutter } from './batch-cutter.js';
import { firstStartTagAfter } from '../jobs/fair-queueing.js';

const HANDED_BACK_AFTER_MS = 100;

/** Plans deliveries: stores their batches step by step and enqueues them. */
@Injectable()
export class Planner {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
    private readonly cutter: BatchCutter,
    private readonly transactions: Transactions,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Plans the delivery from where an earlier plan stopped to its end. Does nothing for a delivery that is
   * planned or cancelled; enqueues one that is not due yet for its time. Two workers may plan the same
   * delivery at once: each step is stored by one of them.
   * @param ending aborted when this process ends: the rest is left to another worker.
   */
  async plan(deliveryId: string, ending: AbortSignal): Promise<void> {
    for (;;) {
      // At a later time: Bull adds no job of the same id while this one is active.
      if (ending.aborted) return this.jobs.enqueuePlan(deliveryId, new Date(databaseNow() + HANDED_BACK_AFTER_MS));
      const delivery = await this.deliveries.findPlanning(deliveryId);
      if (delivery === undefined) return;
      if (delivery.dueAt.getTime() > databaseNow()) return this.jobs.enqueuePlan(deliveryId, delivery.dueAt);
      const cut = await this.cutter.next(delivery);
      if (cut.length === 0) return this.deliveries.finishPlanning(deliveryId);
      // After the cut, which is slow: the virtual time advances meanwhile.
      const begun = await this.begin(delivery);
      const step = cut.map((batch) => ({ ...batch, startTag: begun.firstStartTag + batch.number }));
      const isOurs = await this.store(begun, step);
      if (!isOurs) continue;
      plannedContacts.inc(step.reduce((sum, { contacts }) => sum + contacts, 0));
      await this.jobs.enqueueBatches(step);
    }
  }

  /** Chooses the first start tag. The first step that is stored fixes it. */
  private async begin(delivery: PlannedDelivery): Promise<BegunDelivery> {
    if (delivery.firstStartTag !== undefined) return { ...delivery, firstStartTag: delivery.firstStartTag };
    const [served, latest] = await Promise.all([this.jobs.findVirtualTime(), this.deliveries.findLatestStartTag()]);
    return { ...delivery, firstStartTag: firstStartTagAfter(served, latest) };
  }

  private store(delivery: BegunDelivery, step: readonly Batch[]): Promise<boolean> {
    const planStep = {
      plannedUpTo: step.at(-1)?.range?.upToId ?? delivery.plannedUpTo,
      addedBatches: step.length,
      addedContacts: step.reduce((sum, { contacts }) => sum + contacts, 0),
    };
    return this.transactions.run(async (transaction) => {
      const isOurs = await this.deliveries.advance(delivery, planStep, transaction);
      if (!isOurs) return false;
      if (delivery.kind === 'domain') await this.batches.insert(step, databaseDate(), transaction);
      else await this.batches.release(step, databaseDate(), transaction);
      return true;
    });
  }
}
