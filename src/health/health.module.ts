import { type DynamicModule, Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { PushApiClientModule } from '../push-api-client/push-api-client.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { NEEDS_PUSH_API } from './needs-push-api.js';
import { ProcessController } from './process.controller.js';

@Module({})
export class HealthModule {
  /**
   * Global, because a second instance would register its routes again.
   *
   * @param needsPushApi see NEEDS_PUSH_API.
   */
  static register(needsPushApi: boolean): DynamicModule {
    return {
      module: HealthModule,
      global: true,
      imports: [DeliveriesModule, PushApiClientModule],
      controllers: [ProcessController, HealthController],
      providers: [HealthService, { provide: NEEDS_PUSH_API, useValue: needsPushApi }],
      exports: [HealthService],
    };
  }
}
