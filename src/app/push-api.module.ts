import { Module } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { ProcessController } from '../health/process.controller.js';
import { DeviceMessageService } from '../push-api/device-message.service.js';
import { DeviceTokenSender } from '../push-api/device-token-sender.js';
import { PushApiController } from '../push-api/push-api.controller.js';
import { ReadinessController } from '../push-api/readiness.controller.js';
import { ReadinessService } from '../push-api/readiness.service.js';
import { RememberedCalls } from '../push-api/remembered-calls.js';
import { SandboxTransport } from '../push-api/sandbox.transport.js';
import { SandboxController } from '../push-api/sandbox.controller.js';
import { SandboxDeviceTokenSender } from '../push-api/sandbox-device-token-sender.js';
import { SandboxNotifications } from '../push-api/sandbox-notifications.js';
import { chooseTransport, chooseDeviceTokenSender } from '../push-api/choose-senders.js';
import { WebPushTransport } from '../push-api/web-push-transport.js';
import { WebPushService } from '../push-api/web-push.service.js';
import { PushServiceNames } from '../push-services/push-service-names.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { SecurityModule } from '../security/security.module.js';

/** Modules, controllers and providers of the mode `push-api`, which needs neither MongoDB nor Redis. */
@Module({
  imports: [SecurityModule, PushServicesModule],
  controllers: [PushApiController, SandboxController, ProcessController, ReadinessController],
  providers: [
    SandboxNotifications,
    SandboxTransport,
    SandboxDeviceTokenSender,
    RememberedCalls,
    ReadinessService,
    DeviceMessageService,
    WebPushService,
    { provide: WebPushTransport, useFactory: chooseTransport, inject: [Config, SandboxTransport, PushServiceNames] },
    { provide: DeviceTokenSender, useFactory: chooseDeviceTokenSender, inject: [Config, SandboxDeviceTokenSender] },
  ],
})
export class PushApiModule {}
