import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DopplerModule } from '../doppler/doppler.module.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { InstallationMetrics } from './installation-metrics.js';
import { QueueGauges } from './queue-gauges.js';
import { SendingGauges } from './sending-gauges.js';
import { StorageGauges } from './storage-gauges.js';

/** Needs HealthModule, which is global. */
@Module({
  imports: [DeliveriesModule, DopplerModule, PushServicesModule],
  providers: [SendingGauges, QueueGauges, StorageGauges, InstallationMetrics],
})
export class MonitoringModule {}
