import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { IdempotentRequest } from '../idempotency/idempotency-key.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { MessageIdAnswer } from '../messages/messages.dto.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryBells } from './delivery-bells.js';
import { ReceivedVisitorsService } from './received-visitors.service.js';
import { type Schedule, scheduleOf } from './schedule.js';
import type { VisitorListEnd } from './visitor-list-reader.js';

/** Accepts a stored message for a list of visitors, however long. */
@Injectable()
export class VisitorListsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly received: ReceivedVisitorsService,
    private readonly deliveries: DeliveriesRepository,
    private readonly idempotency: IdempotencyService,
    private readonly bells: DeliveryBells,
  ) {}

  /**
   * Stores the list while it arrives, and when it is complete the order to send to it; a list that breaks off or has a
   * fault leaves nothing behind. Throws `resource_not_found` for an unknown message, `payload_too_large`,
   * `malformed_json`, `validation_failed`, and `queue_unavailable` with nothing stored.
   */
  async send(messageId: string, body: Readable, key: IdempotentRequest | undefined): Promise<MessageIdAnswer> {
    this.bells.demandQueue();
    const message = await this.messages.get(messageId);
    const schedule = scheduleOf(message, new Date());
    const id = this.deliveries.nextId();
    const end = await this.received.receive(id, message, schedule.expiresAt, body);
    const stored: string[] = [];
    const answered = await this.idempotency
      .once(
        key && { ...key, fingerprint: `${key.fingerprint}.${end.hash}` },
        async (transaction) => {
          await this.deliveries.insert(listDelivery(id, message, schedule, end), transaction);
          stored.push(id);
          return message.messageId;
        },
        () => this.bells.ringForPlan(id, schedule.dueAt),
      )
      // The key's first request has sent to its own copy of the list, or is about to.
      .finally(() => (stored.length === 0 ? this.received.remove(id) : undefined));
    return { messageId: answered };
  }
}

function listDelivery(
  id: string,
  { messageId, domain }: Message,
  schedule: Schedule,
  { replacementIsMandatory }: VisitorListEnd,
): Parameters<DeliveriesRepository['insert']>[0] {
  const order = { kind: 'visitors', state: 'planning', planned: 0, batches: 0 } as const;
  return { id, messageId, domain, ...order, ...schedule, replacementIsMandatory };
}
