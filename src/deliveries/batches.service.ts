import { Injectable } from '@nestjs/common';
import type { SendEvent } from '../events/events.repository.js';
import type { SendResult, TemporaryFailure } from '../push-api-client/send-result.js';
import type { Contact } from '../push-contacts/push-contacts.repository.js';
import { MAX_ATTEMPTS, pauseBeforeRetryMs } from './batch.job.js';
import { BatchContentsService } from './batch-contents.service.js';
import { type Batch, BatchesRepository } from './batches.repository.js';
import { DeliveryBells } from './delivery-bells.js';
import { isGone, toSendEvent } from './outcome.js';
import { SendersService } from './senders.service.js';
import { SettlementService } from './settlement.service.js';

/** Sends one batch of a delivery and records its outcomes. */
@Injectable()
export class BatchesService {
  constructor(
    private readonly batches: BatchesRepository,
    private readonly contents: BatchContentsService,
    private readonly senders: SendersService,
    private readonly settlement: SettlementService,
    private readonly bells: DeliveryBells,
  ) {}

  /** Does nothing for a batch that is done. */
  async send(batchId: string): Promise<void> {
    const batch = await this.batches.start(batchId);
    if (batch === undefined) return;
    const { message, contacts, recorded } = await this.contents.read(batch);
    const done = new Set(recorded.map(({ contactId }) => contactId));
    const open = contacts.filter(({ id }) => !done.has(id));
    const results = message ? await this.senders.send(message, open) : new Map<string, SendResult>();
    const { decided, temporary } = divide(batch, open, results);
    const retryAt = new Date(Date.now() + pauseOf(batch, temporary));
    if (temporary.length > 0 && decided.length === 0 && recorded.length === 0) {
      await this.batches.postpone(batch.id, retryAt);
      await this.bells.ringForBatch(batch.id, batch.number, retryAt);
      return;
    }
    await this.record(batch, contacts, recorded, decided, temporary, retryAt);
  }

  private async record(
    batch: Batch,
    contacts: readonly Contact[],
    recorded: readonly SendEvent[],
    decided: readonly SendEvent[],
    temporary: readonly Temporary[],
    retryAt: Date,
  ): Promise<void> {
    const date = new Date();
    await this.contents.write(batch, date, decided);
    const events = [...recorded, ...decided];
    const gone = new Set(events.filter(isGone).map(({ contactId }) => contactId));
    const retry = temporary.length > 0 ? retryBatch(batch, temporary) : undefined;
    await this.settlement.settle({
      batch,
      date,
      events,
      gone: contacts
        .filter(({ id }) => gone.has(id))
        .map(({ id, deviceToken, subscription }) => ({ id, deviceToken, endpoint: subscription?.endpoint ?? null })),
      retry,
      retryAt,
    });
    if (retry) await this.bells.ringForBatch(retry.id, retry.number, retryAt);
  }
}

interface Temporary {
  readonly contact: Contact;
  readonly failure: TemporaryFailure;
}

function divide(
  batch: Batch,
  contacts: readonly Contact[],
  results: ReadonlyMap<string, SendResult>,
): { decided: SendEvent[]; temporary: Temporary[] } {
  const isLastAttempt = batch.attempt >= MAX_ATTEMPTS;
  const decided: SendEvent[] = [];
  const temporary: Temporary[] = [];
  for (const contact of contacts) {
    const result = results.get(contact.id);
    if (result === undefined) continue;
    if (result.kind === 'temporary' && !isLastAttempt) temporary.push({ contact, failure: result });
    else decided.push(toSendEvent(contact, result));
  }
  return { decided, temporary };
}

/** The longest pause that was asked for: to come back earlier would only be refused again. */
function pauseOf(batch: Batch, temporary: readonly Temporary[]): number {
  const asked = temporary.map(({ failure }) => failure.retryAfterSeconds ?? 0);
  const longest = asked.reduce((longestYet, seconds) => Math.max(longestYet, seconds), 0);
  return pauseBeforeRetryMs(batch.attempt, longest > 0 ? longest : undefined);
}

function retryBatch(batch: Batch, temporary: readonly Temporary[]): Batch {
  const contactIds = temporary.map(({ contact }) => contact.id);
  const attempt = batch.attempt + 1;
  return { ...batch, id: `${batch.id}.${attempt}`, contactIds, contacts: contactIds.length, attempt };
}
