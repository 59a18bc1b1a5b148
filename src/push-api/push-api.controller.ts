import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { readIdempotencyKey } from '../core/http/idempotency-key.js';
import { SuperUser } from '../security/access.js';
import { Anonymous } from '../security/route-access.js';
import { DeviceMessageService } from './device-message.service.js';
import { DeviceTokenSender } from './device-token-sender.js';
import { DeviceResponse, DeviceMessageResponse, DeviceMessageRequest, DeviceParams } from './push-api.dto.js';
import { WebPushResponse, WebPushRequest } from './web-push.dto.js';
import { WebPushService } from './web-push.service.js';

@ApiTags('PushApi')
@Controller()
export class PushApiController {
  constructor(
    private readonly deviceTokenSender: DeviceTokenSender,
    private readonly deviceMessages: DeviceMessageService,
    private readonly webPush: WebPushService,
  ) {}

  @Get('devices/:token')
  @Anonymous()
  @ApiOperation({ summary: 'Whether a device token is valid' })
  @ApiOkResponse({ type: DeviceResponse })
  @ApiProblem('validation_failed', 'firebase_unavailable')
  async getDevice(@Param() { token }: DeviceParams): Promise<DeviceResponse> {
    return { token, isValid: await this.deviceTokenSender.isValid(token) };
  }

  @Post('message')
  @HttpCode(200)
  @SuperUser()
  @ApiOperation({ summary: 'Send a notification to device tokens' })
  @ApiOkResponse({ type: DeviceMessageResponse })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  send(
    @Body() request: DeviceMessageRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<DeviceMessageResponse> {
    return this.deviceMessages.send(request, readIdempotencyKey(key));
  }

  @Post('webpush')
  @HttpCode(200)
  @SuperUser()
  @ApiOperation({ summary: 'Send a notification to Web Push subscriptions' })
  @ApiOkResponse({ type: WebPushResponse })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  sendWebPush(
    @Body() request: WebPushRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<WebPushResponse> {
    return this.webPush.send(request, readIdempotencyKey(key));
  }
}
