import { Injectable } from '@nestjs/common';
import { Config } from '../../core/config/config.js';
import type { Message } from '../../messages/messages.repository.js';
import { MessagesReader } from '../../messages/messages.reader.js';
import { wantedFields } from '../../messages/message-template.js';
import { RecipientsReader } from '../../push-contacts/recipients.reader.js';
import { ArrivingLists } from '../ledger/arriving-lists.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import { type Batch, type CutBatch, type Visitor, UNTRIED } from '../ledger/batch.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import type { PlannedDelivery } from '../ledger/deliveries.repository.js';
import { type VisitorListEnd, VisitorListReader } from './visitor-list-reader.js';

/** Visitors in one batch of a list. Fewer than contacts: with fields, each visitor may need its own call. */
const BATCH_VISITORS = 500;

/** Characters of values in one batch, well below MongoDB's limit of 16 MB for a document. */
const BATCH_VALUES_LENGTH = 2_000_000;

/** Stores lists of visitors as `received` batches while they arrive, and reads them back for the plan. */
@Injectable()
export class VisitorListStaging {
  constructor(
    private readonly config: Config,
    private readonly batches: BatchesRepository,
    private readonly arriving: ArrivingLists,
    private readonly messages: MessagesReader,
    private readonly recipients: RecipientsReader,
  ) {}

  /**
   * Stores the visitors of a body while it arrives. When the body is invalid or breaks off, removes what was
   * stored and throws what `VisitorListReader` throws, or `malformed_request`.
   */
  async receive(
    { id: deliveryId, expiresAt }: Pick<PlannedDelivery, 'id' | 'expiresAt'>,
    message: Message,
    body: AsyncIterable<Buffer>,
    isStrict: boolean,
  ): Promise<VisitorListEnd> {
    const reader = new VisitorListReader(wantedFields(message), this.config.visitorsBodyLimitBytes, isStrict);
    let batches = 0;
    // Before its first visitor: who erases one waits for the list.
    await this.arriving.begin(deliveryId, message.domain);
    try {
      for await (const visitors of readPortions(body, reader)) {
        await this.batches.insertReceived(buildBatch(deliveryId, message, expiresAt, batches, visitors));
        batches += 1;
      }
      return reader.end();
    } catch (error) {
      await this.remove(deliveryId);
      throw error;
    }
  }

  /** Ends a list that is complete, together with the storing of its delivery. Throws `request_timeout`. */
  end(deliveryId: string, transaction: Transaction): Promise<void> {
    return this.arriving.end(deliveryId, transaction);
  }

  /** Removes a list that is not sent. */
  async remove(deliveryId: string): Promise<void> {
    await this.batches.removeReceived(deliveryId);
    await this.arriving.remove(deliveryId);
  }

  /**
   * Returns the delivery's next received batches, at most `limit`, with their number of contacts. When
   * replacement is mandatory, visitors without a value for one of the message's placeholders are left out.
   */
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
        const contacts = await this.recipients.countByVisitors(batch.domain, guids);
        return { ...batch, visitors, contacts };
      }),
    );
  }
}

/** Yields the visitors of a body, as they arrive, in portions that fit into a batch. */
async function* readPortions(body: AsyncIterable<Buffer>, reader: VisitorListReader): AsyncGenerator<Visitor[]> {
  let waiting: Visitor[] = [];
  for await (const piece of body) {
    waiting.push(...reader.read(piece));
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

function buildBatch(
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
    // The plan sets it.
    startTag: 0,
    lane: 'broadcast',
    range: null,
    visitors,
    contactIds: null,
    contacts: 0,
    ...UNTRIED,
    expiresAt,
  };
}
