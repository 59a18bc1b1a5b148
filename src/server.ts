import { randomBytes } from 'node:crypto';
import { getQueueToken } from '@nestjs/bull';
import type { Type } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bull';
import type { Connection } from 'mongoose';
import type { Config, Mode } from './core/config.js';
import { CoreModule } from './core/core.module.js';
import { createHttpApp } from './core/http-app.js';
import { createIndexes, demandTransactions } from './core/mongodb.js';
import { RedisConnections } from './core/queues.js';
import { rootOf } from './core/root-module.js';
import { DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE } from './deliveries/batch.job.js';
import { DELIVERY_PLANS_QUEUE } from './deliveries/plan.job.js';
import { DOPPLER_VISITORS_QUEUE } from './doppler/doppler-visitor.job.js';
import type { BuiltInPushApi } from './embedded/development-defaults.js';
import { HealthModule } from './health/health.module.js';
import { measureRequests } from './health/metrics.js';

/**
 * What each mode adds to the modules that all of them have; mode `all` has its PushApi on a port of its own. Loaded for
 * its mode alone: a worker would keep the code of Swagger UI, Firebase and the demo page in memory for nothing.
 */
const MODULES: Readonly<Record<Exclude<Mode, 'push-api'>, () => Promise<readonly Type[]>>> = {
  api: async () => [
    (await import('./security/security.module.js')).SecurityModule,
    (await import('./api.module.js')).ApiModule,
  ],
  worker: async () => [(await import('./worker.module.js')).WorkerModule],
  all: async () => [...(await MODULES.api()), ...(await MODULES.worker())],
};

const QUEUES = [DELIVERY_PLANS_QUEUE, DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE, DOPPLER_VISITORS_QUEUE];

/** How often a server that is stopping closes the connections whose answers have ended. */
const CLOSE_IDLE_MS = 100;

/** A process that serves. */
export interface Server {
  /** Where it listens. */
  readonly url: string;
  /** Stops accepting, lets what is in flight end, and closes every connection. */
  readonly stop: () => Promise<void>;
}

/** Starts the mode that the configuration names and listens on its port; answers when it serves. */
export async function startServer(config: Config): Promise<Server> {
  if (config.mode === 'push-api') {
    const { createPushApi } = await import('./push-api-server.js');
    return listen(await createPushApi(config), config.port, config.host);
  }
  const redis = new RedisConnections(config.redisUrl);
  const app = await createMode(config, config.mode, redis).catch((error: unknown) => {
    redis.close();
    throw error;
  });
  const { url, stop } = await listen(app, config.port, config.host);
  return {
    url,
    stop: async () => {
      // Before Nest closes MongoDB's connection, which the jobs in flight still need.
      await Promise.all(QUEUES.map((name) => app.get<Queue>(getQueueToken(name), { strict: false }).pause(true)));
      await stop();
      redis.close();
    },
  };
}

async function listen(app: NestFastifyApplication, port: number, host: string): Promise<Server> {
  await app.listen(port, host);
  const url = (await app.getUrl())
    .replace('0.0.0.0', '127.0.0.1')
    .replace('[::]', '127.0.0.1')
    .replace('[::1]', '127.0.0.1');
  return { url, stop: () => close(app) };
}

/** Node closes connections that are idle when a server stops, but not those that become idle after that. */
async function close(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const closing = setInterval(() => {
    server.closeIdleConnections();
  }, CLOSE_IDLE_MS);
  await app.close().finally(() => {
    clearInterval(closing);
  });
}

/** Starts PushApi on a free port that only this machine reaches, for a token that only this process knows. */
export async function startBuiltInPushApi(config: Config): Promise<BuiltInPushApi> {
  const token = randomBytes(32).toString('base64url');
  const { createPushApi } = await import('./push-api-server.js');
  const app = await createPushApi(config, token);
  return { ...(await listen(app, 0, '127.0.0.1')), token };
}

async function createMode(
  config: Config,
  mode: keyof typeof MODULES,
  redis: RedisConnections,
): Promise<NestFastifyApplication> {
  const hasDemoPage = mode !== 'worker' && !config.production;
  const demo = hasDemoPage ? [(await import('./demo/demo-page.module.js')).DemoPageModule] : [];
  const modules = [HealthModule, ...(await MODULES[mode]()), ...demo];
  const app = await createHttpApp(rootOf(CoreModule.register(config, redis), modules));
  const connection = app.get<Connection>(getConnectionToken(), { strict: false });
  await demandTransactions(connection);
  await createIndexes(connection);
  measureRequests(app.getHttpAdapter().getInstance());
  if (mode !== 'worker') (await import('./http-api.js')).openHttpApi(app);
  return app;
}
