import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { DeviceTokenParams } from '../push-contacts/push-contacts.dto.js';
import { Anonymous } from '../security/route-access.js';
import { UnsubscribingService } from './unsubscribing.service.js';

/** Anonymous: the device token is the secret, as for the contact's e-mail. */
@ApiTags('Push contacts')
@Controller('push-contacts')
export class UnsubscribingController {
  constructor(private readonly unsubscribing: UnsubscribingService) {}

  @Delete(':deviceToken')
  @Anonymous()
  @HttpCode(204)
  @ApiOperation({ summary: 'A visitor leaves; nothing is sent to the contact until it is registered again' })
  @ApiNoContentResponse({ description: 'Left, or the token has no active contact' })
  @ApiProblem('validation_failed', 'database_unavailable')
  unsubscribe(@Param() { deviceToken }: DeviceTokenParams): Promise<void> {
    return this.unsubscribing.unsubscribe(deviceToken);
  }
}
