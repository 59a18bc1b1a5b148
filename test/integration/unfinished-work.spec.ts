import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { BatchesRepository } from '../../src/deliveries/ledger/batches.repository.js';
import { DELIVERY_BATCH, deliveryBatchSchema } from '../../src/deliveries/ledger/batches.schema.js';
import { DELIVERY, deliverySchema } from '../../src/deliveries/ledger/deliveries.schema.js';
import { UNTRIED } from '../../src/deliveries/ledger/batch.js';
import { UnfinishedWorkReader } from '../../src/deliveries/ledger/unfinished-work.reader.js';
import { WaitingBatchesReader } from '../../src/deliveries/ledger/waiting-batches.reader.js';
import { testEnvironment } from '../support/test-environment.js';

let connection: Connection;
let batches: BatchesRepository;
let reader: UnfinishedWorkReader;
let waiting: WaitingBatchesReader;

beforeAll(async () => {
  const options = { dbName: `it-${randomUUID()}`, autoIndex: false, autoCreate: false };
  connection = await mongoose.createConnection(testEnvironment('TEST_MONGODB_URI'), options).asPromise();
  const batchModel = connection.model(DELIVERY_BATCH, deliveryBatchSchema) as never;
  batches = new BatchesRepository(batchModel);
  reader = new UnfinishedWorkReader(connection.model(DELIVERY, deliverySchema) as never, batchModel);
  waiting = new WaitingBatchesReader(batchModel);
  await createIndexes(connection);
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1_000);
}

async function insert(collection: string, documents: readonly object[]): Promise<void> {
  await connection.collection(collection).insertMany(documents);
}

it('knows since when a batch is overdue, although the sweeper has enqueued it again', async () => {
  const dueAt = inSeconds(-60);
  const pending = {
    delivery_id: 'd',
    message_id: new mongoose.mongo.UUID(),
    state: 'pending',
    starts: 0,
    lane: 'broadcast',
    contacts: 1,
  };
  await insert('deliveryBatches', [
    { _id: 'overdue', number: 0, due_at: dueAt, ...pending },
    { _id: 'leased', number: 1, due_at: inSeconds(-90), lease_until: inSeconds(60), ...pending },
    { _id: 'later', number: 2, due_at: inSeconds(60), ...pending },
  ]);
  expect(await reader.findBatchDueAt()).toEqual(dueAt);
  await batches.touch(['overdue']);
  await batches.touch(['overdue']);
  expect(await reader.findBatchDueAt()).toEqual(dueAt);
  const started = await batches.start('overdue', 'process', 60_000);
  expect(await reader.findBatchDueAt()).toBeNull();
  await batches.postpone(started ?? never(), { ...UNTRIED, dueAt: inSeconds(-5) });
  expect((await reader.findBatchDueAt())?.getTime()).toBeGreaterThan(inSeconds(-30).getTime());
});

it('knows which delivery has begun first of those that have begun and not ended', async () => {
  const startedAt = inSeconds(-600);
  await insert('deliveries', [
    { _id: 'done', domain: 'a', state: 'done', started_at: inSeconds(-9_000) },
    { _id: 'cancelled', domain: 'a', state: 'cancelled', started_at: inSeconds(-9_000) },
    { _id: 'scheduled', domain: 'a', state: 'planning', started_at: inSeconds(900), due_at: inSeconds(900) },
    { _id: 'older-version', domain: 'a', state: 'planning', started_at: inSeconds(-8_000), due_at: inSeconds(900) },
    { _id: 'sending', domain: 'b', state: 'sending', started_at: startedAt },
    { _id: 'planning', domain: 'b', state: 'planning', started_at: inSeconds(-5), due_at: inSeconds(-5) },
  ]);
  expect(await reader.findStartedAt()).toEqual(startedAt);
});

it('adds up why contacts of all deliveries wait', async () => {
  const reason = (code: string, contacts: number): object => ({ service: null, status: null, code, contacts });
  await insert('deliveryBatches', [
    { _id: 'w1', delivery_id: 'one', number: 9, waiting_for: [reason('limits', 3), reason('unavailable', 1)] },
    { _id: 'w2', delivery_id: 'two', number: 9, waiting_for: [reason('limits', 4)] },
  ]);
  const counted = await waiting.countContacts();
  expect(new Map(counted.map(({ code, contacts }) => [code, contacts]))).toEqual(
    new Map([
      ['limits', 7],
      ['unavailable', 1],
    ]),
  );
});

function never(): never {
  throw new Error('It was not started');
}
