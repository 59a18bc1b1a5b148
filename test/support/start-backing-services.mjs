import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the app itself keeps a fetched mongod, so that it is fetched once. */
const cacheDir = fileURLToPath(new URL('../../.data/cache', import.meta.url));

/**
 * Jest's global set-up: one MongoDB and one Redis for all test files, whose addresses are in TEST_MONGODB_URI and
 * TEST_REDIS_URL. An address that is already there is used instead. Every project may call it, the first call starts.
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
  const { startEmbeddedMongoDb } = await import('../../dist/embedded/embedded-mongodb.js');
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
  const { startEmbeddedRedis } = await import('../../dist/embedded/embedded-redis.js');
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'redis') });
  services.push(redis);
  return redis.url;
}
