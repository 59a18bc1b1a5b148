import { Injectable } from '@nestjs/common';
import { MessagesReader } from '../messages/messages.reader.js';
import type { MessageReportResponse } from './message-report.dto.js';
import { ReportsRepository } from './reports.repository.js';

/** Creates the report of a message with what Doppler's reports do not have. */
@Injectable()
export class MessageReportService {
  constructor(
    private readonly messages: MessagesReader,
    private readonly reports: ReportsRepository,
  ) {}

  /**
   * Returns the sums of the message's hourly counters that are still kept. Throws `resource_not_found` for an
   * unknown message.
   */
  async get(messageId: string): Promise<MessageReportResponse> {
    const { messageId: id, domain } = await this.messages.get(messageId);
    return { messageId: id, domain, ...(await this.reports.sumOfReport(domain, id)) };
  }
}
