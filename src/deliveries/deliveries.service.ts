import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/transactions.js';
import type { MessageIdAnswer, MessageRequest } from '../messages/messages.dto.js';
import { MessagesService } from '../messages/messages.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryBells } from './delivery-bells.js';

/** Accepts messages for sending. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly messages: MessagesService,
    private readonly deliveries: DeliveriesRepository,
    private readonly transactions: Transactions,
    private readonly bells: DeliveryBells,
  ) {}

  /**
   * Stores the message and the order to send it to all contacts of the domain, and wakes a worker.
   * Throws `queue_unavailable`, with nothing stored, when Redis is away.
   */
  async sendToDomain(domain: string, request: MessageRequest): Promise<MessageIdAnswer> {
    this.bells.demandQueue();
    const { messageId, deliveryId } = await this.transactions.run(async (transaction) => {
      const messageId = await this.messages.create(domain, request, transaction);
      const deliveryId = await this.deliveries.insert(messageId, domain, transaction);
      return { messageId, deliveryId };
    });
    await this.bells.ringForPlan(deliveryId);
    return { messageId };
  }
}
