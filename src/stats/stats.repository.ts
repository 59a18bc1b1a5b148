import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import type { HourOfMessage } from './hour-of-message.js';
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

const ZEROS = { sent: 0, delivered: 0, not_delivered: 0, received: 0, click: 0, action_click: 0, billable_sends: 0 };

@Injectable()
export class StatsRepository {
  constructor(@InjectModel(MESSAGE_STATS) private readonly model: Model<MessageStatsDocument>) {}

  /** Makes sure that the document is there, with zeros when it is new. */
  async ensure(hour: HourOfMessage): Promise<void> {
    await this.model.updateOne(keyOf(hour), { $setOnInsert: ZEROS }, { upsert: true });
  }

  /** Adds to a document that is there. */
  async add(
    hour: HourOfMessage,
    counts: Partial<SendCounts & TrackingCounts>,
    transaction: Transaction,
  ): Promise<void> {
    const increments = {
      sent: counts.sent,
      delivered: counts.delivered,
      not_delivered: counts.notDelivered,
      billable_sends: counts.billableSends,
      received: counts.received,
      click: counts.clicks,
      action_click: counts.actionClicks,
    };
    const given = Object.fromEntries(Object.entries(increments).filter(([, value]) => value !== undefined));
    await this.model.updateOne(keyOf(hour), { $inc: given }, { session: transaction });
  }
}

function keyOf({
  domain,
  messageId,
  hour,
}: HourOfMessage): Pick<MessageStatsDocument, 'domain' | 'message_id' | 'date'> {
  return { domain, message_id: new UUID(messageId), date: hour };
}
