import { type DynamicModule, Module } from '@nestjs/common';
import { Config } from './config/config.js';

/** The settings, as the only global provider of the mode `push-api`, which has neither MongoDB nor Redis. */
@Module({})
export class SettingsModule {
  static register(config: Config): DynamicModule {
    const provider = { provide: Config, useValue: config };
    return { module: SettingsModule, global: true, providers: [provider], exports: [Config] };
  }
}
