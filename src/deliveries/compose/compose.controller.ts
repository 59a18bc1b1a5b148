import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../../core/errors/api-problem.js';
import { CHANGES_NOTHING } from '../../core/http/route-change.js';
import { LIMITED_AS_TEST_SEND } from '../../core/http/route-limit.js';
import { AcceptsStrictHandling } from '../../core/http/strict-handling.js';
import { Access } from '../../security/access.js';
import { ComposeParams } from './compose.dto.js';
import { MessagePreviewRequest, MessagePreviewResponse } from './message-previews.dto.js';
import { MessagePreviewsService } from './message-previews.service.js';
import { TestSendRequest, TestSendResponse } from './test-sends.dto.js';
import { TestSendsService } from './test-sends.service.js';

@ApiTags('Messages')
@Controller('domains/:name')
export class ComposeController {
  constructor(
    private readonly previews: MessagePreviewsService,
    private readonly testSends: TestSendsService,
  ) {}

  @Post('message-previews')
  @HttpCode(200)
  @Access({ scope: 'send', domain: 'path.name' }, CHANGES_NOTHING)
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'How large a message is for each push service, and what is shortened' })
  @ApiOkResponse({ type: MessagePreviewResponse, description: 'Nothing is stored' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable')
  preview(@Param() { name }: ComposeParams, @Body() request: MessagePreviewRequest): Promise<MessagePreviewResponse> {
    return this.previews.preview(name, request);
  }

  @Post('test-sends')
  @HttpCode(200)
  @Access({ scope: 'send', domain: 'path.name' }, LIMITED_AS_TEST_SEND)
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Send a message to one contact at once, outside of all counters' })
  @ApiOkResponse({ type: TestSendResponse, description: 'What the push service has answered' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable')
  sendTest(@Param() { name }: ComposeParams, @Body() request: TestSendRequest): Promise<TestSendResponse> {
    return this.testSends.send(name, request);
  }
}
