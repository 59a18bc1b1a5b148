import { Injectable, Logger } from '@nestjs/common';
import { plannedContacts } from '../../core/metrics/sending.metrics.js';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { ContendedTransactions } from '../../core/mongo/contended-transactions.js';
import { logFields } from '../../core/process/log-fields.js';
import { findActiveSpan, inSpan } from '../../core/tracing/tracing.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import type { Batch, CutBatch } from '../ledger/batch.js';
import { type BegunDelivery, DeliveriesRepository, type PlannedDelivery } from '../ledger/deliveries.repository.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { BatchCutter } from './batch-cutter.js';
import { firstStartTagAfter } from '../jobs/fair-queueing.js';

const HANDED_BACK_AFTER_MS = 100;

/** Plans deliveries: stores their batches step by step and enqueues them. */
@Injectable()
export class Planner {
  private readonly logger = new Logger('Sends');

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
    private readonly cutter: BatchCutter,
    private readonly transactions: ContendedTransactions,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Plans the delivery from where an earlier plan stopped to its end. Does nothing for a delivery that is
   * planned or cancelled; enqueues one that is not due yet for its time. Two workers may plan the same
   * delivery at once: each step is stored by one of them.
   * @param ending aborted when this process ends: the rest is left to another worker.
   * @param jobId the job that asks for it.
   */
  async plan(deliveryId: string, ending: AbortSignal, jobId: string): Promise<void> {
    const delivery = await this.deliveries.findPlanning(deliveryId);
    if (delivery === undefined) return;
    if (delivery.dueAt.getTime() > databaseNow()) return this.jobs.enqueuePlan(deliveryId, delivery.dueAt, jobId);
    const { messageId, domain, traceParent: parent = null } = delivery;
    const ids = { 'push_contact.delivery_id': deliveryId, 'push_contact.message_id': messageId };
    const attributes = { ...ids, 'push_contact.domain': domain };
    return inSpan({ name: 'plan', kind: 'consumer', parent, attributes }, () => this.planSteps(delivery, ending));
  }

  private async planSteps(first: PlannedDelivery, ending: AbortSignal): Promise<void> {
    const { id } = first;
    const traced = findActiveSpan()?.traceparent;
    const planned = { batches: 0, contacts: 0 };
    for (let next: PlannedDelivery | undefined = first; next; next = await this.deliveries.findPlanning(id)) {
      // At a later time: Bull adds no job of the same id while this one is active.
      if (ending.aborted) return this.jobs.enqueuePlan(id, new Date(databaseNow() + HANDED_BACK_AFTER_MS));
      const cut = await this.cutter.next(next);
      if (cut.length === 0) {
        await this.deliveries.finishPlanning(id);
        this.logger.log(`Planned ${planned.contacts} contacts in ${planned.batches} batches`, logFields(next));
        return;
      }
      // After the cut, which is slow: the virtual time advances meanwhile.
      const begun = await this.begin(next);
      const step = cut.map((batch) => toPlanned(batch, begun.firstStartTag, traced));
      const isOurs = await this.store(begun, step);
      if (!isOurs) continue;
      plannedContacts.inc(countContacts(step));
      planned.batches += step.length;
      planned.contacts += countContacts(step);
      findActiveSpan()?.describe({
        'push_contact.batches': planned.batches,
        'push_contact.contacts': planned.contacts,
      });
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
      addedContacts: countContacts(step),
    };
    return this.transactions.run([delivery.messageId], async (transaction) => {
      const isOurs = await this.deliveries.advance(delivery, planStep, transaction);
      if (!isOurs) return false;
      if (delivery.kind === 'domain') await this.batches.insert(step, databaseDate(), transaction);
      else await this.batches.release(step, databaseDate(), transaction);
      return true;
    });
  }
}

/** @param traceParent of the plan's span; undefined where nothing is traced. */
function toPlanned(batch: CutBatch, firstStartTag: number, traceParent: string | undefined): Batch {
  const startTag = firstStartTag + batch.number;
  return traceParent === undefined ? { ...batch, startTag } : { ...batch, startTag, traceParent };
}

function countContacts(step: readonly Batch[]): number {
  return step.reduce((sum, { contacts }) => sum + contacts, 0);
}
