import { Module } from '@nestjs/common';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { FailureLog } from './failure-log.js';
import { PushApiClient } from './push-api.client.js';
import { PushApiConnections } from './push-api-connections.js';
import { PushApiState } from './push-api-state.js';
import { SendObserver } from './send-observer.js';

@Module({
  imports: [PushServicesModule],
  providers: [PushApiClient, PushApiConnections, PushApiState, FailureLog, SendObserver],
  exports: [PushApiClient, PushApiState],
})
export class PushApiClientModule {}
