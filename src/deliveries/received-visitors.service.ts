import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';
import { AppError } from '../core/errors.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import { wantedFields } from '../messages/placeholders.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import { type Batch, BatchesRepository, type CutBatch, type Visitor } from './batches.repository.js';
import type { PlannedDelivery } from './deliveries.repository.js';
import { type VisitorListEnd, VisitorListReader } from './visitor-list-reader.js';

/** Visitors in one batch of a list: with fields each may need a PushApi call of its own. */
const BATCH_VISITORS = 500;

/** Characters of values in one batch, well within MongoDB's 16 MB of a document. */
const BATCH_VALUES_LENGTH = 2_000_000;

/** Keeps lists of visitors as they arrive, and turns them into batches that can be sent. */
@Injectable()
export class ReceivedVisitorsService {
  constructor(
    private readonly config: Config,
    private readonly batches: BatchesRepository,
    private readonly messages: MessagesService,
    private readonly pushContacts: PushContactsService,
  ) {}

  /** Stores the visitors of a body that is still arriving; when it has a fault, what was stored of it is removed. */
  async receive(deliveryId: string, message: Message, expiresAt: Date | null, body: Readable): Promise<VisitorListEnd> {
    const reader = new VisitorListReader(wantedFields(message), this.config.visitorsBodyLimitBytes);
    let batches = 0;
    try {
      for await (const visitors of portionsOf(body, reader)) {
        await this.batches.insertReceived(batchOf(deliveryId, message, expiresAt, batches, visitors));
        batches += 1;
      }
      return reader.end();
    } catch (error) {
      if (batches > 0) await this.remove(deliveryId);
      throw error === body.errored ? brokenOff() : error;
    }
  }

  /** Removes a list that is not to be sent. */
  remove(deliveryId: string): Promise<void> {
    return this.batches.removeReceived(deliveryId);
  }

  /** The delivery's next received batches, with those visitors alone that the message can be shown to. */
  async next(delivery: PlannedDelivery, limit: number): Promise<CutBatch[]> {
    const [batches, message] = await Promise.all([
      this.batches.findReceived(delivery.id, delivery.batches, limit),
      this.messages.get(delivery.messageId),
    ]);
    const needed = delivery.replacementIsMandatory ? [...wantedFields(message)] : [];
    return Promise.all(
      batches.map(async (batch) => {
        const visitors = (batch.visitors ?? []).filter(({ values }) => needed.every((name) => values.has(name)));
        const guids = visitors.map(({ guid }) => guid);
        const contacts = await this.pushContacts.countByVisitors(batch.domain, guids);
        return { ...batch, visitors, contacts };
      }),
    );
  }
}

/** The caller's fault, and nobody is there to be told. */
function brokenOff(): AppError {
  return new AppError('malformed_request', 'The body broke off before its end.');
}

/** The visitors of a body in portions that fit into a batch, as they arrive. */
async function* portionsOf(body: Readable, reader: VisitorListReader): AsyncGenerator<Visitor[]> {
  let waiting: Visitor[] = [];
  for await (const piece of body) {
    waiting.push(...reader.read(piece as Buffer));
    while (waiting.length >= BATCH_VISITORS || valuesLength(waiting) > BATCH_VALUES_LENGTH) {
      yield waiting.slice(0, BATCH_VISITORS);
      waiting = waiting.slice(BATCH_VISITORS);
    }
  }
  if (waiting.length > 0) yield waiting;
}

function valuesLength(visitors: readonly Visitor[]): number {
  return visitors.reduce((sum, { values }) => sum + [...values.values()].reduce((of, { length }) => of + length, 0), 0);
}

function batchOf(
  deliveryId: string,
  { messageId, domain }: Message,
  expiresAt: Date | null,
  number: number,
  visitors: readonly Visitor[],
): Batch {
  return {
    id: `${deliveryId}:${number}`,
    deliveryId,
    messageId,
    domain,
    number,
    // It gets its own when it is planned.
    turn: 0,
    lane: 'broadcast',
    range: null,
    visitors,
    contactIds: null,
    contacts: 0,
    attempt: 0,
    expiresAt,
    giveUpAt: null,
  };
}
