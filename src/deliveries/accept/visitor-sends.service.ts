import { Injectable } from '@nestjs/common';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { AppError } from '../../core/errors/errors.js';
import { findUnknownProperties } from '../../core/validation/unknown-properties.js';
import type { IdempotentRequest } from '../../idempotency/idempotency-key.js';
import type { MessageIdResponse } from '../../messages/messages.dto.js';
import type { Message } from '../../messages/messages.repository.js';
import { MessagesReader } from '../../messages/messages.reader.js';
import { findMissingFields, wantedFields } from '../../messages/message-template.js';
import type { FieldValues } from '../../messages/placeholders.js';
import { AcceptedSends } from './accepted-sends.js';
import type { SendToVisitorRequest } from './accept.dto.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { readFieldValues, renderSendable } from '../plan/field-values.js';
import { toSchedule } from './schedule.js';
import { VisitorDeliveries } from './visitor-deliveries.js';

/** Accepts sends of stored messages to single visitors. */
@Injectable()
export class VisitorSendsService {
  constructor(
    private readonly messages: MessagesReader,
    private readonly visitorDeliveries: VisitorDeliveries,
    private readonly accepted: AcceptedSends,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Stores the delivery of a stored message to a visitor and enqueues its batch. Resolves with the message's
   * id. Throws `resource_not_found` for an unknown message, `validation_failed` with the names of the missing
   * fields when replacement is mandatory and for values that make a link too long, and `queue_unavailable`
   * with nothing stored.
   */
  async send(
    messageId: string,
    visitorGuid: string,
    request: SendToVisitorRequest,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    await this.jobs.assertQueue();
    const message = await this.messages.get(messageId);
    const values = readFieldValues(request.fields ?? new Map(), 'fields', wantedFields(message));
    if (request.replacementIsMandatory === true) assertValues(message, values);
    renderSendable(message, values);
    const schedule = toSchedule(message, databaseDate());
    const delivery = await this.visitorDeliveries.make(message.domain, { guid: visitorGuid, values }, schedule);
    return this.accepted.once(
      { domain: message.domain, key, unknownProperties: findUnknownProperties(request) },
      {
        messageId: message.messageId,
        counted: { kind: 'visitor', contacts: delivery.contacts },
        store: (_, writes) => {
          this.visitorDeliveries.insert(delivery, message.messageId, writes);
        },
        afterwards: async () => {
          if (delivery.batch) await this.jobs.enqueueBatch(delivery.batch, delivery.dueAt);
        },
      },
    );
  }
}

function assertValues(message: Message, values: FieldValues): void {
  const { title, body, links, images } = findMissingFields(message, values);
  const missing = new Set([...title, ...body, ...links, ...images]);
  if (missing.size === 0) return;
  throw new AppError('validation_failed', `Missing fields: ${[...missing].join(', ')}.`, {
    errors: { fields: [...missing].map((name) => `must have a value for ${name}`) },
    extensions: {
      missingFieldsInTitle: title,
      missingFieldsInBody: body,
      ...(links.length > 0 && { missingFieldsInLinks: links }),
      ...(images.length > 0 && { missingFieldsInImages: images }),
    },
  });
}
