import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/transactions.js';
import { BatchesRepository } from './batches.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { ProgressAnswer } from './progress.dto.js';
import { ProgressService } from './progress.service.js';

/** Ends the sending of a message before its time. */
@Injectable()
export class CancellationService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
    private readonly transactions: Transactions,
    private readonly progress: ProgressService,
  ) {}

  /**
   * Takes what no worker has begun out of the message's deliveries; what is being sent at this moment is still counted,
   * and not tried again. Changes nothing when all has ended. Throws `resource_not_found` for a message that was not sent.
   */
  async cancel(messageId: string): Promise<ProgressAnswer> {
    await this.progress.get(messageId);
    for (const id of await this.deliveries.findUnended(messageId)) {
      await this.transactions.run(async (transaction) => {
        const contacts = await this.batches.cancel(id, transaction);
        await this.deliveries.cancel(id, contacts, transaction);
      });
    }
    return this.progress.get(messageId);
  }
}
