import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { Config } from '../core/config.js';
import { ringBells } from '../core/queues.js';
import type { Transaction } from '../core/transactions.js';
import {
  DOPPLER_VISITORS_QUEUE,
  type DopplerVisitorJob,
  GIVE_UP_AFTER_MS,
  pauseAfterMs,
} from './doppler-visitor.job.js';
import { DopplerVisitorsRepository } from './doppler-visitors.repository.js';
import { DopplerClient } from './doppler.client.js';

/** Tells Doppler who a visitor is, once both the visitor guid and the e-mail are known. */
@Injectable()
export class DopplerVisitorsService {
  private readonly logger = new Logger(DopplerVisitorsService.name);

  constructor(
    private readonly config: Config,
    private readonly visitors: DopplerVisitorsRepository,
    private readonly doppler: DopplerClient,
    @InjectQueue(DOPPLER_VISITORS_QUEUE) private readonly queue: Queue<DopplerVisitorJob>,
  ) {}

  /** False where no Doppler is configured: then nothing is to be planned. */
  get isEnabled(): boolean {
    return this.config.doppler !== undefined;
  }

  /** Plans the hand-over of a contact that has both e-mail and visitor guid; answers the id to ring for, if so. */
  async plan(
    contact: { id: string; domain: string; visitorGuid: string | null; email: string | null },
    transaction: Transaction,
  ): Promise<string | undefined> {
    const { id: contactId, domain, visitorGuid, email } = contact;
    if (!visitorGuid?.trim() || !email?.trim()) return undefined;
    await this.visitors.plan({ contactId, domain, visitorGuid, email }, transaction);
    return contactId;
  }

  /** Wakes a worker. A Redis that is away is no failure: the sweeper rings later. */
  ring(contactId: string, delayMs = 0): Promise<void> {
    return ringBells(this.queue, [{ data: { contactId }, opts: { delay: delayMs } }]);
  }

  /** Hands a planned visitor over; when Doppler does not accept it, plans the next attempt, for a day. */
  async handOver(contactId: string): Promise<void> {
    const visitor = await this.visitors.find(contactId);
    if (visitor === undefined) return;
    if (await this.doppler.save(visitor)) return this.visitors.remove(visitor);
    if (Date.now() - visitor.plannedAt.getTime() > GIVE_UP_AFTER_MS) {
      this.logger.error(`Doppler did not accept the visitor of contact ${contactId} for a day; it is dropped.`);
      return this.visitors.remove(visitor);
    }
    const pause = pauseAfterMs(visitor.attempts);
    await this.visitors.postpone(visitor, new Date(Date.now() + pause));
    await this.ring(contactId, pause);
  }

  /** Rings for hand-overs that were due before `instant` and that nobody has taken up. */
  async ringForOverdue(instant: Date, limit: number): Promise<void> {
    if (!this.isEnabled) return;
    for (const contactId of await this.visitors.findDueBefore(instant, limit)) await this.ring(contactId);
  }
}
