import { Injectable } from '@nestjs/common';
import type { IdempotentRequest } from '../idempotency/idempotency-key.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { MessageIdAnswer, MessageRequest, StoreMessageRequest } from '../messages/messages.dto.js';
import { MessagesService } from '../messages/messages.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryBells } from './delivery-bells.js';
import { scheduleOf } from './schedule.js';

/** Accepts messages: to be sent to a domain, or to be kept for visitors. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly messages: MessagesService,
    private readonly deliveries: DeliveriesRepository,
    private readonly idempotency: IdempotencyService,
    private readonly bells: DeliveryBells,
  ) {}

  /**
   * Stores the message and the order to send it to all contacts of the domain, and wakes a worker.
   * Throws `queue_unavailable`, with nothing stored, when Redis is away.
   */
  async sendToDomain(
    domain: string,
    request: MessageRequest,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdAnswer> {
    this.bells.demandQueue();
    const id = this.deliveries.nextId();
    const schedule = scheduleOf(request, new Date());
    const order = { kind: 'domain', state: 'planning', replacementIsMandatory: false, planned: 0, batches: 0 } as const;
    const messageId = await this.idempotency.once(
      key,
      async (transaction) => {
        const { messageId } = await this.messages.create(domain, request, transaction);
        await this.deliveries.insert({ id, messageId, domain, ...order, ...schedule }, transaction);
        return messageId;
      },
      () => this.bells.ringForPlan(id, schedule.dueAt),
    );
    return { messageId };
  }

  /** Stores a message that is sent to visitors later. */
  async store({ domain, message }: StoreMessageRequest, key: IdempotentRequest | undefined): Promise<MessageIdAnswer> {
    const messageId = await this.idempotency.once(
      key,
      async (transaction) => (await this.messages.create(domain, message, transaction)).messageId,
      () => Promise.resolve(),
    );
    return { messageId };
  }
}
