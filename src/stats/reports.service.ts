import { Injectable } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { Config } from '../core/config/config.js';
import { invalidProperty } from '../core/errors/errors.js';
import type { MessageCounters } from '../messages/message-counters.repository.js';
import { MessageCountersRepository } from '../messages/message-counters.repository.js';
import {
  type ConsumedCountResponse,
  type DeliveryResultsResponse,
  type DeliveryResultsQuery,
  type GroupedStatsResponse,
  type GroupedStatsQuery,
  type MessageDetailsResponse,
  type PeriodQuery,
} from './stats.dto.js';
import { DayCountsReader } from './day-counts.reader.js';
import { DAY_MS } from './packed-days.js';
import { addReports, NO_COUNTS, type ReportCounts } from './report-counts.js';
import { type GroupingPeriod, startOfPeriod } from './report-periods.js';
import { type DayCounts, ReportsRepository } from './reports.repository.js';

/** What a period must have to be reported: one with other counts alone is none. */
const REPORTED = ['sent', 'received', 'click', 'actionClick'] as const;

interface PeriodCounts extends ReportCounts {
  /** The beginning of the day, week, month or year. */
  readonly date: Date;
}

/** Creates reports from counters. Each report throws `validation_failed` when `from` is after `to`. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly reports: ReportsRepository,
    private readonly days: DayCountsReader,
    private readonly messages: MessageCountersRepository,
    private readonly config: Config,
  ) {}

  /** Returns the message's own counters, which do not depend on the period; zeros for an unknown message. */
  async getDetails(domain: string, messageId: string, period: PeriodQuery): Promise<MessageDetailsResponse> {
    assertOrder(period);
    const counters = await this.messages.findCounters(domain, messageId);
    return toDetails(domain, messageId, counters && fromMessage(counters));
  }

  /**
   * Returns the counters of the message in the period: the sum of the hourly counters if they are still kept
   * for `from`, else the message's own counters if it was inserted in the period. Zeros for an unknown
   * message.
   */
  async getStats(domain: string, messageId: string, period: PeriodQuery): Promise<MessageDetailsResponse> {
    assertOrder(period);
    if (this.areHoursKept(period.from)) {
      return toDetails(domain, messageId, await this.reports.sumOfMessage(domain, messageId, period));
    }
    const counters = await this.messages.findCounters(domain, messageId, period);
    return toDetails(domain, messageId, counters && fromMessage(counters));
  }

  /** Returns the sums over the given messages by day, week, month or year, and the totals. */
  async getGroupedStats(domain: string, query: GroupedStatsQuery): Promise<GroupedStatsResponse> {
    const { from, to, period } = query;
    assertOrder(query);
    const messageIds = query.messageIds.map((id) => id.toLowerCase());
    const periods = groupByPeriod(await this.days.sum(domain, messageIds, query), period);
    const totals = periods.reduce<ReportCounts>(addReports, NO_COUNTS);
    return {
      domain,
      messageIds,
      dateFrom: from,
      dateTo: to,
      groupedPeriod: period,
      totals: toCounts(totals),
      periods: periods.map(toCounts),
    };
  }

  /** Returns the billable sends of the domain, from the hourly counters that are still kept. */
  async getConsumedCount(domain: string, { from, to }: PeriodQuery): Promise<ConsumedCountResponse> {
    assertOrder({ from, to });
    return { domain, from, to, consumed: await this.reports.sumBillableSends(domain, { from, to }) };
  }

  /**
   * Lists the send counters of messages of all domains that were inserted in `[from, to)`, oldest first.
   * `page` is the number of messages to skip, and in the response the value for the next request.
   */
  async listDeliveryResults({ page, per_page, ...inserted }: DeliveryResultsQuery): Promise<DeliveryResultsResponse> {
    assertOrder(inserted);
    const messages = await this.messages.findInserted(inserted, { skip: page, limit: per_page });
    const items = messages.map(({ domain, sent, delivered, notDelivered, insertedDate }) => ({
      domain,
      sentQuantity: sent,
      delivered,
      notDelivered,
      date: insertedDate,
    }));
    return { items, page: page + items.length, per_page };
  }

  private areHoursKept(from: Date): boolean {
    return from.getTime() >= databaseNow() - this.config.messageStatsRetentionDays * DAY_MS;
  }
}

function assertOrder({ from, to }: { readonly from?: Date; readonly to?: Date }): void {
  if (from !== undefined && to !== undefined && from > to) throw invalidProperty('from', 'must not be after to');
}

/** A message's own counters have no clicks on actions. */
function fromMessage({ clicks, ...counters }: MessageCounters): ReportCounts {
  return { ...counters, click: clicks, actionClick: 0 };
}

/** Most reports have nobody who was refused for a wrong key, and say nothing of it. */
function toCounts<T extends ReportCounts>({ wrongKey, ...counts }: T): Omit<T, 'wrongKey'> & { wrongKey?: number } {
  return { ...counts, ...(wrongKey > 0 && { wrongKey }) };
}

function toDetails(domain: string, messageId: string, counts: ReportCounts = NO_COUNTS): MessageDetailsResponse {
  const { sent, delivered, notDelivered, billableSends, click: clicks, received, actionClick, wrongKey } = counts;
  return {
    domain,
    messageId: messageId.toLowerCase(),
    sent,
    delivered,
    notDelivered,
    billableSends,
    clicks,
    received,
    actionClick,
    ...(wrongKey > 0 && { wrongKey }),
  };
}

/** Sums days up, which ascend; a period without a reported count is left out. */
function groupByPeriod(days: readonly DayCounts[], unit: GroupingPeriod): PeriodCounts[] {
  const periods = new Map<number, ReportCounts>();
  for (const { date, counts } of days) {
    const start = startOfPeriod(date, unit).getTime();
    periods.set(start, addReports(periods.get(start) ?? NO_COUNTS, counts));
  }
  return [...periods]
    .filter(([, counts]) => REPORTED.some((name) => counts[name] > 0))
    .map(([start, counts]) => ({ ...counts, date: new Date(start) }));
}
