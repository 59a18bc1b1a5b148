import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { type MessageCounters, MessageCountersRepository } from '../messages/message-counters.repository.js';
import { MessagesReader } from '../messages/messages.reader.js';
import type { MessageReportResponse } from './message-report.dto.js';
import { ReportsRepository } from './reports.repository.js';

const MS_A_DAY = 86_400_000;

type OwnTotals = Omit<MessageCounters, 'wrongKey'> & Pick<MessageReportResponse, 'dismissed'>;

/** Creates the report of a message with what Doppler's reports do not have. */
@Injectable()
export class MessageReportService {
  constructor(
    private readonly messages: MessagesReader,
    private readonly counters: MessageCountersRepository,
    private readonly reports: ReportsRepository,
    private readonly config: Config,
  ) {}

  /**
   * Returns the sums of the message's hourly counters. For a message that is older than these are kept the
   * totals are the message's own, as in `stats`; unique counts and clicks on actions, which it does not have,
   * are those of the hours that are still kept. Throws `resource_not_found` for an unknown message.
   */
  async get(messageId: string): Promise<MessageReportResponse> {
    const { messageId: id, domain } = await this.messages.get(messageId);
    const [ofHours, ofMessage] = await Promise.all([
      this.reports.sumOfReport(domain, id),
      this.findOwnTotals(domain, id),
    ]);
    return { messageId: id, domain, ...ofHours, ...ofMessage };
  }

  /** Undefined for a message all of whose hours are kept. */
  private async findOwnTotals(domain: string, messageId: string): Promise<OwnTotals | undefined> {
    const to = new Date(databaseNow() - this.config.messageStatsRetentionDays * MS_A_DAY);
    const counters = await this.counters.findCounters(domain, messageId, { from: new Date(0), to });
    if (counters === undefined) return undefined;
    const { sent, delivered, notDelivered, billableSends, clicks, received } = counters;
    const dismissed = await this.counters.findDismissed(messageId);
    return { sent, delivered, notDelivered, billableSends, clicks, received, dismissed };
  }
}
