import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { SuperUser } from '../security/super-user.js';
import { DeviceAnswer, DeviceMessageAnswer, DeviceMessageRequest, DeviceParams } from './push-api.dto.js';
import { SandboxService } from './sandbox.service.js';

@ApiTags('PushApi')
@Controller()
export class PushApiController {
  constructor(private readonly sandbox: SandboxService) {}

  @Get('devices/:token')
  @ApiOperation({ summary: 'Whether a device token is valid' })
  @ApiOkResponse({ type: DeviceAnswer })
  @ApiProblem('validation_failed')
  getDevice(@Param() { token }: DeviceParams): DeviceAnswer {
    return { token, isValid: this.sandbox.isValid(token) };
  }

  @Post('message')
  @HttpCode(200)
  @SuperUser()
  @ApiOperation({ summary: 'Send a notification to device tokens' })
  @ApiOkResponse({ type: DeviceMessageAnswer })
  @ApiProblem('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  send(@Body() request: DeviceMessageRequest): DeviceMessageAnswer {
    return this.sandbox.send(request);
  }
}
