import { Injectable } from '@nestjs/common';
import type { Transaction } from '../core/transactions.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import { BatchesRepository, type BatchToRing, type Visitor } from './batches.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { Schedule } from './schedule.js';

/** An order to send to one visitor, before it is stored. */
export interface VisitorOrder extends Schedule {
  readonly domain: string;
  readonly visitor: Visitor;
  /** The visitor's active contacts. */
  readonly contacts: number;
  readonly deliveryId: string;
  /** Its only batch; undefined when there is nobody to send to. */
  readonly batch: BatchToRing | undefined;
}

/** Stores orders to send to one visitor: a delivery with a single batch, which needs no planning. */
@Injectable()
export class VisitorOrdersService {
  constructor(
    private readonly pushContacts: PushContactsService,
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
  ) {}

  async make(domain: string, visitor: Visitor, schedule: Schedule): Promise<VisitorOrder> {
    const contacts = await this.pushContacts.countByVisitors(domain, [visitor.guid]);
    const deliveryId = this.deliveries.nextId();
    const batch = contacts === 0 ? undefined : ({ id: `${deliveryId}:0`, turn: 0, lane: 'visitor' } as const);
    return { ...schedule, domain, visitor, contacts, deliveryId, batch };
  }

  async insert(order: VisitorOrder, messageId: string, transaction: Transaction): Promise<void> {
    const { deliveryId, domain, contacts, batch, dueAt, expiresAt } = order;
    const delivery = { id: deliveryId, messageId, domain, kind: 'visitor', replacementIsMandatory: false } as const;
    const state = batch ? 'sending' : 'done';
    await this.deliveries.insert(
      { ...delivery, state, planned: contacts, batches: batch ? 1 : 0, dueAt, expiresAt },
      transaction,
    );
    if (!batch) return;
    const recipients = { number: 0, range: null, visitors: [order.visitor], contactIds: null, contacts };
    await this.batches.insert(
      [{ ...batch, deliveryId, messageId, domain, ...recipients, attempt: 0, expiresAt, giveUpAt: null }],
      dueAt,
      transaction,
    );
  }
}
