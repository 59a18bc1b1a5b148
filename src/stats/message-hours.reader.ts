import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { HOUR_MS, startOfHour } from './hourly-bucket.js';
import { MESSAGE_STATS, type MessageStatsDocument } from './stats.schema.js';

const { UUID } = mongoose.mongo;

/** What was counted for a message in one UTC hour. */
export interface MessageHour {
  /** The beginning of the hour. */
  readonly date: Date;
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly received: number;
  readonly clicks: number;
  readonly actionClicks: number;
  readonly dismissed: number;
  readonly uniqueReceived: number;
  readonly uniqueClicks: number;
}

/** A message, and from when its hours are counted. */
export interface MessageBegin {
  readonly messageId: string;
  readonly at: Date;
}

/** Hours of a message that a list shows. */
export const SHOWN_HOURS = 24;

type StoredHour = Partial<MessageStatsDocument> & Pick<MessageStatsDocument, 'date'>;

const INDEX = { domain: 1, message_id: 1, date: 1 } as const;

/** Reads the hourly counters of messages. */
@Injectable()
export class MessageHoursReader {
  constructor(@InjectModel(MESSAGE_STATS) private readonly model: Model<MessageStatsDocument>) {}

  /** Finds the hours of a message of the domain that begin after `after`, ascending, at most `limit`. */
  async find(domain: string, messageId: string, after: Date, limit: number): Promise<MessageHour[]> {
    const filter = { domain, message_id: new UUID(messageId), date: { $gt: after } };
    const documents = await this.model
      .find(filter, null, { sort: { date: 1 }, limit })
      .hint(INDEX)
      .lean();
    return documents.map(toHour);
  }

  /** Receipts and clicks of each of the first 24 hours of messages of the domain, by message. */
  async findActivity(domain: string, begins: readonly MessageBegin[]): Promise<Map<string, number[]>> {
    const startsMs = new Map(begins.map(({ messageId, at }) => [messageId, startOfHour(at)]));
    const activity = new Map(begins.map(({ messageId }) => [messageId, Array.from({ length: SHOWN_HOURS }, () => 0)]));
    if (begins.length === 0) return activity;
    const ranges = [...startsMs].map(([messageId, startMs]) => ({
      domain,
      message_id: new UUID(messageId),
      date: { $gte: new Date(startMs), $lt: new Date(startMs + SHOWN_HOURS * HOUR_MS) },
    }));
    const projection = { _id: 0, message_id: 1, date: 1, received: 1, click: 1 } as const;
    const documents = await this.model.find({ $or: ranges }, projection).hint(INDEX).lean();
    for (const { message_id: id, date, received = 0, click = 0 } of documents) {
      const startMs = startsMs.get(id.toString()) ?? 0;
      activity.get(id.toString())?.splice((date.getTime() - startMs) / HOUR_MS, 1, received + click);
    }
    return activity;
  }
}

/** Documents of others may lack a counter. */
function toHour(document: StoredHour): MessageHour {
  const { sent = 0, delivered = 0, not_delivered: notDelivered = 0 } = document;
  const { received = 0, click: clicks = 0, action_click: actionClicks = 0, dismissed = 0 } = document;
  const { unique_received: uniqueReceived = 0, unique_click: uniqueClicks = 0 } = document;
  const sending = { sent, delivered, notDelivered };
  return { date: document.date, ...sending, received, clicks, actionClicks, dismissed, uniqueReceived, uniqueClicks };
}
