import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';
import { Transactions } from '../../src/core/mongo/transactions.js';
import { moveRange } from '../support/documented-sharding.js';
import { type OwnShardedCluster, startOwnShardedCluster } from '../support/own-sharded-cluster.js';

/** Longer than routers need to forget that they are asked: then only commands tell them the time. */
const IDLE_MS = 150;

let cluster: OwnShardedCluster;
let connections: Connection[];

beforeAll(async () => {
  cluster = await startOwnShardedCluster();
  connections = await Promise.all(
    cluster.routers.map((router) =>
      mongoose.createConnection(`mongodb://${router}/transactions`, { writeConcern: { w: 'majority' } }).asPromise(),
    ),
  );
}, 180_000);

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await cluster.stop();
}, 120_000);

it('finds in a transaction what has just been stored through another router', async () => {
  const [first, second] = connections as [Connection, Connection];
  const transactions = new Transactions(second);
  const deleted: number[] = [];
  await first.collection('stored').insertOne({ number: -1 });
  for (let number = 0; number < 10; number += 1) {
    await sleep(IDLE_MS);
    await first.collection('stored').insertOne({ number });
    const { deletedCount } = await transactions.run((session) =>
      second.collection('stored').deleteOne({ number }, { session }),
    );
    deleted.push(deletedCount);
  }
  expect(deleted).toEqual(Array.from({ length: 10 }, () => 1));
});

it('reads one moment of both shards where a transaction asks for it', async () => {
  const [first, second] = connections as [Connection, Connection];
  await cluster.command({ shardCollection: 'transactions.pairs', key: { _id: 1 } });
  await moveRange(first.getClient(), 'transactions.pairs', { min: { _id: 'm' } });
  const pairs = first.collection<{ _id: string; value: number }>('pairs');
  await pairs.insertMany([
    { _id: 'a', value: 0 },
    { _id: 'z', value: 0 },
  ]);
  const writing = new Transactions(first);
  const reading = new Transactions(second);
  let isWriting = true;
  const write = async (): Promise<void> => {
    while (isWriting) {
      await writing.run((session) => pairs.updateMany({}, { $inc: { value: 1 } }, { session }));
    }
  };
  const written = write();
  const torn: unknown[] = [];
  for (let time = 0; time < 20; time += 1) {
    const values = await reading.runOnSnapshot(async (session) => {
      const [a] = await second
        .collection('pairs')
        .find({ _id: 'a' as never }, { session })
        .toArray();
      const [z] = await second
        .collection('pairs')
        .find({ _id: 'z' as never }, { session })
        .toArray();
      return [a?.value as unknown, z?.value as unknown];
    });
    if (values[0] !== values[1]) torn.push(values);
  }
  isWriting = false;
  await written;
  expect(torn).toEqual([]);
});
