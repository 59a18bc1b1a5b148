import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { RedisConnections } from '../core/queue/redis-connections.js';
import { VERSION } from '../health/version.js';
import type { SystemResponse } from './system.dto.js';

/** Asks the servers for their versions. */
@Injectable()
export class ServerVersions {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly redis: RedisConnections,
  ) {}

  /** Null for a server that does not answer. */
  async find(): Promise<SystemResponse['versions']> {
    const [mongodb, redis] = await Promise.all([this.findOfMongoDb(), this.redis.findVersion()]);
    return { product: VERSION, node: process.versions.node, mongodb, redis };
  }

  private async findOfMongoDb(): Promise<string | null> {
    const build = await this.connection.db
      ?.admin()
      .command({ buildInfo: 1 })
      .catch(() => undefined);
    return typeof build?.version === 'string' ? build.version : null;
  }
}
