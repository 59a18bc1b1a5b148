import { randomBytes } from 'node:crypto';
import { getQueueToken } from '@nestjs/bull';
import type { Type } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bull';
import type { Connection } from 'mongoose';
import type { Config, Mode } from '../core/config/config.js';
import { CoreModule } from '../core/core.module.js';
import { createHttpApp } from '../core/http/http-app.js';
import { HTTP_LIMITS } from '../core/http/http-limits.js';
import { createIndexes, assertTransactions } from '../core/mongo/connection.js';
import { Shutdown } from '../core/process/shutdown.js';
import { keyPrefix } from '../core/queue/queues.js';
import { followDatabaseClock, measureClockSkew } from '../core/mongo/database-clock.js';
import { RedisConnections } from '../core/queue/redis-connections.js';
import { createRootModule } from './root.module.js';
import { DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE } from '../deliveries/jobs/batch.job.js';
import { DELIVERY_PLANS_QUEUE } from '../deliveries/jobs/plan.job.js';
import { DOPPLER_VISITORS_QUEUE } from '../doppler/doppler-visitor.job.js';
import type { BuiltInPushApi } from '../embedded/development-defaults.js';
import { prepareContactKey } from '../push-contacts/tokens/contact-key.js';
import { HealthModule } from '../health/health.module.js';
import { measureRequests } from '../core/metrics/http.metrics.js';

/**
 * The modules of each mode; in the mode `all`, PushApi is an app of its own on another port. Imported only
 * when the mode needs them: otherwise a worker keeps the code of Swagger UI, Firebase and the demo page in
 * memory.
 */
const MODULES: Readonly<Record<Exclude<Mode, 'push-api'>, () => Promise<readonly Type[]>>> = {
  api: async () => [
    (await import('../security/security.module.js')).SecurityModule,
    (await import('./api.module.js')).ApiModule,
  ],
  worker: async () => [(await import('./worker.module.js')).WorkerModule],
  all: async () => [...(await MODULES.api()), ...(await MODULES.worker())],
};

const QUEUES = [DELIVERY_PLANS_QUEUE, DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE, DOPPLER_VISITORS_QUEUE];

/** How often a server that is stopping closes idle connections. */
const CLOSE_IDLE_MS = 100;

/** A server that listens. */
export interface Server {
  /** The URL at which this machine reaches it. */
  readonly url: string;
  /** Reads the folder of public keys again, where this mode checks tokens. */
  readonly readKeysAgain: () => Promise<void>;
  /** Stops accepting requests and jobs, waits for those in progress, and closes every connection. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the mode of `config` and resolves when it listens on its port. In modes with stores, throws a
 * SettingError when MongoDB is unreachable, does not support transactions, or refuses an index, or when Redis
 * is a node of a cluster.
 * @param beforeWork called right before it takes the first request or job.
 */
export async function startServer(config: Config, beforeWork: () => void): Promise<Server> {
  if (config.mode === 'push-api') {
    const { createPushApi } = await import('./create-push-api.js');
    const pushApi = await createPushApi(config);
    beforeWork();
    const listening = await listen(pushApi, config.port, config.host);
    return { ...listening, readKeysAgain: () => readKeysAgain(pushApi, config.mode) };
  }
  const redis = new RedisConnections(config.redis, keyPrefix(config.mongodb.database));
  const app = await createMode(config, config.mode, redis).catch((error: unknown) => {
    redis.close();
    throw error;
  });
  beforeWork();
  const { url, stop } = await listen(app, config.port, config.host);
  return {
    url,
    readKeysAgain: () => readKeysAgain(app, config.mode),
    stop: async () => {
      // Else a queue's pause would wait until its batches are sent to the end.
      app.get(Shutdown, { strict: false }).begin();
      // First, because jobs in progress need the MongoDB connection, which Nest closes.
      await Promise.all(QUEUES.map((name) => findQueue(app, name).pause(true)));
      await stop();
      redis.close();
    },
  };
}

function findQueue(app: NestFastifyApplication, name: string): Queue {
  return app.get<Queue>(getQueueToken(name), { strict: false });
}

async function listen(app: NestFastifyApplication, port: number, host: string): Promise<Pick<Server, 'url' | 'stop'>> {
  await app.listen(port, host);
  const url = (await app.getUrl())
    .replace('0.0.0.0', '127.0.0.1')
    .replace('[::]', '127.0.0.1')
    .replace('[::1]', '127.0.0.1');
  return { url, stop: () => close(app) };
}

async function readKeysAgain(app: NestFastifyApplication, mode: Mode): Promise<void> {
  // A worker checks no tokens, and must not load the code for it.
  if (mode === 'worker') return;
  const { PublicKeyFolder } = await import('../security/public-key-folder.js');
  await app.get(PublicKeyFolder, { strict: false }).readAgain();
}

/** Node closes connections that are idle when a server stops, but not those that become idle later. */
async function close(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const closing = setInterval(() => {
    server.closeIdleConnections();
  }, CLOSE_IDLE_MS);
  await app.close().finally(() => {
    clearInterval(closing);
  });
}

/** Starts PushApi on a free port of 127.0.0.1, with a random token that only this process knows. */
export async function startBuiltInPushApi(config: Config): Promise<BuiltInPushApi> {
  const token = randomBytes(32).toString('base64url');
  const { createPushApi } = await import('./create-push-api.js');
  const app = await createPushApi(config, token);
  return { ...(await listen(app, 0, '127.0.0.1')), token };
}

async function createMode(
  config: Config,
  mode: keyof typeof MODULES,
  redis: RedisConnections,
): Promise<NestFastifyApplication> {
  const hasDemoPage = mode !== 'worker' && !config.production;
  const demo = hasDemoPage ? [(await import('../demo/demo-page.module.js')).DemoPageModule] : [];
  const modules = [HealthModule.register(mode === 'worker'), ...(await MODULES[mode]()), ...demo];
  const app = await createHttpApp(
    createRootModule(CoreModule.register(config, redis), modules),
    HTTP_LIMITS,
    config.trustProxy,
  );
  const connection = app.get<Connection>(getConnectionToken(), { strict: false });
  await assertTransactions(connection);
  await measureClockSkew(connection);
  followDatabaseClock(connection);
  await redis.start();
  for (const name of QUEUES) redis.attach(findQueue(app, name));
  await prepareContactKey(connection, config);
  await createIndexes(connection);
  measureRequests(app.getHttpAdapter().getInstance());
  if (mode !== 'worker') await (await import('./configure-http-api.js')).openHttpApi(app);
  return app;
}
