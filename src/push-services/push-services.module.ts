import { Module } from '@nestjs/common';
import { PushServices } from './push-services.js';

@Module({ providers: [PushServices], exports: [PushServices] })
export class PushServicesModule {}
