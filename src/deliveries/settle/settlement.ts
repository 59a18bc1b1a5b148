import { Injectable } from '@nestjs/common';
import { WriteCoalescer } from '../../core/async/write-coalescer.js';
import { type CombinedWrites, UnmatchedWriteError } from '../../core/mongo/combined-writes.js';
import { ContendedTransactions } from '../../core/mongo/contended-transactions.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import { type HourlyCounts, bucketKey } from '../../stats/hourly-bucket.js';
import type { SendCounts } from '../../stats/stats.repository.js';
import { StatsService } from '../../stats/stats.service.js';
import type { BatchCounts } from './batch-counts.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import type { StartedBatch } from '../ledger/batch.js';
import type { GoneCount } from '../../stats/gone-share.reader.js';
import { type GoneCall, type PrunableBatch, PruningService } from '../pruning/pruning.service.js';
import { DeliveriesRepository, type Settled } from '../ledger/deliveries.repository.js';
import { addCounts } from './outcome.js';
import { observeSettled } from './settled-contacts.js';
import type { Retry } from './retries.js';

/** A batch that was sent, with what its settlement records. Its events are stored already. */
export interface SentBatch {
  readonly batch: StartedBatch;
  readonly counts: BatchCounts;
  readonly goneCalls: readonly GoneCall[];
  /** What each push service answered, as far as it is known. */
  readonly services: readonly GoneCount[];
  /** The batches that retry its temporary failures. */
  readonly retries: readonly Retry[];
  /** Runs a transaction on the batch's entry in the ledger: see `Lease`. */
  readonly quietly: <T>(transaction: () => Promise<T>) => Promise<T>;
}

/** Batches in one transaction. More make it long, and a long transaction collides more often. */
const MAX_WRITES_PER_FLUSH = 8;

/**
 * Records sent batches exactly once: one transaction sets the ledger entries to done, increments the counters
 * and inserts the retries. Batches that end while a transaction runs are coalesced into the next one, because
 * all batches of a message increment the same documents and would collide.
 */
@Injectable()
export class Settlement {
  private readonly writes = new WriteCoalescer<SentBatch>(
    'settlements',
    (sent) => this.record(sent),
    MAX_WRITES_PER_FLUSH,
  );

  constructor(
    private readonly transactions: ContendedTransactions,
    private readonly batches: BatchesRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly stats: StatsService,
    private readonly pruning: PruningService,
  ) {}

  /**
   * Resolves when the batch is recorded, by this worker or by another one. Rejects when MongoDB is
   * unreachable.
   */
  settle(sent: SentBatch): Promise<void> {
    return this.writes.add(sent);
  }

  private async record(sent: readonly SentBatch[]): Promise<void> {
    await this.stats.ensure(countsByHour(sent).map(({ hour }) => hour));
    const recorded = await this.recordPending(sent);
    for (const { counts } of recorded) observeSettled(counts.total);
  }

  /** Records those of the batches that this process still holds, and returns them. */
  private async recordPending(sent: readonly SentBatch[]): Promise<readonly SentBatch[]> {
    for (;;) {
      const fresh = await this.findFresh(sent);
      if (fresh.length === 0) return [];
      // Twice changes nothing; inside of the transaction it would take so long that clicks, which
      // increment the same counters all the time, would be in its way again and again.
      await this.pruning.prune(fresh.map(toPrunable));
      if (await this.commit(fresh)) return fresh;
    }
  }

  /** False, with nothing recorded, when the ledger has changed since it was looked at. */
  private async commit(fresh: readonly SentBatch[]): Promise<boolean> {
    const messageIds = fresh.map(({ batch: { messageId } }) => messageId);
    try {
      await quietly(fresh, () =>
        this.transactions.run(messageIds, (transaction, writes) => this.write(fresh, transaction, writes)),
      );
      return true;
    } catch (error) {
      // Another worker has started one of the batches, or it was cancelled, since it was looked at.
      if (error instanceof UnmatchedWriteError) return false;
      throw error;
    }
  }

  private async findFresh(sent: readonly SentBatch[]): Promise<SentBatch[]> {
    const byId = new Map(sent.map((each) => [each.batch.id, each]));
    const held = await this.batches.findHeld([...byId.values()].map(({ batch }) => batch));
    return [...byId].flatMap(([id, each]) => {
      const entry = held.get(id);
      // Of a cancelled delivery nothing is tried again.
      return entry === undefined ? [] : [entry.isCancelled ? { ...each, retries: [] } : each];
    });
  }

  /**
   * Writes the most contended documents first. MongoDB aborts a transaction that writes a document which
   * another one has changed since it began; a write at the start leaves the least time for that.
   */
  private async write(fresh: readonly SentBatch[], transaction: Transaction, writes: CombinedWrites): Promise<void> {
    this.stats.add(countsByHour(fresh), writes);
    for (const [id, settled] of settledByDelivery(fresh)) this.deliveries.settle(id, settled, writes);
    this.batches.finish(
      fresh.map(({ batch: { id, lease }, retries }) => ({ id, lease, hasRetries: retries.length > 0 })),
      writes,
    );
    const retries = fresh.flatMap((each) => each.retries);
    // Only a batch that is still held has any; and they may be too large for one command.
    if (retries.length > 0) await writes.run(transaction);
    for (const { batch, dueAt } of retries) {
      await this.batches.insert([batch], dueAt, transaction);
    }
  }
}

/** Without the heartbeats of any of the batches. */
function quietly(sent: readonly SentBatch[], transaction: () => Promise<void>): Promise<void> {
  return sent.reduce((run, batch) => () => batch.quietly(run), transaction)();
}

function toPrunable({ batch: { domain, messageId }, counts, goneCalls, services }: SentBatch): PrunableBatch {
  return { domain, messageId, answered: counts.total.sent, calls: goneCalls, services };
}

function countsByHour(sent: readonly SentBatch[]): HourlyCounts<SendCounts>[] {
  const hours = new Map<string, HourlyCounts<SendCounts>>();
  for (const { hour, counts } of sent.flatMap((each) => each.counts.hours)) {
    const key = bucketKey(hour);
    const before = hours.get(key)?.counts;
    hours.set(key, { hour, counts: before ? addCounts(before, counts) : counts });
  }
  return [...hours.values()];
}

function settledByDelivery(sent: readonly SentBatch[]): Map<string, Settled> {
  const settled = new Map<string, Settled>();
  for (const { batch, counts, retries } of sent) {
    const { sent: outcomes, delivered, notDelivered, wrongKey } = counts.total;
    const retried = retries.reduce((sum, { batch: { contacts } }) => sum + contacts, 0);
    const before = settled.get(batch.deliveryId) ?? { planned: 0, delivered: 0, notDelivered: 0, wrongKey: 0 };
    settled.set(batch.deliveryId, {
      // Corrects the plan: contacts may have been added or pruned since the batch was planned.
      planned: before.planned + outcomes + retried - batch.contacts,
      delivered: before.delivered + delivered,
      notDelivered: before.notDelivered + notDelivered,
      wrongKey: before.wrongKey + wrongKey,
    });
  }
  return settled;
}
