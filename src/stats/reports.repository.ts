import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { ReportCounts } from './report-counts.js';
import { MESSAGE_STATS, type MessageStatsDocument } from './stats.schema.js';

const { UUID } = mongoose.mongo;

/** A period with inclusive bounds. An hour belongs to the period in which it begins. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** The counters of a UTC day. */
export interface DayCounts {
  /** The beginning of the day. */
  readonly date: Date;
  readonly counts: ReportCounts;
}

/** Accumulators for all counters. A counter that an older document lacks counts as zero. */
const SUMS = {
  sent: { $sum: '$sent' },
  delivered: { $sum: '$delivered' },
  notDelivered: { $sum: '$not_delivered' },
  received: { $sum: '$received' },
  click: { $sum: '$click' },
  actionClick: { $sum: '$action_click' },
  billableSends: { $sum: '$billable_sends' },
  wrongKey: { $sum: '$wrong_key' },
};

/** The counters of a message's own report; the sums of hours that lack one are 0. */
const REPORT_SUMS = {
  sent: SUMS.sent,
  delivered: SUMS.delivered,
  notDelivered: SUMS.notDelivered,
  billableSends: SUMS.billableSends,
  clicks: SUMS.click,
  received: SUMS.received,
  actionClicks: SUMS.actionClick,
  dismissed: { $sum: '$dismissed' },
  uniqueClicks: { $sum: '$unique_click' },
  uniqueReceived: { $sum: '$unique_received' },
  uniqueActionClicks: { $sum: '$unique_action_click' },
};

/** By the names of the report. */
type MessageReportCounts = Readonly<Record<keyof typeof REPORT_SUMS, number>>;

const NO_REPORT = Object.fromEntries(Object.keys(REPORT_SUMS).map((name) => [name, 0])) as MessageReportCounts;

const DOMAIN_INDEX = { domain: 1, date: 1 } as const;

const MESSAGES_INDEX = { domain: 1, message_id: 1, date: 1 } as const;

/** Sums the hourly counters. */
@Injectable()
export class ReportsRepository {
  constructor(@InjectModel(MESSAGE_STATS) private readonly model: Model<MessageStatsDocument>) {}

  /** Sums the hours of messages of the domain, by day. */
  async sumByDay(domain: string, messageIds: readonly string[], period: Period): Promise<DayCounts[]> {
    const ofMessages = { message_id: { $in: messageIds.map((id) => new UUID(id)) } };
    const days = await this.model
      .aggregate<{ readonly _id: Date } & ReportCounts>([
        { $match: { domain, ...ofMessages, date: between(period) } },
        { $group: { _id: { $dateTrunc: { date: '$date', unit: 'day' } }, ...SUMS } },
      ])
      .hint(MESSAGES_INDEX);
    return days.map(({ _id: date, ...counts }) => ({ date, counts }));
  }

  /** Sums the counters of a message of the domain; undefined when nothing was counted. */
  async sumOfMessage(domain: string, messageId: string, period: Period): Promise<ReportCounts | undefined> {
    const [sums] = await this.model
      .aggregate<ReportCounts>([
        { $match: { domain, message_id: new UUID(messageId), date: between(period) } },
        { $group: { _id: null, ...SUMS } },
        { $unset: '_id' },
      ])
      .hint(MESSAGES_INDEX);
    return sums;
  }

  /** Sums all hours of a message of the domain that are kept; zeros when nothing was counted. */
  async sumOfReport(domain: string, messageId: string): Promise<MessageReportCounts> {
    const [sums] = await this.model
      .aggregate<MessageReportCounts>([
        { $match: { domain, message_id: new UUID(messageId) } },
        { $group: { _id: null, ...REPORT_SUMS } },
        { $unset: '_id' },
      ])
      .hint(MESSAGES_INDEX);
    return sums ?? NO_REPORT;
  }

  /** Sums the counters of all messages of the domain but some. */
  async sumOfOthers(
    domain: string,
    exceptMessageIds: readonly string[],
    period: Period,
  ): Promise<ReportCounts | undefined> {
    const [sums] = await this.model
      .aggregate<ReportCounts>([
        { $match: { domain, date: between(period), message_id: { $nin: exceptMessageIds.map((id) => new UUID(id)) } } },
        { $group: { _id: null, ...SUMS } },
        { $unset: '_id' },
      ])
      .hint(DOMAIN_INDEX);
    return sums;
  }

  /** Sums the billable sends of all messages of the domain. */
  async sumBillableSends(domain: string, period: Period): Promise<number> {
    const [sums] = await this.model
      .aggregate<{ billableSends: number }>([
        { $match: { domain, date: between(period) } },
        { $group: { _id: null, billableSends: SUMS.billableSends } },
      ])
      .hint(DOMAIN_INDEX);
    return sums?.billableSends ?? 0;
  }
}

function between({ from, to }: Period): { $gte: Date; $lte: Date } {
  return { $gte: from, $lte: to };
}
