import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { toRedisSettings } from '../../src/core/config/redis-settings.js';
import { AdvisoryLocks } from '../../src/core/queue/advisory-locks.js';
import { RedisConnections } from '../../src/core/queue/redis-connections.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import { waitFor } from '../support/wait-for.js';

const PREFIX = '{locks}';

let redis: OwnRedis;
let admin: Redis;
let processes: RedisConnections[];

beforeAll(async () => {
  redis = await startOwnRedis();
  admin = new Redis(redis.url);
});

afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

beforeEach(() => {
  processes = [];
});

afterEach(() => {
  for (const connections of processes) connections.close();
});

/** The locks of a process that is connected to Redis. */
async function startProcess(url = redis.url): Promise<AdvisoryLocks> {
  const connections = new RedisConnections(toRedisSettings(url), PREFIX);
  processes.push(connections);
  const locks = new AdvisoryLocks(connections);
  if (url === redis.url) await waitFor(() => isConnected(locks), Boolean);
  return locks;
}

/** Whether a lock is in Redis while it is held. */
async function isConnected(locks: AdvisoryLocks): Promise<boolean> {
  return (await locks.run(['connection'], () => admin.exists(`${PREFIX}:lock:connection`))) === 1;
}

it('lets processes that share a name run one after another, each as often as it asks', async () => {
  const locks = await Promise.all(Array.from({ length: 4 }, () => startProcess()));
  let running = 0;
  const seen: number[] = [];
  const work = async (): Promise<void> => {
    running += 1;
    await sleep(2);
    seen.push(running);
    running -= 1;
  };
  const runs = locks.flatMap((each, process) =>
    Array.from({ length: 10 }, () => each.run([`of-${process}`, 'shared'], work)),
  );
  await Promise.all(runs);
  expect(seen).toEqual(Array.from({ length: 40 }, () => 1));
  await waitFor(
    () => admin.keys(`${PREFIX}:lock:*`),
    (keys) => keys.length === 0,
  );
});

it('holds up nobody under another name, and passes on what the work throws', async () => {
  const [one, other] = [await startProcess(), await startProcess()];
  await one.run(['a', 'b'], () => other.run(['c'], () => Promise.resolve()));
  await expect(one.run(['a'], () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await other.run(['a'], () => Promise.resolve(7))).toBe(7);
});

it('waits for the locks of a process that was killed until they run out', async () => {
  const locks = await startProcess();
  await admin.set(`${PREFIX}:lock:killed`, 'another', 'PX', 300);
  await locks.run(['killed'], async () => {
    expect(await admin.get(`${PREFIX}:lock:killed`)).not.toBe('another');
  });
});

it('keeps a lock for as long as the work takes', async () => {
  const locks = await startProcess();
  await locks.run(['long'], async () => {
    await admin.pexpire(`${PREFIX}:lock:long`, 1_500);
    await sleep(2_000);
    expect(await admin.exists(`${PREFIX}:lock:long`)).toBe(1);
  });
});

it('runs the work at once while Redis is unreachable', async () => {
  const locks = await startProcess('redis://127.0.0.1:1');
  const startedAt = performance.now();
  expect(await locks.run(['any'], () => Promise.resolve(1))).toBe(1);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
