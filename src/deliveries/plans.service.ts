import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/transactions.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import { BATCH_CONTACTS } from './batch.job.js';
import { type Batch, BatchesRepository, type CutBatch } from './batches.repository.js';
import { type BegunDelivery, DeliveriesRepository, type PlannedDelivery } from './deliveries.repository.js';
import { DeliveryBells } from './delivery-bells.js';
import { ReceivedVisitorsService } from './received-visitors.service.js';
import { firstTurnAfter } from './turns.js';

/** Batches that are stored together. */
const STEP_BATCHES = 20;

/** Cuts those whom a delivery is for into its batches. */
@Injectable()
export class PlansService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
    private readonly pushContacts: PushContactsService,
    private readonly receivedVisitors: ReceivedVisitorsService,
    private readonly transactions: Transactions,
    private readonly bells: DeliveryBells,
  ) {}

  /** Goes on where the planning had come to; does nothing for a delivery that is planned, cancelled or not due yet. */
  async plan(deliveryId: string): Promise<void> {
    for (;;) {
      const delivery = await this.deliveries.findPlanning(deliveryId);
      if (delivery === undefined) return;
      if (delivery.dueAt.getTime() > Date.now()) return this.bells.ringForPlan(deliveryId, delivery.dueAt);
      const cut = await this.nextStep(delivery);
      if (cut.length === 0) return this.deliveries.finishPlanning(deliveryId);
      // Not before the cutting, which takes its time: meanwhile the turns go on.
      const begun = await this.begin(delivery);
      const step = cut.map((batch) => ({ ...batch, turn: begun.firstTurn + batch.number }));
      const isOurs = await this.store(begun, step);
      if (isOurs) await this.bells.ringForBatches(step);
    }
  }

  /** With its first turn; the first step that is stored makes it the delivery's for good. */
  private async begin(delivery: PlannedDelivery): Promise<BegunDelivery> {
    if (delivery.firstTurn !== undefined) return { ...delivery, firstTurn: delivery.firstTurn };
    const [served, latest] = await Promise.all([this.bells.findServedTurn(), this.deliveries.findLatestFirstTurn()]);
    return { ...delivery, firstTurn: firstTurnAfter(served, latest) };
  }

  private nextStep(delivery: PlannedDelivery): Promise<CutBatch[]> {
    switch (delivery.kind) {
      case 'domain':
        return this.cutDomain(delivery);
      case 'visitors':
      case 'visitor':
        return this.receivedVisitors.next(delivery, STEP_BATCHES);
    }
  }

  private async cutDomain(delivery: PlannedDelivery): Promise<CutBatch[]> {
    const step: CutBatch[] = [];
    let afterId = delivery.plannedUpTo;
    while (step.length < STEP_BATCHES) {
      const range = await this.pushContacts.nextRange(delivery.domain, afterId, BATCH_CONTACTS);
      if (range === undefined) break;
      const number = delivery.batches + step.length;
      step.push({
        id: `${delivery.id}:${number}`,
        deliveryId: delivery.id,
        messageId: delivery.messageId,
        domain: delivery.domain,
        number,
        lane: 'broadcast',
        range: { afterId: range.afterId, upToId: range.upToId },
        visitors: null,
        contactIds: null,
        contacts: range.count,
        attempt: 0,
        expiresAt: delivery.expiresAt,
        giveUpAt: null,
      });
      afterId = range.upToId;
    }
    return step;
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
      if (delivery.kind === 'domain') await this.batches.insert(step, new Date(), transaction);
      else await this.batches.release(step, new Date(), transaction);
      return true;
    });
  }
}
