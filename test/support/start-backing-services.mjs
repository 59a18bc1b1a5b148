import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Shared with the app, so that mongod is downloaded once. */
const cacheDir = fileURLToPath(new URL('../../.data/cache', import.meta.url));

/**
 * Jest's global set-up: starts one MongoDB and one Redis for all test files and puts their addresses into
 * TEST_MONGODB_URI and TEST_REDIS_URL. An address that is already set is used instead. Every Jest project may
 * call it; only the first call starts anything. With TEST_SHARDED=1 the MongoDB is a sharded cluster.
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
  if (process.env.TEST_SHARDED === '1') return startShardedCluster(services);
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

/** Its starter is written for the tests themselves, in TypeScript. */
async function startShardedCluster(services) {
  const { build } = await import('esbuild');
  const outfile = fileURLToPath(new URL('../../.data/own-sharded-cluster.js', import.meta.url));
  const entryPoints = [fileURLToPath(new URL('own-sharded-cluster.ts', import.meta.url))];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  const { startOwnShardedCluster } = await import(pathToFileURL(outfile));
  const cluster = await startOwnShardedCluster();
  services.push(cluster);
  return cluster.uri;
}

async function startRedis(folder, services) {
  const { startEmbeddedRedis } = await import('../../dist/embedded/redis/embedded-redis.js');
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'redis') });
  services.push(redis);
  return redis.url;
}
