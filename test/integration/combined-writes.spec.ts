import 'reflect-metadata';
import mongoose, { type Connection, type Model, Schema } from 'mongoose';
import { CombinedWrites, UnmatchedWriteError } from '../../src/core/mongo/combined-writes.js';
import { writeRecorded } from '../../src/core/mongo/write-recorded.js';
import { isDuplicateKey } from '../../src/core/mongo/duplicate-key.js';
import { Transactions } from '../../src/core/mongo/transactions.js';
import { type LoneMongod, startLoneMongod } from '../support/lone-mongod.js';

const APP_NAME = 'combined-writes';

interface Item {
  readonly _id: string;
  readonly count?: number;
}

let mongoDb: LoneMongod;
let connection: Connection;
let transactions: Transactions;
let items: Model<Item>;
let others: Model<Item>;
let commands: string[] = [];

beforeAll(async () => {
  mongoDb = await startLoneMongod();
  const uri = `${mongoDb.uri}&appName=${APP_NAME}`;
  connection = await mongoose.createConnection(uri, { dbName: 'it', monitorCommands: true }).asPromise();
  connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
  transactions = new Transactions(connection);
  const schema = new Schema<Item>({ _id: String, count: Number }, { versionKey: false });
  items = connection.model<Item>('Item', schema);
  others = connection.model<Item>('Other', schema);
  await Promise.all([items.createCollection(), others.createCollection()]);
});

afterAll(async () => {
  await connection.close();
  await mongoDb.stop();
});

beforeEach(async () => {
  await Promise.all([items.deleteMany({}), others.deleteMany({})]);
  await items.insertMany([{ _id: 'counter', count: 1 }]);
  commands = [];
});

/** Fails as a MongoDB does that does not know the command, until the process has learnt that. */
async function forgetBulkWrite(): Promise<void> {
  const data = { failCommands: ['bulkWrite'], errorCode: 59, appName: APP_NAME };
  await connection.db?.admin().command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data });
}

function stored(): Promise<unknown[]> {
  return Promise.all([items.find().sort({ _id: 1 }).lean(), others.find().sort({ _id: 1 }).lean()]);
}

function addAll(writes: CombinedWrites): void {
  writes.insert(others, [{ _id: 'first' }, { _id: 'second' }]);
  writes.update(items, { filter: { _id: 'counter' }, change: { $inc: { count: 2 } } });
  writes.update(items, { filter: { _id: 'upserted' }, change: { count: 5 }, isUpsert: true });
  writes.update(others, { filter: { _id: 'first' }, change: [{ $set: { count: { $add: [1, 2] } } }] });
  writes.update(others, { filter: {}, change: { $inc: { count: 1 } }, matches: 2 });
}

const ALL = [
  [
    { _id: 'counter', count: 3 },
    { _id: 'upserted', count: 5 },
  ],
  [
    { _id: 'first', count: 4 },
    { _id: 'second', count: 1 },
  ],
];

const UNCHANGED = [[{ _id: 'counter', count: 1 }], []];

// The second one must be last: a process that has learnt it never asks again.
describe.each(['8.0', 'before 8.0'])('with a MongoDB %s', (version) => {
  const isCombined = version === '8.0';

  it('are stored in their order', async () => {
    if (!isCombined) await forgetBulkWrite();
    await transactions.run((_, writes) => {
      addAll(writes);
    });
    expect(await stored()).toEqual(ALL);
    const sent = commands.filter((name) => name !== 'find' && name !== 'abortTransaction');
    const separate = ['configureFailPoint', 'bulkWrite', 'insert', 'update', 'update', 'update', 'update'];
    expect(sent).toEqual([...(isCombined ? ['bulkWrite'] : separate), 'commitTransaction']);
  });

  it('are stored without a transaction as well', async () => {
    await writeRecorded(addAll);
    expect(await stored()).toEqual(ALL);
    expect(commands).not.toContain('commitTransaction');
  });

  it('are none where one is refused, with its error', async () => {
    const refused = transactions.run((_, writes) => {
      addAll(writes);
      writes.insert(items, [{ _id: 'counter' }]);
    });
    expect(isDuplicateKey(await refused.catch((error: unknown) => error))).toBe(true);
    expect(await stored()).toEqual(UNCHANGED);
  });

  it('end at the refused one without a transaction, with the error that it names', async () => {
    await connection.db?.createIndex(items.collection.collectionName, { count: 1 }, { unique: true });
    const work = writeRecorded((writes) => {
      writes.insert(others, [{ _id: 'before' }]);
      const update = { filter: { _id: 'refused' }, change: { count: 1 }, isUpsert: true };
      writes.update(items, { ...update, toFailure: ({ code }) => new Error(`refused with ${code}`) });
      writes.insert(others, [{ _id: 'after' }]);
    });
    await expect(work).rejects.toThrow('refused with 11000');
    await items.collection.dropIndex({ count: 1 } as never);
    expect(await stored()).toEqual([[{ _id: 'counter', count: 1 }], [{ _id: 'before' }]]);
  });

  it('are none where fewer documents match than must', async () => {
    const work = transactions.run((_, writes) => {
      writes.insert(others, [{ _id: 'first' }]);
      const filter = { _id: { $in: ['counter', 'unknown'] } };
      writes.update(items, { filter, change: { $set: { count: 0 } }, matches: 2 });
    });
    await expect(work).rejects.toThrow(UnmatchedWriteError);
    expect(await stored()).toEqual(UNCHANGED);
  });

  it('are none where what is read meanwhile fails', async () => {
    const work = transactions.run(
      (_, writes) => {
        addAll(writes);
      },
      Promise.reject(new Error('not read')),
    );
    await expect(work).rejects.toThrow('not read');
    expect(await stored()).toEqual(UNCHANGED);
  });
});

it('nothing is sent where there are none', async () => {
  await writeRecorded(() => undefined);
  expect(commands).toEqual([]);
});
