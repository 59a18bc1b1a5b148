import type { SendEvent } from '../../events/send-events.repository.js';
import { type HourlyCounts, startOfHour } from '../../stats/hourly-bucket.js';
import type { SendCounts } from '../../stats/stats.repository.js';
import type { Batch } from '../ledger/batch.js';
import { addCounts, countEvents, NO_COUNTS } from './outcome.js';

/** Adds up the outcomes of a batch by hour: a batch that was restarted may have outcomes of several hours. */
export class BatchCounts {
  private readonly countsOfHours = new Map<number, SendCounts>();

  constructor(private readonly batch: Pick<Batch, 'domain' | 'messageId'>) {}

  /** Adds outcomes that were recorded at `date`. */
  add(date: Date, events: readonly SendEvent[]): void {
    const hour = startOfHour(date);
    this.countsOfHours.set(hour, addCounts(this.countsOfHours.get(hour) ?? NO_COUNTS, countEvents(events)));
  }

  /** The counts of each hour, with the hour's domain and message. */
  get hours(): HourlyCounts<SendCounts>[] {
    const { domain, messageId } = this.batch;
    return [...this.countsOfHours].map(([hour, counts]) => ({
      hour: { domain, messageId, hour: new Date(hour) },
      counts,
    }));
  }

  /** The counts of all hours together. */
  get total(): SendCounts {
    return [...this.countsOfHours.values()].reduce(addCounts, NO_COUNTS);
  }
}
