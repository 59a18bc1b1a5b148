import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from './config.js';
import { mongoDbOptions } from './mongodb.js';
import { queueOptions, type RedisConnections } from './queues.js';
import { Transactions } from './transactions.js';

/** What every mode needs: the settings, and for those that store and queue, MongoDB and Bull's Redis. */
@Module({})
export class CoreModule {
  static register(config: Config, redis: RedisConnections): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      imports: [
        MongooseModule.forRootAsync({ useFactory: () => mongoDbOptions(config) }),
        BullModule.forRoot(queueOptions(config, redis)),
      ],
      providers: [{ provide: Config, useValue: config }, Transactions],
      exports: [Config, Transactions],
    };
  }

  static registerWithoutStores(config: Config): DynamicModule {
    const provider = { provide: Config, useValue: config };
    return { module: CoreModule, global: true, providers: [provider], exports: [Config] };
  }
}
