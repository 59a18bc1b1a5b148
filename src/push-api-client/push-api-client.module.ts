import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { PushApiClient } from './push-api.client.js';

/** Connections to PushApi, kept open between calls; more calls than these wait for one. */
const CONNECTIONS = { keepAlive: true, maxSockets: 64 };

@Module({
  imports: [
    HttpModule.register({
      httpAgent: new HttpAgent(CONNECTIONS),
      httpsAgent: new HttpsAgent(CONNECTIONS),
      proxy: false,
    }),
  ],
  providers: [PushApiClient],
  exports: [PushApiClient],
})
export class PushApiClientModule {}
