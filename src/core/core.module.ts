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

/** Global providers of modes with MongoDB and Redis: the settings, both stores, and transactions. */
@Module({})
export class CoreModule {
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
}
