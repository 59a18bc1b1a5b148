import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../../core/errors/api-problem.js';
import { BareStringPipe } from '../../core/http/request.pipe.js';
import { CHANGES_WITH_RECORD } from '../../core/http/route-change.js';
import { StreamedBody, STREAMS_BODY } from '../../core/http/streamed-body.js';
import { AcceptsStrictHandling, StrictHandling } from '../../core/http/strict-handling.js';
import { AcceptsIdempotencyKey, IdempotencyKey, type IdempotentRequest } from '../../idempotency/idempotency-key.js';
import { MessageIdResponse, MessageIdParams, MessageRequest } from '../../messages/messages.dto.js';
import { Access } from '../../security/access.js';
import {
  SendToVisitorOfDomainParams,
  SendToVisitorParams,
  SendToVisitorRequest,
  SendToVisitorsRequest,
  VisitorGuidBody,
} from './accept.dto.js';
import { ImmediateSendsService } from './immediate-sends.service.js';
import { VisitorListsService } from './visitor-lists.service.js';
import { VisitorSendsService } from './visitor-sends.service.js';

@ApiTags('Messages')
@Controller()
export class VisitorSendsController {
  constructor(
    private readonly visitorSends: VisitorSendsService,
    private readonly visitorLists: VisitorListsService,
    private readonly immediateSends: ImmediateSendsService,
  ) {}

  @Post('messages/:messageId/visitors/:visitorGuid/send')
  @HttpCode(202)
  @Access({ scope: 'send', domain: 'path.messageId' }, CHANGES_WITH_RECORD)
  @AcceptsIdempotencyKey()
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Send a stored message to a visitor' })
  @ApiAcceptedResponse({ type: MessageIdResponse, description: 'Queued' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large')
  @ApiProblem('unsupported_media_type', 'database_unavailable', 'queue_unavailable')
  sendToVisitor(
    @Param() { messageId, visitorGuid }: SendToVisitorParams,
    @Body() request: SendToVisitorRequest,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    return this.visitorSends.send(messageId, visitorGuid, request, key);
  }

  @Post('messages/:messageId/visitors/send')
  @HttpCode(202)
  @Access({ scope: 'send', domain: 'path.messageId' }, { ...STREAMS_BODY, ...CHANGES_WITH_RECORD })
  @AcceptsIdempotencyKey()
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Send a stored message to a list of visitors, up to hundreds of thousands' })
  @ApiBody({ type: SendToVisitorsRequest })
  @ApiAcceptedResponse({ type: MessageIdResponse, description: 'Queued' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large')
  @ApiProblem('unsupported_media_type', 'database_unavailable', 'queue_unavailable')
  sendToVisitors(
    @Param() { messageId }: MessageIdParams,
    @StreamedBody() body: AsyncIterable<Buffer>,
    @StrictHandling() isStrict: boolean,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    return this.visitorLists.send(messageId, body, isStrict, key);
  }

  @Post('message/:messageId')
  @HttpCode(200)
  @Access({ scope: 'send', domain: 'path.messageId' }, CHANGES_WITH_RECORD)
  @AcceptsIdempotencyKey()
  @ApiOperation({ summary: 'Send a stored message to a visitor (older form)', deprecated: true })
  @ApiBody({ schema: { type: 'string', example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' }, description: 'a visitor guid' })
  @ApiOkResponse({ type: MessageIdResponse, description: 'Queued' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large')
  @ApiProblem('unsupported_media_type', 'database_unavailable', 'queue_unavailable')
  sendToVisitorByBody(
    @Param() { messageId }: MessageIdParams,
    @Body(new BareStringPipe(VisitorGuidBody, 'visitorGuid')) visitorGuid: string,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    return this.visitorSends.send(messageId, visitorGuid, {}, key);
  }

  @Post('push-contacts/:domain/:visitorGuid/message')
  @HttpCode(200)
  @Access({ scope: 'send', domain: 'path.domain' }, CHANGES_WITH_RECORD)
  @AcceptsIdempotencyKey()
  @AcceptsStrictHandling()
  @ApiOperation({ summary: "Store a message and send it to a visitor's contacts of a domain" })
  @ApiOkResponse({ type: MessageIdResponse, description: 'Sent' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable')
  sendToVisitorNow(
    @Param() { domain, visitorGuid }: SendToVisitorOfDomainParams,
    @Body() message: MessageRequest,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    return this.immediateSends.sendNow(domain, visitorGuid, message, key);
  }
}
