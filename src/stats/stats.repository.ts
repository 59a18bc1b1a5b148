import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { nonZero } from '../core/mongo/increments.js';
import type { OutcomeCounts } from '../messages/outcome-counts.js';
import type { HourlyCounts, HourlyBucket } from './hourly-bucket.js';
import { MESSAGE_STATS, type MessageStatsDocument } from './stats.schema.js';

const { UUID } = mongoose.mongo;

export interface SendCounts {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly billableSends: number;
  /** Those of `notDelivered` that a push service refused for the VAPID key. */
  readonly wrongKey: number;
  /** Those of `sent` of which push service and reason are known; hours have none. */
  readonly outcomes: OutcomeCounts;
}

export interface TrackingCounts {
  readonly received: number;
  readonly clicks: number;
  readonly actionClicks: number;
  readonly dismissed: number;
  /** Of those, the first of their contact; of action clicks, the first of their contact and action. */
  readonly uniqueReceived: number;
  readonly uniqueClicks: number;
  readonly uniqueActionClicks: number;
}

export type Counts = SendCounts & TrackingCounts;

const ZEROS = { sent: 0, delivered: 0, not_delivered: 0, received: 0, click: 0, action_click: 0, billable_sends: 0 };

@Injectable()
export class StatsRepository {
  constructor(@InjectModel(MESSAGE_STATS) private readonly model: Model<MessageStatsDocument>) {}

  /** Creates the bucket's document with zeros, unless it exists. */
  async ensure(hour: HourlyBucket): Promise<void> {
    await this.model.updateOne(toKey(hour), { $setOnInsert: ZEROS }, { upsert: true });
  }

  /** Increments counters of documents that `ensure` has created. */
  add(hours: readonly HourlyCounts<Partial<Counts>>[], writes: CombinedWrites): void {
    for (const { hour, counts } of hours) {
      writes.update(this.model, { filter: toKey(hour), change: { $inc: nonZero(toIncrements(counts)) } });
    }
  }
}

function toIncrements(counts: Partial<Counts>): Record<string, number | undefined> {
  return {
    sent: counts.sent,
    delivered: counts.delivered,
    not_delivered: counts.notDelivered,
    billable_sends: counts.billableSends,
    wrong_key: counts.wrongKey,
    received: counts.received,
    click: counts.clicks,
    action_click: counts.actionClicks,
    dismissed: counts.dismissed,
    unique_received: counts.uniqueReceived,
    unique_click: counts.uniqueClicks,
    unique_action_click: counts.uniqueActionClicks,
  };
}

function toKey({
  domain,
  messageId,
  hour,
}: HourlyBucket): Pick<MessageStatsDocument, 'domain' | 'message_id' | 'date'> {
  return { domain, message_id: new UUID(messageId), date: hour };
}
