import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';
import { UnmatchedWriteError } from '../../src/core/mongo/combined-writes.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { Transactions } from '../../src/core/mongo/transactions.js';
import { IdempotencyRepository } from '../../src/idempotency/idempotency.repository.js';
import { IDEMPOTENCY_KEY, idempotencyKeySchema } from '../../src/idempotency/idempotency.schema.js';
import { profiled } from '../support/profiled.js';
import { testEnvironment } from '../support/test-environment.js';

const MINUTE_MS = 60_000;

let connection: Connection;
let transactions: Transactions;
let keys: IdempotencyRepository;

beforeAll(async () => {
  const options = { dbName: `it-${randomUUID()}`, autoIndex: false, autoCreate: false };
  connection = await mongoose.createConnection(testEnvironment('TEST_MONGODB_URI'), options).asPromise();
  keys = new IdempotencyRepository(connection.model(IDEMPOTENCY_KEY, idempotencyKeySchema) as never);
  await createIndexes(connection);
  transactions = new Transactions(connection);
  const others = Array.from({ length: 500 }, (_, number) => ({
    _id: `other-${number}`,
    expires_at: new Date(Date.now() + MINUTE_MS),
  }));
  await connection.collection('idempotencyKeys').insertMany(others as never[]);
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

function lock(
  key: string,
  fingerprint = 'f',
  lockMs = MINUTE_MS,
  lifetimeMs = 2 * MINUTE_MS,
): Promise<string | undefined> {
  return keys.lock(key, fingerprint, lockMs, lifetimeMs);
}

async function complete(key: string, held: string | undefined, messageId: string): Promise<boolean> {
  try {
    await transactions.run((_, writes) => {
      keys.complete(key, held ?? '', messageId, writes);
    });
    return true;
  } catch (error) {
    if (error instanceof UnmatchedWriteError) return false;
    throw error;
  }
}

it('locks a key for one of many concurrent requests', async () => {
  const locks = await Promise.all(Array.from({ length: 20 }, () => lock('race')));
  expect(locks.filter((held) => held !== undefined)).toHaveLength(1);
  expect(await keys.find('race')).toEqual({ fingerprint: 'f', messageId: undefined });
});

it('keeps the message id of the request that holds the lock', async () => {
  const held = await lock('kept');
  const messageId = randomUUID();
  expect(await complete('kept', 'another lock', randomUUID())).toBe(false);
  expect(await complete('kept', held, messageId)).toBe(true);
  expect(await keys.find('kept')).toEqual({ fingerprint: 'f', messageId });
  await keys.release('kept', held ?? '');
  expect(await keys.find('kept')).toEqual({ fingerprint: 'f', messageId });
  expect(await lock('kept')).toBeUndefined();
});

it('frees a key that its lock holder releases', async () => {
  const held = await lock('released');
  await keys.release('released', 'another lock');
  expect(await lock('released')).toBeUndefined();
  await keys.release('released', held ?? '');
  expect(await keys.find('released')).toBeUndefined();
  expect(await lock('released', 'another fingerprint')).toBeDefined();
});

it('lets the same request take over an expired lock, after which the first holder cannot complete', async () => {
  const first = await lock('taken', 'f', 5);
  await sleep(20);
  expect(await lock('taken', 'another fingerprint')).toBeUndefined();
  const locks = await Promise.all([lock('taken'), lock('taken'), lock('taken')]);
  const [second, ...others] = locks.filter((held) => held !== undefined);
  expect(others).toEqual([]);
  expect(await complete('taken', first, randomUUID())).toBe(false);
  expect(await complete('taken', second, randomUUID())).toBe(true);
});

it('does not let a request take over a completed key, however old its lock', async () => {
  const held = await lock('answered', 'f', 5);
  expect(await complete('answered', held, randomUUID())).toBe(true);
  await sleep(20);
  expect(await lock('answered')).toBeUndefined();
});

it('forgets a key and its response when it has expired', async () => {
  const held = await lock('expired', 'f', MINUTE_MS, 5);
  await complete('expired', held, randomUUID());
  await sleep(20);
  expect(await lock('expired', 'another fingerprint')).toBeDefined();
  expect(await keys.find('expired')).toEqual({ fingerprint: 'another fingerprint', messageId: undefined });
});

it('stores nothing when the transaction fails later', async () => {
  const held = await lock('failed');
  const work = transactions.run(
    (_, writes) => {
      keys.complete('failed', held ?? '', randomUUID(), writes);
    },
    Promise.reject(new Error('fails')),
  );
  await expect(work).rejects.toThrow('fails');
  expect(await keys.find('failed')).toEqual({ fingerprint: 'f', messageId: undefined });
});

it('finds keys by their id only', async () => {
  const { operations } = await profiled(connection, async () => {
    const held = await lock('plans');
    await keys.find('plans');
    await complete('plans', held, randomUUID());
    await keys.release('plans', held ?? '');
    await lock('plans');
  });
  expect(operations.filter(({ planSummary }) => planSummary?.includes('COLLSCAN'))).toEqual([]);
  expect(Math.max(...operations.map(({ docsExamined }) => docsExamined))).toBeLessThanOrEqual(1);
});
