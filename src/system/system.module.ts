import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DopplerModule } from '../doppler/doppler.module.js';
import { SendingState } from './sending-state.js';
import { ServerVersions } from './server-versions.js';
import { SystemService } from './system.service.js';

/** Needs HealthModule, which is global. */
@Module({
  imports: [DeliveriesModule, DopplerModule],
  providers: [SendingState, ServerVersions, SystemService],
  exports: [SystemService],
})
export class SystemModule {}
