import { Controller, Delete, Get, Header, Headers, Param, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { asEventStream } from '../core/event-stream.js';
import { MessageIdParams } from '../messages/messages.dto.js';
import { SuperUser } from '../security/super-user.js';
import { CancellationService } from './cancellation.service.js';
import { ProgressAnswer } from './progress.dto.js';
import { ProgressService } from './progress.service.js';

@ApiTags('Messages')
@ApiExtraModels(ProgressAnswer)
@Controller('messages/:messageId')
export class ProgressController {
  constructor(
    private readonly progress: ProgressService,
    private readonly cancellation: CancellationService,
  ) {}

  @Get('progress')
  @SuperUser()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How far the sending of a message has come, once or, as text/event-stream, until its end' })
  @ApiOkResponse({
    description: 'The progress',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ProgressAnswer) } },
      'text/event-stream': { schema: { type: 'string' }, example: 'event: progress\ndata: {"state":"sending",…}\n\n' },
    },
  })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  get(
    @Param() { messageId }: MessageIdParams,
    @Headers('accept') accept: string | undefined,
  ): Promise<ProgressAnswer | StreamableFile> {
    return asEventStream(
      accept,
      'progress',
      () => this.progress.get(messageId),
      () => this.progress.watch(messageId),
    );
  }

  @Delete('delivery')
  @SuperUser()
  @ApiOperation({ summary: 'Cancel what is still pending of a message; what is sent stays sent' })
  @ApiOkResponse({ type: ProgressAnswer, description: 'The progress after it' })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  cancel(@Param() { messageId }: MessageIdParams): Promise<ProgressAnswer> {
    return this.cancellation.cancel(messageId);
  }
}
