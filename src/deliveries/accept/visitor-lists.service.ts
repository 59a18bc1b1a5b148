import { Injectable } from '@nestjs/common';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { findActiveSpan } from '../../core/tracing/tracing.js';
import type { IdempotentRequest } from '../../idempotency/idempotency-key.js';
import type { MessageIdResponse } from '../../messages/messages.dto.js';
import type { Message } from '../../messages/messages.repository.js';
import { MessagesReader } from '../../messages/messages.reader.js';
import { DeliveriesRepository } from '../ledger/deliveries.repository.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { VisitorListStaging } from '../plan/visitor-list-staging.js';
import { AcceptedSends } from './accepted-sends.js';
import { type Schedule, toSchedule } from './schedule.js';
import type { VisitorListEnd } from '../plan/visitor-list-reader.js';

/** Accepts sends of stored messages to lists of visitors, which may not fit into memory. */
@Injectable()
export class VisitorListsService {
  constructor(
    private readonly messages: MessagesReader,
    private readonly staging: VisitorListStaging,
    private readonly deliveries: DeliveriesRepository,
    private readonly accepted: AcceptedSends,
    private readonly jobs: DeliveryJobs,
  ) {}

  /**
   * Stages the list while it arrives and, once it is complete, stores the delivery and enqueues its plan.
   * Resolves with the message's id and the warnings. An invalid list, or one that breaks off, leaves nothing
   * stored; with `isStrict` a list with unknown properties is invalid.
   * Throws `resource_not_found` for an unknown message, `payload_too_large`, `malformed_json`,
   * `malformed_request`, `request_timeout`, `validation_failed`, and `queue_unavailable` with nothing stored.
   */
  async send(
    messageId: string,
    body: AsyncIterable<Buffer>,
    isStrict: boolean,
    key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    await this.jobs.assertQueue();
    const message = await this.messages.get(messageId);
    const schedule = toSchedule(message, databaseDate());
    const id = this.deliveries.nextId();
    const end = await this.staging.receive({ id, expiresAt: schedule.expiresAt }, message, body, isStrict);
    const stored: string[] = [];
    const { domain } = message;
    const { unknownProperties, hash } = end;
    const traceParent = findActiveSpan()?.traceparent;
    return (
      this.accepted
        .once(
          { domain, unknownProperties, key: key && { ...key, fingerprint: `${key.fingerprint}.${hash}` } },
          {
            messageId: message.messageId,
            counted: { kind: 'visitors' },
            store: async (transaction, writes) => {
              await this.staging.end(id, transaction);
              this.deliveries.insert({ ...listDelivery(id, message, schedule, end), traceParent }, writes);
              stored.push(id);
            },
            afterwards: () => this.jobs.enqueuePlan(id, schedule.dueAt),
          },
        )
        // Not stored: it failed, or the key's first request has a list and a delivery of its own.
        .finally(() => (stored.length === 0 ? this.staging.remove(id) : undefined))
    );
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
