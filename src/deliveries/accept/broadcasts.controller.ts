import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../../core/errors/api-problem.js';
import { CHANGES_WITH_RECORD } from '../../core/http/route-change.js';
import { AcceptsStrictHandling } from '../../core/http/strict-handling.js';
import { AcceptsIdempotencyKey, IdempotencyKey, type IdempotentRequest } from '../../idempotency/idempotency-key.js';
import { MessageIdResponse, MessageRequest, StoreMessageRequest } from '../../messages/messages.dto.js';
import { Access } from '../../security/access.js';
import { SendToDomainParams } from './accept.dto.js';
import { BroadcastsService } from './broadcasts.service.js';

@ApiTags('Messages')
@Controller()
export class BroadcastsController {
  constructor(private readonly deliveries: BroadcastsService) {}

  @Post(['messages/domains/:domain', 'push-contacts/:domain/message'])
  @HttpCode(202)
  @Access({ scope: 'send', domain: 'path.domain' }, CHANGES_WITH_RECORD)
  @AcceptsIdempotencyKey()
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Send a message to all contacts of a domain' })
  @ApiAcceptedResponse({ type: MessageIdResponse, description: 'Stored and queued' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable', 'queue_unavailable')
  sendToDomain(
    @Param() { domain }: SendToDomainParams,
    @Body() message: MessageRequest,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    return this.deliveries.sendToDomain(domain, message, key);
  }

  @Post('message')
  @HttpCode(200)
  @Access({ scope: 'send', domain: 'body.domain' }, CHANGES_WITH_RECORD)
  @AcceptsIdempotencyKey()
  @AcceptsStrictHandling()
  @ApiOperation({ summary: 'Store a message that is sent to visitors later' })
  @ApiOkResponse({ type: MessageIdResponse, description: 'Stored, not sent' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable')
  storeMessage(
    @Body() request: StoreMessageRequest,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdResponse> {
    return this.deliveries.store(request, key);
  }
}
