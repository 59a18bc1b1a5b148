import { Injectable } from '@nestjs/common';
import { chunk } from '../../core/async/chunk.js';
import { Transactions } from '../../core/mongo/transactions.js';
import { BatchesRepository } from '../ledger/batches.repository.js';
import { DeliveriesReader } from '../ledger/deliveries.reader.js';
import { DeliveriesRepository } from '../ledger/deliveries.repository.js';
import type { ProgressResponse } from './progress.dto.js';
import { ProgressService } from './progress.service.js';

/** Deliveries of a domain that are read at once. */
const PAGE_SIZE = 1_000;

/** Deliveries that are cancelled at once, each in a transaction of its own. */
const CONCURRENCY = 8;

/** Cancels the deliveries of a message or of a domain. */
@Injectable()
export class Cancellation {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly unended: DeliveriesReader,
    private readonly batches: BatchesRepository,
    private readonly transactions: Transactions,
    private readonly progress: ProgressService,
  ) {}

  /**
   * Cancels all batches of the message that no worker has started, and returns the progress after it. Batches
   * that are being sent stop early; what they sent is counted, without retries. Changes nothing when all
   * deliveries have ended. Throws `resource_not_found` for an unknown message and for one that was not sent.
   */
  async cancel(messageId: string): Promise<ProgressResponse> {
    await this.progress.get(messageId);
    for (const id of await this.unended.findUnended(messageId)) await this.cancelDelivery(id);
    return this.progress.get(messageId);
  }

  /**
   * Cancels in the same way all deliveries of the domain that have not ended, also scheduled ones; those that
   * are accepted meanwhile stay. A call that fails half-way can be repeated.
   */
  async cancelOfDomain(domain: string): Promise<void> {
    const last = await this.unended.findLastUnendedOfDomain(domain);
    if (last === undefined) return;
    for (let after = ''; after < last;) {
      const ids = await this.unended.findUnendedOfDomain(domain, { after, upTo: last }, PAGE_SIZE);
      for (const part of chunk(ids, CONCURRENCY)) await Promise.all(part.map((id) => this.cancelDelivery(id)));
      after = ids.at(-1) ?? last;
    }
  }

  private cancelDelivery(id: string): Promise<void> {
    return this.transactions.run(async (transaction) => {
      const contacts = await this.batches.cancel(id, transaction);
      await this.deliveries.cancel(id, contacts, transaction);
    });
  }
}
