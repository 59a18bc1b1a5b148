import { Module } from '@nestjs/common';
import { PushApiClient } from './push-api.client.js';
import { PushApiConnections } from './push-api-connections.js';

@Module({
  providers: [PushApiClient, PushApiConnections],
  exports: [PushApiClient],
})
export class PushApiClientModule {}
