import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../core/config/config.js';
import { lostLeases } from '../../core/metrics/sending.metrics.js';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { logFields } from '../../core/process/log-fields.js';
import { findActiveSpan, inSpan, type SpanAttributes } from '../../core/tracing/tracing.js';
import { DeliveryJobs } from '../jobs/delivery-jobs.js';
import { LEASE_MS } from '../jobs/batch.job.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import type { Postponed, StartedBatch } from '../ledger/batch.js';
import { isOver } from '../settle/retries.js';
import { Settlement } from '../settle/settlement.js';
import type { BatchRun } from './batch-run.js';
import { BatchSender } from './batch-sender.js';
import { Lease, LeaseLostError, now } from './lease.js';

/** Bull adds no job while one of the same id is active; one that is due later has an id of its own. */
const ENQUEUED_AHEAD_MS = 10;

/** Leases batches, sends them, and settles or postpones them. */
@Injectable()
export class BatchRunner {
  /** Names this process in the ledger. */
  private readonly owner = `${process.pid}-${randomUUID()}`;

  constructor(
    private readonly batches: BatchesRepository,
    private readonly sender: BatchSender,
    private readonly settlement: Settlement,
    private readonly jobs: DeliveryJobs,
    private readonly config: Config,
  ) {}

  /**
   * Sends a batch and resolves when it is settled or postponed. Does nothing for a batch that has ended;
   * enqueues for later a batch that is not due or that another worker has leased.
   * @param jobId the job that asks for it, if one does.
   */
  async send(batchId: string, jobId?: string): Promise<void> {
    const askedAt = now();
    const batch = await this.batches.start(batchId, this.owner, LEASE_MS);
    if (batch === undefined) {
      const next = await this.batches.findNextStart(batchId);
      if (next) await this.jobs.enqueueBatch(next, next.from, jobId);
      return;
    }
    const lease = new Lease(() => this.batches.extendLease(batch, LEASE_MS), askedAt, now, logFields(batch));
    if (batch.isCancelled) lease.cancel();
    const span = { name: 'batch', kind: 'consumer', parent: batch.traceParent ?? null } as const;
    await inSpan({ ...span, attributes: describeBatch(batch) }, () => this.sendLeased(batch, lease));
  }

  /** A lease that is lost is no failure: another worker has begun, and continues from what is recorded. */
  private async sendLeased(batch: StartedBatch, lease: Lease): Promise<void> {
    const endHeartbeats = lease.keep();
    try {
      if (await lease.persist(() => this.holdBack(batch))) return;
      const run = await this.sender.send(batch, lease);
      await lease.persist(() => this.finish(run));
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      lostLeases.inc();
    } finally {
      endHeartbeats();
    }
  }

  private async finish(run: BatchRun): Promise<void> {
    const giveUpAfterMs = this.config.giveUpAfterHours * 3_600_000;
    const retries = run.planRetries({ nowMs: databaseNow(), giveUpAfterMs });
    const [retry] = retries;
    const { delivered, notDelivered } = run.total;
    findActiveSpan()?.describe({
      'push_contact.delivered': delivered,
      'push_contact.not_delivered': notDelivered,
      'push_contact.retried': retries.reduce((sum, { batch: { contacts } }) => sum + contacts, 0),
    });
    const isWhole = retry !== undefined && retries.length === 1 && run.isUndecided;
    if (isWhole && (await this.postpone(run.batch, { ...retry.batch, dueAt: retry.dueAt }))) return;
    await this.settlement.settle(run.toSentBatch(retries));
    await Promise.all(retries.map(({ batch, dueAt }) => this.jobs.enqueueBatch(batch, dueAt)));
  }

  /**
   * Postpones a batch whose contacts all wait for a throttle that still holds; false when it is to be sent.
   */
  private async holdBack(batch: StartedBatch): Promise<boolean> {
    // What an earlier run has recorded would be forgotten with its start.
    if (batch.isRestarted || batch.isCancelled || isOver(batch, databaseNow())) return false;
    const heldUntil = await this.sender.findHold(batch);
    if (heldUntil === undefined) return false;
    const endMs = batch.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    return this.postpone(batch, { ...batch, dueAt: new Date(Math.min(heldUntil.getTime(), endMs)) });
  }

  /** Leaves the batch as it is for its next attempt; false when it is cancelled or held no more. */
  private async postpone(batch: StartedBatch, postponed: Postponed): Promise<boolean> {
    const { dueAt } = postponed;
    const isPostponed = await this.batches.postpone(batch, postponed);
    const earliestMs = databaseNow() + ENQUEUED_AHEAD_MS;
    if (isPostponed) await this.jobs.enqueueBatch(batch, new Date(Math.max(dueAt.getTime(), earliestMs)));
    return isPostponed;
  }
}

function describeBatch(batch: StartedBatch): SpanAttributes {
  return {
    'push_contact.batch_id': batch.id,
    'push_contact.delivery_id': batch.deliveryId,
    'push_contact.message_id': batch.messageId,
    'push_contact.domain': batch.domain,
    'push_contact.contacts': batch.contacts,
    'push_contact.attempt': batch.attempt,
  };
}
