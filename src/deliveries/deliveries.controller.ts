import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { AcceptsIdempotencyKey, IdempotencyKey, type IdempotentRequest } from '../idempotency/idempotency-key.js';
import { MessageIdAnswer, MessageRequest, StoreMessageRequest } from '../messages/messages.dto.js';
import { SuperUser } from '../security/super-user.js';
import { SendToDomainParams } from './deliveries.dto.js';
import { DeliveriesService } from './deliveries.service.js';

@ApiTags('Messages')
@Controller()
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Post(['messages/domains/:domain', 'push-contacts/:domain/message'])
  @HttpCode(202)
  @SuperUser()
  @AcceptsIdempotencyKey()
  @ApiOperation({ summary: 'Send a message to all contacts of a domain' })
  @ApiAcceptedResponse({ type: MessageIdAnswer, description: 'Stored and queued' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable', 'queue_unavailable')
  sendToDomain(
    @Param() { domain }: SendToDomainParams,
    @Body() message: MessageRequest,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdAnswer> {
    return this.deliveries.sendToDomain(domain, message, key);
  }

  @Post('message')
  @HttpCode(200)
  @SuperUser()
  @AcceptsIdempotencyKey()
  @ApiOperation({ summary: 'Store a message that is sent to visitors later' })
  @ApiOkResponse({ type: MessageIdAnswer, description: 'Stored, not sent' })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  @ApiProblem('database_unavailable')
  store(
    @Body() request: StoreMessageRequest,
    @IdempotencyKey() key: IdempotentRequest | undefined,
  ): Promise<MessageIdAnswer> {
    return this.deliveries.store(request, key);
  }
}
