import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../core/errors.js';
import type { Transaction } from '../core/transactions.js';
import { MessagesService } from '../messages/messages.service.js';
import type { MessageDetailsAnswer, PeriodQuery } from './stats.dto.js';
import { type HourOfMessage, type SendCounts, StatsRepository } from './stats.repository.js';

/** Counts what messages bring about, and reports it. */
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

  /** The message's own counters, whatever the dates; zeros for a message that is unknown. */
  async getDetails(domain: string, messageId: string, { from, to }: PeriodQuery): Promise<MessageDetailsAnswer> {
    if (from > to) throw invalidProperty('from', 'must not be after to');
    const counters = await this.messages.findCounters(domain, messageId);
    return {
      domain,
      messageId: messageId.toLowerCase(),
      sent: counters?.sent ?? 0,
      delivered: counters?.delivered ?? 0,
      notDelivered: counters?.notDelivered ?? 0,
      billableSends: counters?.billableSends ?? 0,
      clicks: counters?.clicks ?? 0,
      received: counters?.received ?? 0,
      // The message's own document has never counted clicks on actions.
      actionClick: 0,
    };
  }
}
