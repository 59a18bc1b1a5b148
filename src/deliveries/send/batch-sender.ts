import { Injectable } from '@nestjs/common';
import { SendEventsRepository } from '../../events/send-events.repository.js';
import type { Batch, StartedBatch } from '../ledger/batch.js';
import { forEachConcurrently } from './adaptive-concurrency.js';
import { BatchHandover } from './batch-handover.js';
import { BatchReader } from './batch-reader.js';
import { BatchRun } from './batch-run.js';
import { MessageDispatcher, type SendLimits } from './dispatcher.js';
import type { Lease } from './lease.js';
import { ThrottlingService } from './throttling/throttling.service.js';

/** While PushApi is slow, several pages of a batch are sent concurrently. */
const PAGES = { slowAfterMs: 50, maxConcurrency: 8 };

/** Sends a batch to its recipients without a final outcome. */
@Injectable()
export class BatchSender {
  constructor(
    private readonly reader: BatchReader,
    private readonly dispatcher: MessageDispatcher,
    private readonly events: SendEventsRepository,
    private readonly throttling: ThrottlingService,
    private readonly handover: BatchHandover,
  ) {}

  /** Until when nothing of the batch can be sent; undefined when it is to be sent. */
  findHold(batch: Batch): Promise<Date | undefined> {
    return this.throttling.findHold(batch);
  }

  /**
   * Resolves when every recipient has a recorded or a temporary outcome, or once the delivery is
   * cancelled. When the process ends, no more calls begin, and the recipients without an outcome are given
   * back to other workers at once, or are `unsent`. Throws LeaseLostError when another worker has the batch.
   */
  async send(batch: StartedBatch, lease: Lease): Promise<BatchRun> {
    const { message, pages, lookUpValues, findLeft, rate, recorded } = await this.reader.read(batch, lease);
    const run = new BatchRun(batch, recorded, this.events, lease, (recipient) =>
      this.throttling.nameService(recipient),
    );
    if (message === undefined) return run;
    const limits: SendLimits = { batch, lease, ending: this.handover.ending, claim: (contacts) => run.claim(contacts) };
    const endWatch = this.handover.watch(run, lease, this.reader);
    await forEachConcurrently(pages, PAGES, (page) =>
      this.dispatcher.send(message, { ...page, lookUpValues, findLeft, rate }, limits, (outcomes) => run.add(outcomes)),
    ).finally(endWatch);
    await run.recount(() => lease.persist(() => this.reader.findRecorded(run.batch)));
    return run;
  }
}
