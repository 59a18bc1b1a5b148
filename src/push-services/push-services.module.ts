import { Module } from '@nestjs/common';
import { PushServiceNames } from './push-service-names.js';
import { PushServices } from './push-services.js';

@Module({ providers: [PushServices, PushServiceNames], exports: [PushServices, PushServiceNames] })
export class PushServicesModule {}
