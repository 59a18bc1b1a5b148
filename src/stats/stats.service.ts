import { Injectable } from '@nestjs/common';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { MessageCountersRepository } from '../messages/message-counters.repository.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { type HourlyCounts, type HourlyBucket, bucketKey } from './hourly-bucket.js';
import { MessageDaysRepository } from './message-days.repository.js';
import { DAY_MS, dayOf, startOf } from './packed-days.js';
import { LATE_MS } from './roll-ups.service.js';
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
    private readonly days: MessageDaysRepository,
  ) {}

  /** Whether `ensure` has nothing to do for these hours. */
  areEnsured(hours: readonly HourlyBucket[]): boolean {
    return hours.every((hour) => this.ensured.has(bucketKey(hour)) && !isLate(hour));
  }

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
    await this.days.ensure(hours.filter(isLate), new Date(databaseNow()));
  }

  /** Increments the counters of the messages and of the hours, which `ensure` must have created. */
  add(hours: readonly HourlyCounts<Partial<Counts>>[], writes: CombinedWrites): void {
    const ofMessages = hours.map(({ hour: { messageId }, counts }) => ({ messageId, counts }));
    this.messages.addToCounters(ofMessages, writes);
    this.stats.add(hours, writes);
    // What a process counts that ended in the middle of it may be of an earlier day.
    for (const { hour } of hours.filter((each) => isLate(each.hour))) {
      this.days.markStale(hour, startOf(dayOf(hour.hour)), writes);
    }
  }
}

/** Whether the hour's day may be rolled up. */
function isLate({ hour }: HourlyBucket): boolean {
  return databaseNow() >= (dayOf(hour) + 1) * DAY_MS + LATE_MS;
}
