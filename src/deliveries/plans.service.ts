import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/transactions.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import { BATCH_CONTACTS } from './batch.job.js';
import { type Batch, BatchesRepository } from './batches.repository.js';
import { DeliveriesRepository, type PlannedDelivery } from './deliveries.repository.js';
import { DeliveryBells } from './delivery-bells.js';

/** Batches that are stored together. */
const STEP_BATCHES = 20;

/** Cuts a domain's contacts into the batches of a delivery. */
@Injectable()
export class PlansService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
    private readonly pushContacts: PushContactsService,
    private readonly transactions: Transactions,
    private readonly bells: DeliveryBells,
  ) {}

  /** Goes on where the planning had come to; does nothing for a delivery that is planned. */
  async plan(deliveryId: string): Promise<void> {
    for (;;) {
      const delivery = await this.deliveries.findPlanning(deliveryId);
      if (delivery === undefined) return;
      const step = await this.cut(delivery);
      if (step.length === 0) return this.deliveries.finishPlanning(deliveryId);
      const isOurs = await this.store(delivery, step);
      if (isOurs) await Promise.all(step.map(({ id, number }) => this.bells.ringForBatch(id, number)));
    }
  }

  private async cut(delivery: PlannedDelivery): Promise<Batch[]> {
    const step: Batch[] = [];
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
        afterId: range.afterId,
        upToId: range.upToId,
        contactIds: null,
        contacts: range.count,
        attempt: 0,
      });
      afterId = range.upToId;
    }
    return step;
  }

  private store(delivery: PlannedDelivery, step: readonly Batch[]): Promise<boolean> {
    const planStep = {
      plannedUpTo: step.at(-1)?.upToId ?? delivery.plannedUpTo,
      addedBatches: step.length,
      addedContacts: step.reduce((sum, { contacts }) => sum + contacts, 0),
    };
    return this.transactions.run(async (transaction) => {
      const isOurs = await this.deliveries.advance(delivery, planStep, transaction);
      if (isOurs) await this.batches.insert(step, new Date(), transaction);
      return isOurs;
    });
  }
}
