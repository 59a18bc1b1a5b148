import type { RedisOptions } from 'ioredis';
import { type RedisServer, startRedisServer } from './redis-server.js';
import { waitFor } from './wait-for.js';

const SENTINELS = 3;
const QUORUM = 2;

/** A silent primary counts as down after this time. */
const DOWN_AFTER_MS = 2_000;

interface SentinelOptions {
  readonly name: string;
  /** Of primary and replica. */
  readonly password: string;
  readonly sentinelPassword: string;
  /** Lines of the configuration of all servers. */
  readonly config?: readonly string[];
  readonly isTls?: boolean;
  readonly client?: RedisOptions;
}

/** A primary and a replica that three Sentinels watch, for one test. */
export class OwnRedisSentinel {
  private constructor(
    private readonly name: string,
    private readonly servers: readonly RedisServer[],
    readonly sentinels: readonly RedisServer[],
  ) {}

  static async start(options: SentinelOptions): Promise<OwnRedisSentinel> {
    const { name, password, sentinelPassword, config = [], client = {}, isTls = false } = options;
    const start = (...lines: readonly string[]): Promise<RedisServer> =>
      startRedisServer({
        config: [
          `requirepass ${password}`,
          `masterauth ${password}`,
          'repl-diskless-sync-delay 0',
          ...lines,
          ...config,
        ],
        isTls,
        client: { ...client, password },
      });
    const primary = await start();
    const replica = await start(`replicaof ${primary.host} ${primary.port}`);
    const watching = [
      `sentinel monitor ${name} ${primary.host} ${primary.port} ${QUORUM}`,
      `sentinel auth-pass ${name} ${password}`,
      `sentinel down-after-milliseconds ${name} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${name} 10000`,
      ...[`requirepass ${sentinelPassword}`, `sentinel sentinel-pass ${sentinelPassword}`],
    ];
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () =>
        startRedisServer({
          config: [...watching, ...config],
          isSentinel: true,
          isTls,
          client: { ...client, password: sentinelPassword },
        }),
      ),
    );
    const all = new OwnRedisSentinel(name, [primary, replica], sentinels);
    await all.untilWatched();
    return all;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers, ...this.sentinels].map((server) => server.stop()));
  }

  /** The server that the Sentinels name, and the other one. */
  async pair(): Promise<[RedisServer, RedisServer]> {
    const reply = await this.sentinels[0]?.call('SENTINEL', 'get-master-addr-by-name', this.name);
    const port = Number((reply as string[])[1]);
    const primary = this.servers.find((server) => server.port === port);
    const other = this.servers.find((server) => server.port !== port);
    if (primary === undefined || other === undefined) throw new Error('The Sentinels name another server');
    return [primary, other];
  }

  private async untilWatched(): Promise<void> {
    for (const sentinel of this.sentinels)
      await waitFor(
        async () => [await sentinel.info('sentinel_masters'), await sentinel.info('master0')],
        ([, master]) => master?.includes(`status=ok`) === true && master.includes(`slaves=1,sentinels=${SENTINELS}`),
      );
    await waitFor(
      () => this.servers[1]?.info('master_link_status'),
      (status) => status === 'up',
    );
  }
}
