import { Injectable } from '@nestjs/common';
import type { CombinedWrites } from '../../core/mongo/combined-writes.js';
import { findActiveSpan } from '../../core/tracing/tracing.js';
import { RecipientsReader } from '../../push-contacts/recipients.reader.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import { type BatchRef, type Visitor, UNTRIED } from '../ledger/batch.js';
import { DeliveriesRepository } from '../ledger/deliveries.repository.js';
import type { Schedule } from './schedule.js';

/** A delivery to one visitor, before it is stored. */
export interface VisitorDelivery extends Schedule {
  readonly domain: string;
  readonly visitor: Visitor;
  /** How many active contacts the visitor has. */
  readonly contacts: number;
  readonly deliveryId: string;
  /** Its only batch; undefined when the visitor has no active contact. */
  readonly batch: BatchRef | undefined;
  /** Of the request that makes it; undefined where nothing is traced. */
  readonly traceParent: string | undefined;
}

/** Makes and stores deliveries to one visitor: a single batch in the `visitor` lane, which needs no plan. */
@Injectable()
export class VisitorDeliveries {
  constructor(
    private readonly recipients: RecipientsReader,
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
  ) {}

  /** Counts the visitor's active contacts and makes the delivery, but stores nothing. */
  async make(domain: string, visitor: Visitor, schedule: Schedule): Promise<VisitorDelivery> {
    const contacts = await this.recipients.countByVisitors(domain, [visitor.guid]);
    const deliveryId = this.deliveries.nextId();
    const batch = contacts === 0 ? undefined : ({ id: `${deliveryId}:0`, startTag: 0, lane: 'visitor' } as const);
    const traceParent = findActiveSpan()?.traceparent;
    return { ...schedule, domain, visitor, contacts, deliveryId, batch, traceParent };
  }

  /** Stores the delivery and its batch. A delivery without contacts is stored as done. */
  insert(delivery: VisitorDelivery, messageId: string, writes: CombinedWrites): void {
    const { deliveryId, domain, contacts, batch, dueAt, expiresAt, traceParent } = delivery;
    const identity = { id: deliveryId, messageId, domain, kind: 'visitor', replacementIsMandatory: false } as const;
    const state = batch ? 'sending' : 'done';
    this.deliveries.insert(
      { ...identity, state, planned: contacts, batches: batch ? 1 : 0, dueAt, expiresAt, traceParent },
      writes,
    );
    if (!batch) return;
    const traced = traceParent === undefined ? {} : { traceParent };
    const recipients = { number: 0, range: null, visitors: [delivery.visitor], contactIds: null, contacts };
    const identified = { ...batch, deliveryId, messageId, domain };
    this.batches.add({ ...identified, ...recipients, ...UNTRIED, expiresAt, ...traced }, dueAt, writes);
  }
}
