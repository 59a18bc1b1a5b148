import { Injectable } from '@nestjs/common';
import { FoldedWrites } from '../core/folded-writes.js';
import type { SendEvent } from '../events/events.repository.js';
import type { ContactToReach, RefusedContact } from '../push-contacts/push-contacts.repository.js';
import { BatchCounts } from './batch-counts.js';
import { HEARTBEAT_MS, LEASE_MS } from './batch.job.js';
import { BatchesRepository, type StartedBatch } from './batches.repository.js';
import { DeliveryBells } from './delivery-bells.js';
import { isGone, toSendEvent } from './outcome.js';
import { forEachOverlapping } from './overlapping.js';
import { type BatchContents, RecipientsService } from './recipients.service.js';
import { asksForRetry, planRetries, type Retry, type Unsettled } from './retries.js';
import { type ContactOutcome, SendersService, type SendLimits } from './senders.service.js';
import { SettlementService } from './settlement.service.js';

/** A PushApi that takes its time is asked for the next page meanwhile. */
const PAGES = { slowMs: 50, most: 8 };

/** Calls' outcomes in one write. */
const MAX_FOLD = 16;

/** Sends one batch of a delivery and records its outcomes. */
@Injectable()
export class BatchesService {
  constructor(
    private readonly batches: BatchesRepository,
    private readonly recipients: RecipientsService,
    private readonly senders: SendersService,
    private readonly settlement: SettlementService,
    private readonly bells: DeliveryBells,
  ) {}

  /** Does nothing for a batch that has ended; one that is not due, or that another worker has, is looked at again later. */
  async send(batchId: string): Promise<void> {
    const batch = await this.batches.start(batchId, LEASE_MS);
    if (batch === undefined) {
      const next = await this.batches.findNextStart(batchId);
      if (next) await this.bells.ringForBatch(next, next.from);
      return;
    }
    const cancelled = new AbortController();
    if (batch.isCancelled) cancelled.abort();
    const heartbeat = setInterval(() => {
      // A lease that cannot be extended runs out; then another worker goes on from what is recorded.
      this.batches.extendLease(batchId, LEASE_MS).then(
        ({ isCancelled }) => {
          if (isCancelled) cancelled.abort();
        },
        () => undefined,
      );
    }, HEARTBEAT_MS);
    await this.work(batch, cancelled.signal).finally(() => {
      clearInterval(heartbeat);
    });
  }

  private async work(batch: StartedBatch, cancelled: AbortSignal): Promise<void> {
    const contents = await this.recipients.read(batch);
    const counts = new BatchCounts(batch);
    for (const event of contents.recorded) counts.add(event.date, [event]);
    const gone = contents.recorded.filter(isGone).map(refusedBefore);
    const unsettled: Unsettled[] = [];
    // Calls that end while outcomes are being written are written together: PushApi takes few subscriptions at once.
    const writes = new FoldedWrites<readonly ContactOutcome[]>(async (calls) => {
      const { again, decided } = divide(batch, calls.flat());
      const date = new Date();
      const written = decided.map(([contact, outcome]) => toSendEvent(contact, outcome, date));
      await this.recipients.record(batch, written);
      counts.add(date, written);
      gone.push(...decided.filter(([, { kind }]) => kind === 'gone').map(([contact]) => refusedNow(contact)));
      unsettled.push(...again);
    }, MAX_FOLD);
    await this.sendOpen({ expiresAt: batch.expiresAt, cancelled }, contents, (outcomes) => writes.add(outcomes));
    const retries = planRetries(batch, unsettled, Date.now());
    const [retry] = retries;
    if (retry && retries.length === 1 && counts.total.sent === 0 && (await this.postpone(batch, retry))) return;
    await this.settlement.settle({ batch, counts, gone, retries });
    await Promise.all(retries.map(({ batch: each, dueAt }) => this.bells.ringForBatch(each, dueAt)));
  }

  private async sendOpen(
    limits: SendLimits,
    { message, pages, valuesOf }: BatchContents,
    onOutcomes: (outcomes: readonly ContactOutcome[]) => Promise<void>,
  ): Promise<void> {
    if (message === undefined) return;
    await forEachOverlapping(pages, PAGES, (page) => this.senders.send(message, page, valuesOf, limits, onOutcomes));
  }

  /** Nothing is decided: the batch as it is waits for its next attempt, unless it was cancelled meanwhile. */
  private async postpone(batch: StartedBatch, { batch: { attempt, giveUpAt }, dueAt }: Retry): Promise<boolean> {
    const isPostponed = await this.batches.postpone(batch.id, { attempt, giveUpAt, dueAt });
    if (isPostponed) await this.bells.ringForBatch(batch, dueAt);
    return isPostponed;
  }
}

function divide(
  batch: StartedBatch,
  outcomes: readonly ContactOutcome[],
): { again: Unsettled[]; decided: ContactOutcome[] } {
  const now = Date.now();
  const again: Unsettled[] = [];
  const decided: ContactOutcome[] = [];
  for (const outcome of outcomes) {
    if (asksForRetry(batch, outcome, now)) again.push(outcome);
    else decided.push(outcome);
  }
  return { again, decided };
}

function refusedNow({ id, deviceToken, subscription }: ContactToReach): RefusedContact {
  return { id, deviceToken, as: { endpoint: subscription?.endpoint ?? null } };
}

/** What was refused is not written in the event; a contact that has changed since then may be a good one. */
function refusedBefore({ contactId, deviceToken, date }: SendEvent): RefusedContact {
  return { id: contactId, deviceToken, as: { unchangedSince: date } };
}
