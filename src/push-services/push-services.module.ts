import { Module } from '@nestjs/common';
import { PushServiceNames } from './push-service-names.js';
import { PushServices } from './push-services.js';
import { VapidPublicKeys } from './vapid-public-keys.js';

@Module({
  providers: [PushServices, PushServiceNames, VapidPublicKeys],
  exports: [PushServices, PushServiceNames, VapidPublicKeys],
})
export class PushServicesModule {}
