import { Module } from '@nestjs/common';
import { Config } from './core/config.js';
import { ProcessController } from './health/process.controller.js';
import { DeviceMessages } from './push-api/device-messages.js';
import { PushApiController } from './push-api/push-api.controller.js';
import { SandboxCarrier } from './push-api/sandbox.carrier.js';
import { SandboxController } from './push-api/sandbox.controller.js';
import { SandboxDeviceMessages } from './push-api/sandbox-device-messages.js';
import { SandboxNotifications } from './push-api/sandbox-notifications.js';
import { chooseCarrier, chooseDeviceMessages } from './push-api/senders.js';
import { WebPushCarrier } from './push-api/web-push-carrier.js';
import { WebPushService } from './push-api/web-push.service.js';
import { PushServices } from './push-services/push-services.js';
import { PushServicesModule } from './push-services/push-services.module.js';
import { SecurityModule } from './security/security.module.js';

/** Root of mode `push-api`: it needs neither MongoDB nor Redis. */
@Module({
  imports: [SecurityModule, PushServicesModule],
  controllers: [PushApiController, SandboxController, ProcessController],
  providers: [
    SandboxNotifications,
    SandboxCarrier,
    SandboxDeviceMessages,
    WebPushService,
    { provide: WebPushCarrier, useFactory: chooseCarrier, inject: [Config, PushServices, SandboxCarrier] },
    { provide: DeviceMessages, useFactory: chooseDeviceMessages, inject: [Config, SandboxDeviceMessages] },
  ],
})
export class PushApiModule {}
