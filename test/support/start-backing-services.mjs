import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Shared with the app, so that mongod is downloaded once. */
const cacheDir = fileURLToPath(new URL('../../.data/cache', import.meta.url));

/**
 * Jest's global set-up: starts one MongoDB and one Redis for all test files and puts their addresses into
 * TEST_MONGODB_URI and TEST_REDIS_URL. An address that is already set is used instead. Every Jest project may
 * call it; only the first call starts anything.
 */
export default async function startBackingServices() {
  globalThis.backingServices ??= start();
  await globalThis.backingServices;
}

async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-test-'));
  const services = [];
  const stop = async () => {
    await Promise.all(services.map((service) => service.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    process.env.TEST_MONGODB_URI ??= await startMongoDb(folder, services);
    process.env.TEST_REDIS_URL ??= await startRedis(folder, services);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

async function startMongoDb(folder, services) {
  const { startEmbeddedMongoDb } = await import('../../dist/embedded/mongodb/embedded-mongodb.js');
  const mongoDb = await startEmbeddedMongoDb({
    dataDir: join(folder, 'mongodb'),
    cacheDir,
    binary: process.env.MONGOMS_SYSTEM_BINARY,
    durable: false,
    log: (line) => console.log(line),
  });
  services.push(mongoDb);
  return mongoDb.uri;
}

async function startRedis(folder, services) {
  const { startEmbeddedRedis } = await import('../../dist/embedded/redis/embedded-redis.js');
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'redis') });
  services.push(redis);
  return redis.url;
}
