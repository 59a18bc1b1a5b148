import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { MessageIdParams } from '../messages/messages.dto.js';
import { Access } from '../security/access.js';
import { DomainMessagesParams, DomainMessagesQuery, DomainMessagesResponse } from './message-list.dto.js';
import { MessageListService } from './message-list.service.js';
import { MessageHoursQuery, MessageHoursResponse, MessageOutcomesResponse } from './message-numbers.dto.js';
import { MessageResponse } from './single-message.dto.js';
import { SingleMessageService } from './single-message.service.js';

@ApiTags('Reports')
@Controller()
export class MessageReportsController {
  constructor(
    private readonly list: MessageListService,
    private readonly single: SingleMessageService,
  ) {}

  @Get('domains/:name/messages')
  @Access({ scope: 'reports', domain: 'path.name' })
  @ApiOperation({
    summary: "A domain's messages with their counters, the latest first",
    description:
      'With a text, a page looks at 2,000 messages at most: it may be shorter than per_page, or empty, while there ' +
      'is a nextCursor.',
  })
  @ApiOkResponse({ description: 'A page of messages', type: DomainMessagesResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listMessages(
    @Param() { name }: DomainMessagesParams,
    @Query() query: DomainMessagesQuery,
  ): Promise<DomainMessagesResponse> {
    return this.list.list(name, query);
  }

  @Get('messages/:messageId')
  @Access({ scope: 'reports', domain: 'path.messageId' })
  @ApiOperation({ summary: 'A message with all that was asked for, its state and its counters' })
  @ApiOkResponse({ description: 'The message', type: MessageResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getMessage(@Param() { messageId }: MessageIdParams): Promise<MessageResponse> {
    return this.single.get(messageId);
  }

  @Get('messages/:messageId/hours')
  @Access({ scope: 'reports', domain: 'path.messageId' })
  @ApiOperation({
    summary: 'What was counted for a message in each UTC hour, ascending',
    description: 'Hours without anything are left out. Hours are kept for MESSAGE_STATS_RETENTION_DAYS.',
  })
  @ApiOkResponse({ description: 'A page of hours', type: MessageHoursResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listHours(@Param() { messageId }: MessageIdParams, @Query() query: MessageHoursQuery): Promise<MessageHoursResponse> {
    return this.single.listHours(messageId, query);
  }

  @Get('messages/:messageId/outcomes')
  @Access({ scope: 'reports', domain: 'path.messageId' })
  @ApiOperation({
    summary: 'What became of a message by push service and reason',
    description:
      'The contacts of all items together are those that the message was sent to. Of what was sent before outcomes ' +
      'were counted, push service and reason are null, and isComplete is false.',
  })
  @ApiOkResponse({ description: 'The outcomes, most contacts first', type: MessageOutcomesResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getOutcomes(@Param() { messageId }: MessageIdParams): Promise<MessageOutcomesResponse> {
    return this.single.getOutcomes(messageId);
  }
}
