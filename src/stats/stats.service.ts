import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../core/errors.js';
import type { Transaction } from '../core/transactions.js';
import { MessagesService } from '../messages/messages.service.js';
import type { MessageDetailsAnswer, PeriodQuery } from './stats.dto.js';
import { type CountedHour, type HourOfMessage, keyOfHour } from './hour-of-message.js';
import { type Counts, StatsRepository } from './stats.repository.js';

const ENSURED_KEPT = 10_000;

/** Counts what messages bring about, and reports it. */
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
