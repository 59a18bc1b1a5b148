import { Injectable } from '@nestjs/common';
import { FoldedWrites } from '../core/folded-writes.js';
import { type Transaction, Transactions } from '../core/transactions.js';
import { settledContacts } from '../health/metrics.js';
import type { RefusedContact } from '../push-contacts/push-contacts.repository.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import { type CountedHour, keyOfHour } from '../stats/hour-of-message.js';
import type { SendCounts } from '../stats/stats.repository.js';
import { StatsService } from '../stats/stats.service.js';
import type { BatchCounts } from './batch-counts.js';
import { type Batch, BatchesRepository } from './batches.repository.js';
import { DeliveriesRepository, type Settled } from './deliveries.repository.js';
import { addCounts } from './outcome.js';
import type { Retry } from './retries.js';

/** What is to be recorded of a batch that was sent; its events are written already. */
export interface SentBatch {
  readonly batch: Batch;
  readonly counts: BatchCounts;
  readonly gone: readonly RefusedContact[];
  /** Contacts to be tried again, as batches of their own. */
  readonly retries: readonly Retry[];
}

/** Batches in one transaction: more would make it long. */
const MAX_FOLD = 8;

/**
 * Records sent batches exactly once: the ledger's step to done, the counters and the batches to retry in one
 * transaction. Batches that end while another transaction is under way are folded into the next, since all of a message
 * increment the same documents and would collide.
 */
@Injectable()
export class SettlementService {
  private readonly writes = new FoldedWrites<SentBatch>((sent) => this.record(sent), MAX_FOLD);

  constructor(
    private readonly transactions: Transactions,
    private readonly batches: BatchesRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly stats: StatsService,
    private readonly pushContacts: PushContactsService,
  ) {}

  /** Resolves when the batch is recorded, also when another worker had recorded it. */
  settle(sent: SentBatch): Promise<void> {
    return this.writes.add(sent);
  }

  private async record(sent: readonly SentBatch[]): Promise<void> {
    await this.stats.ensure(countsByHour(sent).map(({ hour }) => hour));
    // Twice changes nothing; inside of the transaction it would take so long that clicks, which increment the same
    // counters all the time, would be in its way again and again.
    await this.pushContacts.prune(sent.flatMap(({ gone }) => gone));
    const recorded = await this.recordPending(sent);
    for (const { delivered, notDelivered } of recorded.map(({ counts }) => counts.total)) {
      settledContacts.inc({ outcome: 'delivered' }, delivered);
      settledContacts.inc({ outcome: 'not_delivered' }, notDelivered);
    }
  }

  /** Records those of the batches that nobody has recorded before, and answers them. */
  private async recordPending(sent: readonly SentBatch[]): Promise<readonly SentBatch[]> {
    for (;;) {
      const fresh = await this.findFresh(sent);
      if (fresh.length === 0) return [];
      const isRecorded = await this.transactions
        .run((transaction) => this.write(fresh, transaction))
        .then(
          () => true,
          (error: unknown) => {
            if (error instanceof LedgerChangedError) return false;
            throw error;
          },
        );
      if (isRecorded) return fresh;
    }
  }

  private async findFresh(sent: readonly SentBatch[]): Promise<SentBatch[]> {
    const byId = new Map(sent.map((each) => [each.batch.id, each]));
    const pending = await this.batches.findPending([...byId.keys()]);
    return [...byId].flatMap(([id, each]) => {
      const entry = pending.get(id);
      // Of a cancelled delivery nothing is tried again.
      return entry === undefined ? [] : [entry.isCancelled ? { ...each, retries: [] } : each];
    });
  }

  /**
   * Documents that others write all the time come first: MongoDB aborts a transaction that comes to a document which
   * another has changed since it began, and one that writes it at once gets through also while a message is clicked.
   */
  private async write(fresh: readonly SentBatch[], transaction: Transaction): Promise<void> {
    await this.stats.add(countsByHour(fresh), transaction);
    for (const [id, settled] of settledByDelivery(fresh)) await this.deliveries.settle(id, settled, transaction);
    const isUnchanged = await this.batches.finish(
      fresh.map(({ batch, retries }) => ({ id: batch.id, hasRetries: retries.length > 0 })),
      transaction,
    );
    if (!isUnchanged) throw new LedgerChangedError();
    for (const { batch, dueAt } of fresh.flatMap(({ retries }) => retries)) {
      await this.batches.insert([batch], dueAt, transaction);
    }
  }
}

/** Another worker has recorded one of the batches, or it was cancelled, since it was looked at. */
class LedgerChangedError extends Error {}

function countsByHour(sent: readonly SentBatch[]): CountedHour<SendCounts>[] {
  const hours = new Map<string, CountedHour<SendCounts>>();
  for (const { hour, counts } of sent.flatMap((each) => each.counts.hours)) {
    const key = keyOfHour(hour);
    const before = hours.get(key)?.counts;
    hours.set(key, { hour, counts: before ? addCounts(before, counts) : counts });
  }
  return [...hours.values()];
}

function settledByDelivery(sent: readonly SentBatch[]): Map<string, Settled> {
  const settled = new Map<string, Settled>();
  for (const { batch, counts, retries } of sent) {
    const { sent: outcomes, delivered, notDelivered } = counts.total;
    const retried = retries.reduce((sum, { batch: { contacts } }) => sum + contacts, 0);
    const before = settled.get(batch.deliveryId) ?? { planned: 0, delivered: 0, notDelivered: 0 };
    settled.set(batch.deliveryId, {
      // Contacts may have come or gone since the batch was planned.
      planned: before.planned + outcomes + retried - batch.contacts,
      delivered: before.delivered + delivered,
      notDelivered: before.notDelivered + notDelivered,
    });
  }
  return settled;
}
