import { Injectable } from '@nestjs/common';
import type { Transaction } from '../core/mongo/transactions.js';
import { MessageCountersRepository } from '../messages/message-counters.repository.js';
import { type HourlyCounts, type HourlyBucket, bucketKey } from './hourly-bucket.js';
import { type Counts, StatsRepository } from './stats.repository.js';

const ENSURED_KEPT = 10_000;

/** Maintains the counters of messages and hours. */
@Injectable()
export class StatsService {
  /** Keys of buckets that exist, so that `ensure` skips them. */
  private readonly ensured = new Set<string>();

  constructor(
    private readonly stats: StatsRepository,
    private readonly messages: MessageCountersRepository,
  ) {}

  /**
   * Creates the documents that `add` will increment. Call it before the transaction: two transactions that
   * create the same document would conflict.
   */
  async ensure(hours: readonly HourlyBucket[]): Promise<void> {
    for (const hour of hours.filter((each) => !this.ensured.has(bucketKey(each)))) {
      await this.stats.ensure(hour);
      if (this.ensured.size >= ENSURED_KEPT) this.ensured.clear();
      this.ensured.add(bucketKey(hour));
    }
  }

  /** Increments the counters of the messages and of the hours, which `ensure` must have created. */
  async add(hours: readonly HourlyCounts<Partial<Counts>>[], transaction: Transaction): Promise<void> {
    if (hours.length === 0) return;
    const ofMessages = hours.map(({ hour: { messageId }, counts }) => ({ messageId, counts }));
    await this.messages.addToCounters(ofMessages, transaction);
    await this.stats.add(hours, transaction);
  }
}
