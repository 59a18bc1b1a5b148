import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { DomainMessageParams } from '../messages/messages.dto.js';
import { SuperUser } from '../security/super-user.js';
import { MessageDetailsAnswer, PeriodQuery } from './stats.dto.js';
import { StatsService } from './stats.service.js';

@ApiTags('Reports')
@Controller()
export class StatsController {
  constructor(private readonly stats: StatsService) {}

  @Get('push-contacts/:domain/messages/:messageId/details')
  @SuperUser()
  @ApiOperation({ summary: "A message's counters" })
  @ApiOkResponse({ type: MessageDetailsAnswer })
  @ApiProblem('validation_failed', 'database_unavailable')
  getDetails(
    @Param() { domain, messageId }: DomainMessageParams,
    @Query() period: PeriodQuery,
  ): Promise<MessageDetailsAnswer> {
    return this.stats.getDetails(domain, messageId, period);
  }
}
