import { Injectable } from '@nestjs/common';
import type { Transaction } from '../core/transactions.js';
import { MessagesService } from '../messages/messages.service.js';
import { type HourOfMessage, type SendCounts, StatsRepository } from './stats.repository.js';

/** Counts what messages bring about. */
@Injectable()
export class StatsService {
  constructor(
    private readonly stats: StatsRepository,
    private readonly messages: MessagesService,
  ) {}

  /**
   * Prepares the counters that addSends will increment. Outside of the transaction: two workers that create the same
   * document in theirs would collide.
   */
  ensure(hour: HourOfMessage): Promise<void> {
    return this.stats.ensure(hour);
  }

  /** Adds sends to the message's own counters and to those of the hour. */
  async addSends(hour: HourOfMessage, counts: SendCounts, transaction: Transaction): Promise<void> {
    await this.messages.addToCounters(hour.messageId, counts, transaction);
    await this.stats.add(hour, counts, transaction);
  }
}
