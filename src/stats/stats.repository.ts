import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { Transaction } from '../core/transactions.js';
import { MESSAGE_STATS, type MessageStatsDocument } from './stats.schema.js';

const { UUID } = mongoose.mongo;

/** One document of the counters: a message of a domain in the UTC hour that begins at `hour`. */
export interface HourOfMessage {
  readonly domain: string;
  readonly messageId: string;
  readonly hour: Date;
}

export interface SendCounts {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly billableSends: number;
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
  async add(hour: HourOfMessage, counts: SendCounts, transaction: Transaction): Promise<void> {
    const { sent, delivered, notDelivered, billableSends } = counts;
    const increments = { sent, delivered, not_delivered: notDelivered, billable_sends: billableSends };
    await this.model.updateOne(keyOf(hour), { $inc: increments }, { session: transaction });
  }
}

function keyOf({
  domain,
  messageId,
  hour,
}: HourOfMessage): Pick<MessageStatsDocument, 'domain' | 'message_id' | 'date'> {
  return { domain, message_id: new UUID(messageId), date: hour };
}
