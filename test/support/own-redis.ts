import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/embedded/redis/embedded-redis.js';

/** A native Redis for one test, which may delete its data. */
export interface OwnRedis {
  readonly url: string;
  /** Number of waiting and delayed jobs of a queue; `queue` is the suffix of its keys. */
  countJobs(queue: string): Promise<number>;
  /** Deletes all data. */
  flush(): Promise<void>;
  /** Kills the process; its data is lost. */
  crash(): Promise<void>;
  /** Restarts it after `crash`, empty, on the same address. */
  startEmpty(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-redis-'));
  const start = (): Promise<EmbeddedRedis> => startEmbeddedRedis({ dataDir: folder, engine: 'native' });
  let redis = await start();
  const { url } = redis;

  async function ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(url);
    try {
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  return {
    url,
    countJobs: (queue) =>
      ask(async (client) => {
        const [waiting, delayed] = await Promise.all([
          client.keys(`*:${queue}:wait`),
          client.keys(`*:${queue}:delayed`),
        ]);
        const lengths = [...waiting.map((key) => client.llen(key)), ...delayed.map((key) => client.zcard(key))];
        return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
      }),
    flush: () =>
      ask(async (client) => {
        await client.flushall();
      }),
    async crash() {
      const info = await ask((client) => client.info('server'));
      process.kill(Number(/^process_id:(\d+)/m.exec(info)?.[1]), 'SIGKILL');
      await redis.stop();
      // The file with the port stays, so that it restarts on the same address.
      await rm(join(folder, 'appendonlydir'), { recursive: true });
    },
    async startEmpty() {
      redis = await start();
      if (redis.url !== url) throw new Error('Redis came back at another address');
    },
    async stop() {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
