import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SuperUser } from '../security/access.js';
import { type SandboxNotification, SandboxNotifications } from './sandbox-notifications.js';

@ApiTags('PushApi')
@Controller('sandbox')
export class SandboxController {
  constructor(private readonly notifications: SandboxNotifications) {}

  @Get('notifications')
  @SuperUser()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What the sandbox would have sent: the last 100 notifications, the newest first' })
  @ApiOkResponse()
  latest(): SandboxNotification[] {
    return this.notifications.latest();
  }
}
