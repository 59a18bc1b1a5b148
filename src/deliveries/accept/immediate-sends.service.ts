import { Injectable } from '@nestjs/common';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { findUnknownProperties } from '../../core/validation/unknown-properties.js';
import type { IdempotentRequest } from '../../idempotency/idempotency-key.js';
import type { MessageIdResponse, MessageRequest } from '../../messages/messages.dto.js';
import { MessagesService } from '../../messages/messages.service.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { BatchRunner } from '../send/batch-runner.js';
import { AcceptedSends } from './accepted-sends.js';
import { toSchedule } from './schedule.js';
import { type VisitorDelivery, VisitorDeliveries } from './visitor-deliveries.js';

/** Sends to single visitors within the request, without a worker. */
@Injectable()
export class ImmediateSendsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly visitorDeliveries: VisitorDeliveries,
    private readonly accepted: AcceptedSends,
    private readonly batches: BatchRunner,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Stores a message and sends it to the visitor's contacts of the domain. Resolves with the message's id
   * after the first attempt. Workers send later what fails temporarily, for example while PushApi is
   * unreachable, and a message with a later `sendAt`.
   */
  async sendNow(
    domain: string,
    visitorGuid: string,
    request: MessageRequest,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    const now = databaseDate();
    const { messageId, insert } = this.messages.prepare(domain, request);
    const visitor = { guid: visitorGuid, values: new Map<string, string>() };
    const delivery = await this.visitorDeliveries.make(domain, visitor, toSchedule(request, now));
    return this.accepted.once(
      { domain, key, unknownProperties: findUnknownProperties(request) },
      {
        messageId,
        counted: { kind: 'visitor', contacts: delivery.contacts },
        store: (_, writes) => {
          insert(writes);
          this.visitorDeliveries.insert(delivery, messageId, writes);
        },
        afterwards: () => this.start(delivery, now),
      },
    );
  }

  private async start({ batch, dueAt }: VisitorDelivery, now: Date): Promise<void> {
    if (!batch) return;
    if (dueAt > now) await this.jobs.enqueueBatch(batch, dueAt);
    else await this.batches.send(batch.id);
  }
}
