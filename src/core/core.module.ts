import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from './config/config.js';
import { ContendedTransactions } from './mongo/contended-transactions.js';
import { mongoDbOptions } from './mongo/connection.js';
import { AdvisoryLocks } from './queue/advisory-locks.js';
import { queueOptions } from './queue/queues.js';
import { RedisConnections } from './queue/redis-connections.js';
import { Transactions } from './mongo/transactions.js';
import { Shutdown } from './process/shutdown.js';

/** Global providers: the settings, and for modes with stores also MongoDB, Bull and transactions. */
@Module({})
export class CoreModule {
  /** For modes that use MongoDB and Redis. */
  static register(config: Config, redis: RedisConnections): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      imports: [
        MongooseModule.forRootAsync({ useFactory: () => mongoDbOptions(config) }),
        BullModule.forRoot(queueOptions(redis)),
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: RedisConnections, useValue: redis },
        AdvisoryLocks,
        Transactions,
        ContendedTransactions,
        Shutdown,
      ],
      exports: [Config, RedisConnections, Transactions, ContendedTransactions, Shutdown],
    };
  }

  /** For the mode `push-api`, which uses neither. */
  static registerWithoutStores(config: Config): DynamicModule {
    const provider = { provide: Config, useValue: config };
    return { module: CoreModule, global: true, providers: [provider], exports: [Config] };
  }
}
