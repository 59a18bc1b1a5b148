import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors.js';
import type { IdempotentRequest } from '../idempotency/idempotency-key.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { MessageIdAnswer, MessageRequest } from '../messages/messages.dto.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import { type FieldValues, missingIn, wantedFields } from '../messages/placeholders.js';
import { BatchesService } from './batches.service.js';
import type { SendToVisitorRequest } from './deliveries.dto.js';
import { DeliveryBells } from './delivery-bells.js';
import { readFieldValues } from './field-values.js';
import { scheduleOf } from './schedule.js';
import { type VisitorOrder, VisitorOrdersService } from './visitor-orders.service.js';

/** Sends to single visitors. */
@Injectable()
export class VisitorSendsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly orders: VisitorOrdersService,
    private readonly idempotency: IdempotencyService,
    private readonly batches: BatchesService,
    private readonly bells: DeliveryBells,
  ) {}

  /**
   * Queues a stored message for a visitor. Throws `resource_not_found` for an unknown message, `validation_failed` with
   * the names of what is missing when replacement is mandatory, and `queue_unavailable` with nothing stored.
   */
  async send(
    messageId: string,
    visitorGuid: string,
    request: SendToVisitorRequest,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdAnswer> {
    this.bells.demandQueue();
    const message = await this.messages.get(messageId);
    const values = readFieldValues(request.fields ?? {}, 'fields', wantedFields(message));
    if (request.replacementIsMandatory === true) demandValues(message, values);
    const schedule = scheduleOf(message, new Date());
    const order = await this.orders.make(message.domain, { guid: visitorGuid, values }, schedule);
    const answered = await this.idempotency.once(
      key,
      async (transaction) => {
        await this.orders.insert(order, message.messageId, transaction);
        return message.messageId;
      },
      () => this.ring(order),
    );
    return { messageId: answered };
  }

  /**
   * Stores a message and sends it to the visitor's contacts of the domain before it answers. What cannot be sent at once,
   * because PushApi is away or the message asks for a later time, is left to the workers.
   */
  async sendNow(
    domain: string,
    visitorGuid: string,
    request: MessageRequest,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdAnswer> {
    const now = new Date();
    const visitor = { guid: visitorGuid, values: new Map<string, string>() };
    const order = await this.orders.make(domain, visitor, scheduleOf(request, now));
    const messageId = await this.idempotency.once(
      key,
      async (transaction) => {
        const message = await this.messages.create(domain, request, transaction);
        await this.orders.insert(order, message.messageId, transaction);
        return message.messageId;
      },
      () => (order.dueAt > now ? this.ring(order) : this.sendBatch(order)),
    );
    return { messageId };
  }

  private async ring({ batch, dueAt }: VisitorOrder): Promise<void> {
    if (batch) await this.bells.ringForBatch(batch, dueAt);
  }

  private async sendBatch({ batch }: VisitorOrder): Promise<void> {
    if (batch) await this.batches.send(batch.id);
  }
}

function demandValues({ title, body }: Message, values: FieldValues): void {
  const missingFieldsInTitle = missingIn(title, values);
  const missingFieldsInBody = missingIn(body, values);
  const missing = new Set([...missingFieldsInTitle, ...missingFieldsInBody]);
  if (missing.size === 0) return;
  throw new AppError('validation_failed', `Missing fields: ${[...missing].join(', ')}.`, {
    errors: { fields: [...missing].map((name) => `must have a value for ${name}`) },
    extensions: { missingFieldsInTitle, missingFieldsInBody },
  });
}
