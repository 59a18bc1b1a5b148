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
import { prepareContactKey } from '../push-contacts/tokens/contact-key.js';
import { HealthModule } from '../health/health.module.js';
import { measureRequests } from '../core/metrics/http.metrics.js';
import { listen, type Listening } from './listen.js';

/** A mode that has MongoDB and Redis. */
export type ModeWithStores = Exclude<Mode, 'push-api'>;

/**
 * The modules of each mode; in the mode `all`, PushApi is an app of its own on another port. Imported only
 * when the mode needs them: otherwise a worker keeps the code of Swagger UI, Firebase and the demo page in
 * memory.
 */
const MODULES: Readonly<Record<ModeWithStores, () => Promise<readonly Type[]>>> = {
  api: async () => [
    (await import('../security/security.module.js')).SecurityModule,
    (await import('./api.module.js')).ApiModule,
  ],
  worker: async () => [(await import('./worker.module.js')).WorkerModule],
  all: async () => [...(await MODULES.api()), ...(await MODULES.worker())],
};

const QUEUES = [DELIVERY_PLANS_QUEUE, DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE, DOPPLER_VISITORS_QUEUE];

/** Starts a mode with stores; for what it throws and calls, see `startServer`. */
export async function startServerWithStores(
  config: Config,
  mode: ModeWithStores,
  beforeWork: () => void,
): Promise<Listening> {
  const redis = new RedisConnections(config.redis, keyPrefix(config.mongodb.database));
  const app = await createMode(config, mode, redis).catch((error: unknown) => {
    redis.close();
    throw error;
  });
  beforeWork();
  const listening = await listen(app, config.port, config.host);
  return {
    ...listening,
    stop: async () => {
      // Else a queue's pause would wait until its batches are sent to the end.
      app.get(Shutdown, { strict: false }).begin();
      // First, because jobs in progress need the MongoDB connection, which Nest closes.
      await Promise.all(QUEUES.map((name) => findQueue(app, name).pause(true)));
      await listening.stop();
      redis.close();
    },
  };
}

function findQueue(app: NestFastifyApplication, name: string): Queue {
  return app.get<Queue>(getQueueToken(name), { strict: false });
}

async function createMode(
  config: Config,
  mode: ModeWithStores,
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
