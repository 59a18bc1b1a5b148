import { Injectable } from '@nestjs/common';
import type { Transaction } from '../core/transactions.js';
import { MessagesService } from '../messages/messages.service.js';
import { type CountedHour, type HourOfMessage, keyOfHour } from './hour-of-message.js';
import { type Counts, StatsRepository } from './stats.repository.js';

const ENSURED_KEPT = 10_000;

/** Counts what messages bring about. */
@Injectable()
export class StatsService {
  /** Hours whose counters are known to be there. */
  private readonly ensured = new Set<string>();

  constructor(
    private readonly stats: StatsRepository,
    private readonly messages: MessagesService,
  ) {}

  /**
   * Prepares the counters that add will increment. Outside of the transaction: two workers that create the same document
   * in theirs would collide.
   */
  async ensure(hours: readonly HourOfMessage[]): Promise<void> {
    for (const hour of hours.filter((each) => !this.ensured.has(keyOfHour(each)))) {
      await this.stats.ensure(hour);
      if (this.ensured.size >= ENSURED_KEPT) this.ensured.clear();
      this.ensured.add(keyOfHour(hour));
    }
  }

  /** Adds to the messages' own counters and to those of the hours. */
  async add(hours: readonly CountedHour<Partial<Counts>>[], transaction: Transaction): Promise<void> {
    if (hours.length === 0) return;
    const ofMessages = hours.map(({ hour: { messageId }, counts }) => ({ messageId, counts }));
    await this.messages.addToCounters(ofMessages, transaction);
    await this.stats.add(hours, transaction);
  }
}
