import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { isDuplicateKey } from '../../core/mongo/duplicate-key.js';
import { Transactions } from '../../core/mongo/transactions.js';
import { Shutdown } from '../../core/process/shutdown.js';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import type { StartedBatch } from '../ledger/batch.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import { planRetries, type Retry } from '../settle/retries.js';
import type { BatchReader } from './batch-reader.js';
import type { BatchRun } from './batch-run.js';
import type { Lease } from './lease.js';

/** What is read of a batch to divide it. */
export type DividedBatch = Pick<BatchReader, 'findRecipients' | 'findRecorded'>;

/** When this process ends, gives back what its batches have not begun, while their calls are in flight. */
@Injectable()
export class BatchHandover {
  constructor(
    private readonly batches: BatchesRepository,
    private readonly transactions: Transactions,
    private readonly jobs: DeliveryJobs,
    private readonly shutdown: Shutdown,
  ) {}

  /** Aborted when this process ends. */
  get ending(): AbortSignal {
    return this.shutdown.signal;
  }

  /**
   * Divides the batch of a run once this process ends. Returns what waits for that and ends the watch; it
   * rejects, and the run must not be settled, when it is not known whether the batch was divided.
   */
  watch(run: BatchRun, lease: Lease, reader: DividedBatch): () => Promise<void> {
    let dividing: Promise<void> | undefined;
    const divide = (): void => {
      dividing = this.giveBack(run, lease, reader);
      // Whoever ends the watch hears of it.
      dividing.catch(() => undefined);
    };
    this.ending.addEventListener('abort', divide, { once: true });
    return async () => {
      this.ending.removeEventListener('abort', divide);
      await dividing;
    };
  }

  private async giveBack(run: BatchRun, lease: Lease, reader: DividedBatch): Promise<void> {
    const { batch } = run;
    const claimed = run.close();
    // Without a call in flight the run ends at once, and its batch is left as a whole.
    if (claimed.size === 0 || batch.isCancelled) return;
    const recorded = await lease.persist(() => reader.findRecorded(batch));
    const kept = new Set([...claimed, ...recorded.map(({ contactId }) => contactId)]);
    const rest = (await reader.findRecipients(batch, lease)).filter(({ id }) => !kept.has(id));
    if (rest.length === 0) return;
    const keptBatch = { ...batch, contactIds: [...kept], contacts: batch.contacts - rest.length };
    const given = planHandover(batch, rest);
    if (!(await lease.persist(() => this.divide(keptBatch, given)))) return;
    run.leave(keptBatch, rest);
    await Promise.all(given.map((each) => this.jobs.enqueueBatch(each.batch, each.dueAt)));
  }

  /** False, with nothing changed, when the batch was cancelled, or is held no more. */
  private async divide(kept: StartedBatch, given: readonly Retry[]): Promise<boolean> {
    try {
      return await this.transactions.run(async (transaction) => {
        if (!(await this.batches.narrow(kept, transaction))) return false;
        for (const { batch, dueAt } of given) await this.batches.insert([batch], dueAt, transaction);
        return true;
      });
    } catch (error) {
      // It was committed, and MongoDB's response to that was lost.
      if (isDuplicateKey(error)) return true;
      throw error;
    }
  }
}

/** The ids are those of this lease: another worker may come to divide what is kept once more. */
function planHandover(batch: StartedBatch, rest: readonly Recipient[]): Retry[] {
  const id = `${batch.id}.${batch.lease.number}-left`;
  const unsent = rest.map((recipient) => [recipient, { kind: 'unsent' }] as const);
  return planRetries({ ...batch, id }, unsent, { nowMs: databaseNow(), giveUpAfterMs: 0 });
}
