import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';
import { invalidProperty } from '../core/errors.js';
import type { MessageCounters } from '../messages/messages.repository.js';
import { MessagesService } from '../messages/messages.service.js';
import {
  type ConsumedCountAnswer,
  type DeliveryResultsAnswer,
  type DeliveryResultsQuery,
  type GroupedStatsAnswer,
  type GroupedStatsQuery,
  type MessageDetailsAnswer,
  type PeriodQuery,
} from './stats.dto.js';
import { type Counts, ReportsRepository } from './reports.repository.js';

const MS_A_DAY = 86_400_000;

const ZEROS: Counts = {
  sent: 0,
  delivered: 0,
  notDelivered: 0,
  received: 0,
  click: 0,
  actionClick: 0,
  billableSends: 0,
};

/** Reports what messages have brought about. Every report throws `validation_failed` when `from` is after `to`. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly reports: ReportsRepository,
    private readonly messages: MessagesService,
    private readonly config: Config,
  ) {}

  /** The message's own counters, whatever the dates; zeros for a message that is unknown. */
  async getDetails(domain: string, messageId: string, period: PeriodQuery): Promise<MessageDetailsAnswer> {
    demandOrder(period);
    const counters = await this.messages.findCounters(domain, messageId);
    return toDetails(domain, messageId, counters && fromMessage(counters));
  }

  /**
   * What the message brought about in the period: by the hour while the hours are kept, else the message's own counters
   * if it was inserted in the period. Zeros for a message that is unknown.
   */
  async getStats(domain: string, messageId: string, period: PeriodQuery): Promise<MessageDetailsAnswer> {
    demandOrder(period);
    if (this.areHoursKept(period.from)) {
      return toDetails(domain, messageId, await this.reports.sumOfMessage(domain, messageId, period));
    }
    const counters = await this.messages.findCounters(domain, messageId, period);
    return toDetails(domain, messageId, counters && fromMessage(counters));
  }

  /** What the messages brought about together, by days, weeks, months or years, and in all. */
  async getGroupedStats(domain: string, query: GroupedStatsQuery): Promise<GroupedStatsAnswer> {
    const { from, to, period } = query;
    demandOrder(query);
    const messageIds = query.messageIds.map((id) => id.toLowerCase());
    const periods = await this.reports.sumByPeriod(domain, messageIds, query, period);
    const totals = periods.reduce(add, ZEROS);
    return { domain, messageIds, dateFrom: from, dateTo: to, groupedPeriod: period, totals, periods };
  }

  /** How many of the domain's sends are billed. Hours that are no longer kept have nothing to add. */
  async getConsumedCount(domain: string, { from, to }: PeriodQuery): Promise<ConsumedCountAnswer> {
    demandOrder({ from, to });
    return { domain, from, to, consumed: await this.reports.sumBillableSends(domain, { from, to }) };
  }

  /** What became of the messages of all domains that were inserted in `[from, to)`, the oldest first. */
  async listDeliveryResults({ page, per_page, ...inserted }: DeliveryResultsQuery): Promise<DeliveryResultsAnswer> {
    demandOrder(inserted);
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
    return from.getTime() >= Date.now() - this.config.messageStatsRetentionDays * MS_A_DAY;
  }
}

function demandOrder({ from, to }: { readonly from?: Date; readonly to?: Date }): void {
  if (from !== undefined && to !== undefined && from > to) throw invalidProperty('from', 'must not be after to');
}

/** The message's own document has never counted clicks on actions. */
function fromMessage({ clicks, ...counters }: MessageCounters): Counts {
  return { ...counters, click: clicks, actionClick: 0 };
}

function toDetails(domain: string, messageId: string, counts: Counts = ZEROS): MessageDetailsAnswer {
  const { sent, delivered, notDelivered, billableSends, click: clicks, received, actionClick } = counts;
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
  };
}

function add(sum: Counts, more: Counts): Counts {
  return {
    sent: sum.sent + more.sent,
    delivered: sum.delivered + more.delivered,
    notDelivered: sum.notDelivered + more.notDelivered,
    received: sum.received + more.received,
    click: sum.click + more.click,
    actionClick: sum.actionClick + more.actionClick,
    billableSends: sum.billableSends + more.billableSends,
  };
}
