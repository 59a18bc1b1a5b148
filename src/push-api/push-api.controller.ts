import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { SuperUser } from '../security/super-user.js';
import { DeviceMessages } from './device-messages.js';
import { DeviceAnswer, DeviceMessageAnswer, DeviceMessageRequest, DeviceParams } from './push-api.dto.js';
import { WebPushAnswer, WebPushRequest } from './web-push.dto.js';
import { WebPushService } from './web-push.service.js';

@ApiTags('PushApi')
@Controller()
export class PushApiController {
  constructor(
    private readonly deviceMessages: DeviceMessages,
    private readonly webPush: WebPushService,
  ) {}

  @Get('devices/:token')
  @ApiOperation({ summary: 'Whether a device token is valid' })
  @ApiOkResponse({ type: DeviceAnswer })
  @ApiProblem('validation_failed', 'firebase_unavailable')
  async getDevice(@Param() { token }: DeviceParams): Promise<DeviceAnswer> {
    return { token, isValid: await this.deviceMessages.isValid(token) };
  }

  @Post('message')
  @HttpCode(200)
  @SuperUser()
  @ApiOperation({ summary: 'Send a notification to device tokens' })
  @ApiOkResponse({ type: DeviceMessageAnswer })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  send(@Body() request: DeviceMessageRequest): Promise<DeviceMessageAnswer> {
    return this.deviceMessages.send(request);
  }

  @Post('webpush')
  @HttpCode(200)
  @SuperUser()
  @ApiOperation({ summary: 'Send a notification to Web Push subscriptions' })
  @ApiOkResponse({ type: WebPushAnswer })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  sendWebPush(@Body() request: WebPushRequest): Promise<WebPushAnswer> {
    return this.webPush.send(request);
  }
}
