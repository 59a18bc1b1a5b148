import { Controller, Delete, Get, Header, Headers, Param, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiProblem } from '../../core/errors/api-problem.js';
import { asEventStream } from '../../core/http/event-stream.js';
import { CHANGES_WITH_RECORD } from '../../core/http/route-change.js';
import { MessageIdParams } from '../../messages/messages.dto.js';
import { Access } from '../../security/access.js';
import { Cancellation } from './cancellation.js';
import { ProgressResponse } from './progress.dto.js';
import { ProgressService } from './progress.service.js';

@ApiTags('Messages')
@ApiExtraModels(ProgressResponse)
@Controller('messages/:messageId')
export class ProgressController {
  constructor(
    private readonly progress: ProgressService,
    private readonly cancellation: Cancellation,
  ) {}

  @Get('progress')
  @Access({ scope: 'reports', domain: 'path.messageId' })
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How far the sending of a message has come, once or, as text/event-stream, until its end' })
  @ApiOkResponse({
    description: 'The progress',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ProgressResponse) } },
      'text/event-stream': { schema: { type: 'string' }, example: 'event: progress\ndata: {"state":"sending",…}\n\n' },
    },
  })
  @ApiProblem('validation_failed', 'database_unavailable', 'too_many_streams')
  getProgress(
    @Param() { messageId }: MessageIdParams,
    @Headers('accept') accept: string | undefined,
  ): Promise<ProgressResponse | StreamableFile> {
    return asEventStream(
      accept,
      'progress',
      () => this.progress.get(messageId),
      () => this.progress.watch(messageId),
    );
  }

  @Delete('delivery')
  @Access({ scope: 'send', domain: 'path.messageId' }, CHANGES_WITH_RECORD)
  @ApiOperation({ summary: 'Cancel what is still pending of a message; what is sent stays sent' })
  @ApiOkResponse({ type: ProgressResponse, description: 'The progress after it' })
  @ApiProblem('validation_failed', 'database_unavailable')
  cancelDelivery(@Param() { messageId }: MessageIdParams): Promise<ProgressResponse> {
    return this.cancellation.cancel(messageId);
  }
}
