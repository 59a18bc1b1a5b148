import { Injectable } from '@nestjs/common';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { findActiveSpan } from '../../core/tracing/tracing.js';
import { findUnknownProperties } from '../../core/validation/unknown-properties.js';
import type { IdempotentRequest } from '../../idempotency/idempotency-key.js';
import type { MessageIdResponse, MessageRequest, StoreMessageRequest } from '../../messages/messages.dto.js';
import { MessagesService } from '../../messages/messages.service.js';
import { DeliveriesRepository } from '../ledger/deliveries.repository.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { AcceptedSends } from './accepted-sends.js';
import { toSchedule } from './schedule.js';

/** Accepts messages, either to send to a whole domain or to store for later sends to visitors. */
@Injectable()
export class BroadcastsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly deliveries: DeliveriesRepository,
    private readonly accepted: AcceptedSends,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Stores the message and its delivery to all contacts of the domain in one transaction, then enqueues the
   * plan. Resolves with the message's id and the warnings; a repeated idempotency key returns the first
   * request's id.
   * Throws `queue_unavailable`, with nothing stored, when Redis is unreachable.
   */
  async sendToDomain(
    domain: string,
    request: MessageRequest,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    await this.jobs.assertQueue();
    const { messageId, insert } = this.messages.prepare(domain, request);
    const id = this.deliveries.nextId();
    const schedule = toSchedule(request, databaseDate());
    const order = { kind: 'domain', state: 'planning', replacementIsMandatory: false, planned: 0, batches: 0 } as const;
    const traceParent = findActiveSpan()?.traceparent;
    return this.accepted.once(
      { domain, key, unknownProperties: findUnknownProperties(request) },
      {
        messageId,
        counted: { kind: 'broadcast' },
        store: (_, writes) => {
          insert(writes);
          this.deliveries.insert({ id, messageId, domain, ...order, ...schedule, traceParent }, writes);
        },
        afterwards: () => this.jobs.enqueuePlan(id, schedule.dueAt),
      },
    );
  }

  /**
   * Stores a message without sending it. Resolves with its id, the first one for a repeated idempotency key.
   */
  async store(request: StoreMessageRequest, key: IdempotentRequest | undefined): Promise<MessageIdResponse> {
    const { domain, message } = request;
    const { messageId, insert } = this.messages.prepare(domain, message);
    return this.accepted.once(
      { domain, key, unknownProperties: findUnknownProperties(request) },
      {
        messageId,
        store: (_, writes) => {
          insert(writes);
        },
        afterwards: () => Promise.resolve(),
      },
    );
  }
}
