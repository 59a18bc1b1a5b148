import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedMongoDb, startEmbeddedMongoDb } from '../../src/embedded/mongodb/embedded-mongodb.js';
import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled, inTheMiddle, recordedOf } from '../support/broadcasts.js';
import { holdCalls } from '../support/held-calls.js';
import { encryptId, Installation } from '../support/installation.js';
import { commandAt, CACHE_DIR } from '../support/own-mongod.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';

/** Of 100. */
const CALLS_BEFORE_THE_COPY = 30;

let folder: string;
let mongoDb: EmbeddedMongoDb;
let redis: OwnRedis;
let product: Installation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-contact-restore-'));
  [mongoDb, redis] = await Promise.all([startMongoDb(), startOwnRedis()]);
  product = await Installation.start('restore', {
    latencyMs: 100,
    environment: { MONGODB_URI: mongoDb.uri, REDIS_URL: redis.url, PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  await product.stop();
  await Promise.all([mongoDb.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});

describe('a copy of the data folder that was made in the middle of a broadcast (docs/backup.md)', () => {
  it('is restored with an empty Redis: what was done stays done, and the broadcast goes on to its end', async () => {
    const before = await broadcast(product, 'before.example.com', await audienceOf('before.example.com', 200));
    await expectSettled(product, before);
    const calls = holdCalls(product, 'running.example.com', CALLS_BEFORE_THE_COPY);
    const running = await broadcast(product, 'running.example.com', await audienceOf('running.example.com', 10_000));
    await inTheMiddle(product, running, 0.1);
    const copiedMs = Date.now();
    await copyData();
    const { recorded } = await recordedOf(product, running.messageId);
    calls.allow();
    const later = await broadcast(product, 'later.example.com', await audienceOf('later.example.com', 200));
    await expectSettled(product, later);

    await loseEverything();
    await restoreData();
    await Promise.all([product.startProcess('api'), product.startProcess('worker')]);

    const repeats = await expectSettled(product, running, [{ fromMs: copiedMs, toMs: Number.POSITIVE_INFINITY }]);
    // Who was told after the copy is told again: nothing in the copy says that it happened.
    expect(repeats.contacts).toBeGreaterThan(0);
    expect(repeats.contacts).toBeLessThanOrEqual(running.audience.size);
    expect(recorded).toBeLessThan(running.audience.size);
    await expectSettled(product, before);
    expect((await product.askAsSuperUser('GET', `/messages/${later.messageId}/progress`)).status).toBe(404);
    expect(await clickOf('before.example.com', before.messageId)).toBe(202);
  }, 180_000);
});

function startMongoDb(): Promise<EmbeddedMongoDb> {
  return startEmbeddedMongoDb({
    dataDir: join(folder, 'data'),
    cacheDir: CACHE_DIR,
    // eslint-disable-next-line no-restricted-properties -- the set-up of the tests reads it too
    binary: process.env.MONGOMS_SYSTEM_BINARY,
    cacheSizeGb: 0.25,
    log: console.log,
  });
}

function audienceOf(domain: string, tokens: number): ReturnType<typeof addAudience> {
  return addAudience(product, domain, { tokens });
}

/** As docs/backup.md says: the files stand still while they are copied. */
async function copyData(): Promise<void> {
  const host = new URL(mongoDb.uri).host;
  await commandAt(host, { fsync: 1, lock: true });
  await cp(join(folder, 'data'), join(folder, 'copy'), { recursive: true });
  await commandAt(host, { fsyncUnlock: 1 });
}

async function loseEverything(): Promise<void> {
  for (const process of product.running()) await product.remove(process, (each) => each.kill());
  await Promise.all([mongoDb.stop(), redis.crash()]);
  await rm(join(folder, 'data'), { recursive: true });
}

async function restoreData(): Promise<void> {
  await rename(join(folder, 'copy'), join(folder, 'data'));
  [mongoDb] = await Promise.all([startMongoDb(), redis.startEmpty()]);
}

async function clickOf(domain: string, messageId: string): Promise<number> {
  const [contact] = await product.db.pick('push-contacts', { domain, deleted: false }, '_id');
  const path = `/push-contacts/${encryptId(String(contact?._id))}/messages/${encryptId(messageId)}/clicked`;
  return (await product.ask('POST', path)).status;
}
