import { Injectable } from '@nestjs/common';
import { RecipientsReader } from '../../push-contacts/recipients.reader.js';
import { BATCH_CONTACTS } from '../jobs/batch.job.js';
import { type CutBatch, UNTRIED } from '../ledger/batch.js';
import type { PlannedDelivery } from '../ledger/deliveries.repository.js';
import { VisitorListStaging } from './visitor-list-staging.js';

/** Batches that one step of a plan stores in one transaction. */
const STEP_BATCHES = 20;

/** Cuts the recipients of a delivery into batches. */
@Injectable()
export class BatchCutter {
  constructor(
    private readonly recipients: RecipientsReader,
    private readonly staging: VisitorListStaging,
  ) {}

  /** Returns the next batches of the delivery, at most 20, in order; empty when all of it is planned. */
  next(delivery: PlannedDelivery): Promise<CutBatch[]> {
    switch (delivery.kind) {
      case 'domain':
        return this.cutDomain(delivery);
      case 'visitors':
      case 'visitor':
        return this.staging.next(delivery, STEP_BATCHES);
    }
  }

  private async cutDomain(delivery: PlannedDelivery): Promise<CutBatch[]> {
    const step: CutBatch[] = [];
    let afterId = delivery.plannedUpTo;
    while (step.length < STEP_BATCHES) {
      const range = await this.recipients.nextRange(delivery.domain, afterId, BATCH_CONTACTS);
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
        ...UNTRIED,
        expiresAt: delivery.expiresAt,
      });
      afterId = range.upToId;
    }
    return step;
  }
}
