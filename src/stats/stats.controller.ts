import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { DomainMessageParams, MessageIdParams } from '../messages/messages.dto.js';
import { Access, SuperUser } from '../security/access.js';
import { MessageReportResponse } from './message-report.dto.js';
import { MessageReportService } from './message-report.service.js';
import { ReportsService } from './reports.service.js';
import {
  ConsumedCountResponse,
  DeliveryResultsResponse,
  DeliveryResultsQuery,
  GroupedStatsResponse,
  GroupedStatsQuery,
  MessageDetailsResponse,
  PeriodQuery,
  ReportDomainParams,
} from './stats.dto.js';

@ApiTags('Reports')
@Controller()
export class StatsController {
  constructor(
    private readonly reports: ReportsService,
    private readonly messageReport: MessageReportService,
  ) {}

  @Get('push-contacts/:domain/messages/:messageId/details')
  @Access({ scope: 'reports', domain: 'path.domain' })
  @ApiOperation({
    deprecated: true,
    summary: "A message's own counters, whatever the dates; an older form",
    description: 'Zeros for a message that is unknown. Clicks on actions are not in it: actionClick is 0.',
  })
  @ApiOkResponse({ description: 'The counters; zeros for an unknown message', type: MessageDetailsResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getMessageDetails(
    @Param() { domain, messageId }: DomainMessageParams,
    @Query() period: PeriodQuery,
  ): Promise<MessageDetailsResponse> {
    return this.reports.getDetails(domain, messageId, period);
  }

  @Get('domains/:domain/messages/:messageId/stats')
  @Access({ scope: 'reports', domain: 'path.domain' })
  @ApiOperation({
    summary: 'What a message brought about in a period',
    description:
      'Summed from the hours that begin in the period. When `from` lies before the days for which hours are kept ' +
      '(MESSAGE_STATS_RETENTION_DAYS), it is what the message brought about in all, if it was inserted in the period; ' +
      'actionClick is then 0. Zeros for a message that is unknown.',
  })
  @ApiOkResponse({ description: 'The counters', type: MessageDetailsResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getMessageStats(
    @Param() { domain, messageId }: DomainMessageParams,
    @Query() period: PeriodQuery,
  ): Promise<MessageDetailsResponse> {
    return this.reports.getStats(domain, messageId, period);
  }

  @Get('messages/:messageId/report')
  @Access({ scope: 'reports', domain: 'path.messageId' })
  @ApiOperation({
    summary: 'What a message brought about in all, with how many contacts clicked and received it',
    description:
      'Summed from hours. For a message that is older than hours are kept (MESSAGE_STATS_RETENTION_DAYS) totals are ' +
      'those of the message itself, as in its stats, and the unique counts and actionClicks cover the hours that are ' +
      'still kept. Hours before this report existed have no unique counts.',
  })
  @ApiOkResponse({ description: 'The counters', type: MessageReportResponse })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  getMessageReport(@Param() { messageId }: MessageIdParams): Promise<MessageReportResponse> {
    return this.messageReport.get(messageId);
  }

  @Get('domains/:domain/messages/stats/grouped')
  @Access({ scope: 'reports', domain: 'path.domain' })
  @ApiOperation({
    summary: 'What messages brought about together, by day, week, month or year',
    description: 'Summed from the hours that begin in the period and are still kept (MESSAGE_STATS_RETENTION_DAYS).',
  })
  @ApiOkResponse({ description: 'Totals and periods, ascending', type: GroupedStatsResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getGroupedStats(
    @Param() { domain }: ReportDomainParams,
    @Query() query: GroupedStatsQuery,
  ): Promise<GroupedStatsResponse> {
    return this.reports.getGroupedStats(domain, query);
  }

  @Get('domains/:domain/push-sends-consumed-count')
  @Access({ scope: 'reports', domain: 'path.domain' })
  @Header('cache-control', 'public,max-age=60')
  // Else a cache on the way would serve it to who has another token, or none (RFC 9111, section 4.1).
  @Header('vary', 'Authorization')
  @ApiOperation({
    summary: "How many of a domain's sends are billed",
    description: 'Summed from the hours that begin in the period and are still kept (MESSAGE_STATS_RETENTION_DAYS).',
  })
  @ApiOkResponse({ description: 'The sum of billable sends', type: ConsumedCountResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getConsumedCount(
    @Param() { domain }: ReportDomainParams,
    @Query() period: PeriodQuery,
  ): Promise<ConsumedCountResponse> {
    return this.reports.getConsumedCount(domain, period);
  }

  @Get('push-contacts/messages/delivery-results')
  @SuperUser()
  @ApiOperation({ summary: 'Outcomes of the messages of all domains, oldest first' })
  @ApiOkResponse({ description: 'A page of messages by date', type: DeliveryResultsResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listDeliveryResults(@Query() query: DeliveryResultsQuery): Promise<DeliveryResultsResponse> {
    return this.reports.listDeliveryResults(query);
  }
}
