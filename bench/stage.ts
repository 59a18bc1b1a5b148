import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { developmentPublicKeysDir, signDevelopmentToken } from '../src/embedded/development-keys.js';
import { startEmbeddedMongoDb } from '../src/embedded/mongodb/embedded-mongodb.js';
import { startEmbeddedRedis } from '../src/embedded/redis/embedded-redis.js';
import { type Child, startChild } from './child.js';
import { PUBLIC_URL } from './notification.js';
import { inRepository } from './paths.js';
import type { Participants } from './proc.js';
import type { Environment } from './product.js';
import type { PushApiCommand, PushApiCounts } from './processes/push-api.js';

const { MongoClient } = mongoose.mongo;

type Db = mongoose.mongo.Db;
type Stop = () => Promise<unknown>;

type PushApi = Child<{ readonly url: string }, PushApiCommand, PushApiCounts>;

/**
 * What floors and product share: one MongoDB, one Redis and one stand-in PushApi, each a separate process.
 */
export interface Stage {
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly pushApi: PushApi;
  /** A super user's token. */
  readonly token: string;
  readonly encryption: { readonly key: string; readonly iv: string };
  readonly participants: Participants;
  readonly versions: Readonly<Record<string, string>>;
  /** The product's settings, with a database of its own for the measurement. */
  environment(database: string): Environment;
  database(name: string): Db;
  /** Makes MongoDB write everything to disk, so that a round does not pay for the one before it. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export const PUSH_API_TOKEN = 'stand-in-secret';
export const TOKENS_A_CALL = 500;

export async function startStage(): Promise<Stage> {
  // In the repository's folder: a temporary folder may be in memory, where a durable write costs nothing.
  const data = inRepository('.data');
  await mkdir(data, { recursive: true });
  const folder = await mkdtemp(join(data, 'bench-'));
  const stops: Stop[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await start(folder, join(data, 'cache'), stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(folder: string, cacheDir: string, stops: Stop[], stop: () => Promise<void>): Promise<Stage> {
  const log = (line: string): void => {
    console.log(line);
  };
  // eslint-disable-next-line no-restricted-properties -- the machine's, not the product's settings
  const { PATH = '', MONGOMS_SYSTEM_BINARY: binary } = process.env;
  const mongoDb = await startEmbeddedMongoDb({ dataDir: join(folder, 'mongodb'), cacheDir, binary, log });
  stops.push(mongoDb.stop);
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'redis'), engine: 'native' });
  stops.push(redis.stop);
  const client = await MongoClient.connect(mongoDb.uri, { writeConcern: { w: 'majority' } });
  stops.push(() => client.close());
  const pushApi: PushApi = await startChild('push-api', null);
  stops.push(() => pushApi.stop());
  const admin = client.db().admin();
  const { pid, version } = (await admin.serverStatus()) as { pid: unknown; version: string };
  const redisInfo = await infoOf(redis.url);
  const encryption = { key: randomBytes(32).toString('base64'), iv: randomBytes(16).toString('base64') };
  const keysDir = developmentPublicKeysDir(folder);
  return {
    mongodbUri: mongoDb.uri,
    redisUrl: redis.url,
    pushApi,
    token: await signDevelopmentToken(folder),
    encryption,
    participants: { mongod: Number(pid), redis: Number(redisInfo.process_id), 'push-api': pushApi.pid },
    versions: { node: process.version, mongod: version, redis: redisInfo.redis_version ?? 'unknown' },
    environment: (database) => ({
      PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      MONGODB_URI: mongoDb.uri,
      MONGODB_DATABASE: database,
      REDIS_URL: redis.url,
      PUSH_API_URL: pushApi.ready.url,
      PUSH_API_TOKEN,
      PUSH_API_TOKENS_LIMIT: String(TOKENS_A_CALL),
      JWT_PUBLIC_KEYS_DIR: keysDir,
      ENCRYPTION_KEY: encryption.key,
      ENCRYPTION_IV: encryption.iv,
      PUBLIC_URL,
      // They count as in production, and are not reached: all requests are of one address.
      RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1000000000',
      RATE_LIMIT_REGISTRATIONS_PER_MINUTE: '1000000000',
      RATE_LIMIT_TOKEN_PER_MINUTE: '1000000000',
    }),
    database: (name) => client.db(name),
    settle: async () => {
      await admin.command({ fsync: 1 });
    },
    stop,
  };
}

async function infoOf(url: string): Promise<Record<string, string>> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  redis.disconnect();
  return Object.fromEntries(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]));
}
