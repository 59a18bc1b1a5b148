import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import { withoutZeros } from '../core/increments.js';
import type { CountedHour, HourOfMessage } from './hour-of-message.js';
import { MESSAGE_STATS, type MessageStatsDocument } from './stats.schema.js';

const { UUID } = mongoose.mongo;

export interface SendCounts {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly billableSends: number;
}

export interface TrackingCounts {
  readonly received: number;
  readonly clicks: number;
  readonly actionClicks: number;
}

export type Counts = SendCounts & TrackingCounts;

const ZEROS = { sent: 0, delivered: 0, not_delivered: 0, received: 0, click: 0, action_click: 0, billable_sends: 0 };

@Injectable()
export class StatsRepository {
  constructor(@InjectModel(MESSAGE_STATS) private readonly model: Model<MessageStatsDocument>) {}

  /** Makes sure that the document is there, with zeros when it is new. */
  async ensure(hour: HourOfMessage): Promise<void> {
    await this.model.updateOne(keyOf(hour), { $setOnInsert: ZEROS }, { upsert: true });
  }

  /** Adds to documents that are there. */
  async add(hours: readonly CountedHour<Partial<Counts>>[], transaction: Transaction): Promise<void> {
    await this.model.collection.bulkWrite(
      hours.map(({ hour, counts }) => ({
        updateOne: { filter: keyOf(hour), update: { $inc: withoutZeros(incrementsOf(counts)) } },
      })),
      { session: transaction },
    );
  }
}

function incrementsOf(counts: Partial<Counts>): Record<string, number | undefined> {
  return {
    sent: counts.sent,
    delivered: counts.delivered,
    not_delivered: counts.notDelivered,
    billable_sends: counts.billableSends,
    received: counts.received,
    click: counts.clicks,
    action_click: counts.actionClicks,
  };
}

function keyOf({
  domain,
  messageId,
  hour,
}: HourOfMessage): Pick<MessageStatsDocument, 'domain' | 'message_id' | 'date'> {
  return { domain, message_id: new UUID(messageId), date: hour };
}
