import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { databaseNow } from '../core/mongo/database-clock.js';
import { Config } from '../core/config/config.js';
import { countJobs, enqueue, type JobCounts } from '../core/queue/queues.js';
import type { Transaction } from '../core/mongo/transactions.js';
import {
  DOPPLER_VISITORS_QUEUE,
  type DopplerVisitorJob,
  GIVE_UP_AFTER_MS,
  pauseAfterMs,
} from './doppler-visitor.job.js';
import { DopplerVisitorsRepository } from './doppler-visitors.repository.js';
import { DopplerClient } from './doppler.client.js';

/** A contact, as far as Doppler is to know it. */
export interface ContactOfVisitor {
  readonly id: string;
  readonly domain: string;
  readonly visitorGuid: string | null;
  readonly email: string | null;
}

/** Hands visitors over to Doppler once both their visitor guid and their e-mail are known. */
@Injectable()
export class DopplerVisitorsService {
  private readonly logger = new Logger(DopplerVisitorsService.name);

  constructor(
    private readonly config: Config,
    private readonly visitors: DopplerVisitorsRepository,
    private readonly doppler: DopplerClient,
    @InjectQueue(DOPPLER_VISITORS_QUEUE) private readonly queue: Queue<DopplerVisitorJob>,
  ) {}

  /** False when Doppler is not configured; then nothing may be planned. */
  get isEnabled(): boolean {
    return this.config.doppler !== undefined;
  }

  /**
   * Plans the hand-overs of those contacts that have an e-mail and a visitor guid. Resolves with their ids,
   * to pass to `enqueue` after the transaction.
   */
  async plan(contacts: readonly ContactOfVisitor[], transaction: Transaction): Promise<string[]> {
    const visitors = contacts.flatMap(({ id: contactId, domain, visitorGuid, email }) =>
      visitorGuid?.trim() && email?.trim() ? [{ contactId, domain, visitorGuid, email }] : [],
    );
    await this.visitors.plan(visitors, transaction);
    return visitors.map(({ contactId }) => contactId);
  }

  /**
   * Adds a job that wakes a worker. Does not fail when Redis is unreachable: the sweeper enqueues it later.
   */
  enqueue(contactId: string, delayMs = 0): Promise<void> {
    return enqueue(this.queue, [{ data: { contactId }, opts: { delay: delayMs } }]);
  }

  /**
   * Hands a planned visitor over. When Doppler does not accept it, plans the next attempt, for up to 24
   * hours.
   */
  async handOver(contactId: string): Promise<void> {
    const visitor = await this.visitors.find(contactId);
    if (visitor === undefined) return;
    if (await this.doppler.save(visitor)) return this.visitors.remove(visitor);
    if (databaseNow() - visitor.plannedAt.getTime() > GIVE_UP_AFTER_MS) {
      this.logger.error(`Doppler did not accept the visitor of contact ${contactId} for a day; it is dropped.`);
      return this.visitors.remove(visitor);
    }
    const pause = pauseAfterMs(visitor.attempts);
    await this.visitors.postpone(visitor, new Date(databaseNow() + pause));
    await this.enqueue(contactId, pause);
  }

  /** Counts the jobs of the queue. Never rejects. */
  countJobs(): Promise<JobCounts> {
    return countJobs(this.queue);
  }

  /** Enqueues up to `limit` hand-overs that were due before `instant`; does nothing without Doppler. */
  async enqueueOverdue(instant: Date, limit: number): Promise<void> {
    if (!this.isEnabled) return;
    for (const contactId of await this.visitors.findDueBefore(instant, limit)) await this.enqueue(contactId);
  }
}
