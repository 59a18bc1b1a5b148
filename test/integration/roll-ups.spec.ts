import 'reflect-metadata';
import { randomInt, randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { CombinedWrites } from '../../src/core/mongo/combined-writes.js';
import { Transactions } from '../../src/core/mongo/transactions.js';
import { MessageCountersRepository } from '../../src/messages/message-counters.repository.js';
import { MESSAGE, messageSchema } from '../../src/messages/messages.schema.js';
import { DayCountsReader } from '../../src/stats/day-counts.reader.js';
import { MessageDaysRepository } from '../../src/stats/message-days.repository.js';
import { MESSAGE_DAYS, messageDaysSchema, ROLL_UP, rollUpSchema } from '../../src/stats/message-days.schema.js';
import { MessageHoursRepository } from '../../src/stats/message-hours.repository.js';
import type { Period } from '../../src/stats/reports.repository.js';
import { ReportsRepository } from '../../src/stats/reports.repository.js';
import { RollUpsRepository } from '../../src/stats/roll-ups.repository.js';
import { RollUpsService } from '../../src/stats/roll-ups.service.js';
import { StatsRepository } from '../../src/stats/stats.repository.js';
import { MESSAGE_STATS, messageStatsSchema } from '../../src/stats/stats.schema.js';
import { StatsService } from '../../src/stats/stats.service.js';
import { openMonitored, plansOf } from '../support/query-plans.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const DAYS = 40;
const DOMAIN = 'mine.example.com';
const ids = Array.from({ length: 12 }, () => randomUUID());
const config = loadConfig({ MESSAGE_STATS_RETENTION_DAYS: '360' }, []) as Config;

let connection: Connection;
let reports: ReportsRepository;
let reader: DayCountsReader;
let stats: StatsService;
let transactions: Transactions;
let days: MessageDaysRepository;

beforeEach(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  connection.model(MESSAGE, messageSchema);
  connection.model(MESSAGE_STATS, messageStatsSchema(config));
  connection.model(MESSAGE_DAYS, messageDaysSchema(config));
  connection.model(ROLL_UP, rollUpSchema);
  await createIndexes(connection);
  reports = new ReportsRepository(connection.model(MESSAGE_STATS) as never);
  days = new MessageDaysRepository(connection.model(MESSAGE_DAYS) as never);
  reader = new DayCountsReader(reports, days, new RollUpsRepository(connection.model(ROLL_UP) as never), config);
  const counters = new MessageCountersRepository(connection.model(MESSAGE) as never);
  stats = new StatsService(new StatsRepository(connection.model(MESSAGE_STATS) as never), counters, days);
  transactions = new Transactions(connection);
  // Some of them on every day, some on few; another domain has hours of the same messages.
  for (const [index, id] of ids.entries()) {
    for (let day = 0; day < DAYS; day += 1 + (index % 4)) await insertHour(DOMAIN, id, day, randomInt(24));
    await insertHour('z.example.com', id, index, 5);
  }
});

afterEach(async () => {
  await connection.dropDatabase();
  await connection.close();
});

async function insertHour(domain: string, id: string, daysAgo: number, hour: number): Promise<void> {
  const date = new Date(TODAY_MS - daysAgo * DAY_MS + hour * HOUR_MS);
  const counts = { sent: randomInt(9), delivered: 3, not_delivered: 1, received: 2, click: randomInt(3) };
  await connection
    .collection('messageStats')
    .insertOne({ domain, message_id: new mongoose.mongo.UUID(id), date, ...counts, billable_sends: 3 });
}

/** The roll-up of a worker that has just started. */
function startRollUps(): RollUpsService {
  return new RollUpsService(
    new RollUpsRepository(connection.model(ROLL_UP) as never),
    new MessageDaysRepository(connection.model(MESSAGE_DAYS) as never),
    new MessageHoursRepository(connection.model(MESSAGE_STATS) as never),
    transactions,
    config,
  );
}

async function rollUpAll(): Promise<void> {
  const rollUps = startRollUps();
  while ((await state())?.rolled_until === undefined) await rollUps.rollUpDue();
}

function state(): Promise<Record<string, unknown> | null> {
  return connection.collection('statsRollUps').findOne({});
}

async function setState(change: object): Promise<void> {
  await connection.collection('statsRollUps').updateOne({}, { $set: { due_at: new Date(0), ...change } });
}

/** Counts clicks as a worker that records what happened so many days ago. */
async function countLate(id: string, daysAgo: number, clicks: number): Promise<void> {
  const hour = { domain: DOMAIN, messageId: id, hour: new Date(TODAY_MS - daysAgo * DAY_MS + 7 * HOUR_MS) };
  await stats.ensure([hour]);
  const writes = new CombinedWrites();
  stats.add([{ hour, counts: { clicks } }], writes);
  await transactions.run((transaction) => writes.run(transaction));
}

function randomPeriod(): Period {
  const instants = [0, 0].map(() => TODAY_MS + DAY_MS - randomInt((DAYS + 2) * 24 * 60) * 60_000);
  return { from: new Date(Math.min(...instants)), to: new Date(Math.max(...instants)) };
}

/** Both of whole days and of what begins and ends within them. */
const periods = (): Period[] => [
  { from: new Date(0), to: new Date(TODAY_MS + 2 * DAY_MS) },
  { from: new Date(TODAY_MS - 9 * DAY_MS), to: new Date(TODAY_MS - 3 * DAY_MS - 1) },
  { from: new Date(TODAY_MS - 9 * DAY_MS), to: new Date(TODAY_MS - 3 * DAY_MS) },
  ...Array.from({ length: 6 }, randomPeriod),
];

async function expectSumsOfHours(): Promise<void> {
  for (const messageIds of [ids, ids.slice(3, 5)]) {
    for (const period of periods()) {
      const sums = await reports.sumByDay(DOMAIN, messageIds, period);
      const sorted = sums.sort((one, other) => one.date.getTime() - other.date.getTime());
      expect(await reader.sum(DOMAIN, messageIds, period)).toEqual(sorted);
    }
  }
}

it('sums rolled-up days and hours to what the hours are together, in any period', async () => {
  await expectSumsOfHours();
  await rollUpAll();
  expect(await connection.collection('messageDays').countDocuments({ domain: DOMAIN })).toBe(ids.length);
  await expectSumsOfHours();
});

it('passes over hours of another writer, whose domain is no text or whose id is no UUID', async () => {
  const { Binary, UUID } = mongoose.mongo;
  const foreign = [null, 5, new Date(0), true, {}].map((domain) => ({ domain, message_id: new UUID(ids[0]) }));
  const sixteen = Buffer.alloc(16, 7);
  const strange = [null, 'no id', 7, new Binary(sixteen, 0), new Binary(sixteen, 3), new Binary(Buffer.alloc(3), 4)];
  const unreadable = strange.flatMap((id) =>
    ['', DOMAIN, 'zz.example.com'].map((domain) => ({ domain, message_id: id })),
  );
  const date = new Date(TODAY_MS - 5 * DAY_MS);
  const hours = [...foreign, ...unreadable, { domain: 'none.example.com' }].map((key) => ({ ...key, date, sent: 1 }));
  await connection.collection<object>('messageStats').insertMany(hours);
  await rollUpAll();
  expect(await connection.collection('messageDays').countDocuments({ domain: DOMAIN })).toBe(ids.length);
  // Of one the hours of the other domain are today's.
  expect(await connection.collection('messageDays').countDocuments({})).toBe(2 * ids.length - 1);
  await expectSumsOfHours();
});

it('reads a document of each message and the hours that are not rolled up, by their indexes', async () => {
  await rollUpAll();
  const whole = { from: new Date(TODAY_MS - 30 * DAY_MS), to: new Date(TODAY_MS + DAY_MS) };
  const { plans } = await plansOf(connection, () => reader.sum(DOMAIN, ids, whole));
  const keys = plans.map(({ keysExamined }) => keysExamined).sort((one, other) => other - one);
  expect(Math.max(...keys)).toBeLessThan(3 * ids.length);
});

it('counts what is counted late, before it is rolled up again and after it', async () => {
  await rollUpAll();
  const [first = '', second = ''] = ids;
  await countLate(first, 20, 5);
  await countLate(second, 3, 7);
  await countLate(randomUUID(), 10, 1);
  const unknown = randomUUID();
  ids.push(unknown);
  await countLate(unknown, 10, 1);
  await expectSumsOfHours();
  const stale = { stale_from: { $exists: true } };
  expect(await connection.collection('messageDays').countDocuments(stale)).toBe(4);
  await setState({});
  await startRollUps().rollUpDue();
  expect(await connection.collection('messageDays').countDocuments(stale)).toBe(0);
  await expectSumsOfHours();
});

it('runs a roll-up again when a message that is stale already is counted late meanwhile', async () => {
  await rollUpAll();
  const [first = ''] = ids;
  await countLate(first, 20, 1);
  let runs = 0;
  await transactions.run(async (transaction) => {
    runs += 1;
    const message = { domain: DOMAIN, messageId: first };
    const before = await days.findOne(message, transaction);
    if (runs === 1) await countLate(first, 3, 1);
    await days.save(message, before?.days ?? new Map<never, never>(), transaction);
  });
  expect(runs).toBe(2);
});

it('loses and doubles nothing while it is counted late and several workers roll up, again and again', async () => {
  await rollUpAll();
  const back = new Date(TODAY_MS - 15 * DAY_MS);
  let isOver = false;
  const counting = Array.from({ length: 3 }, async (_, lane) => {
    for (let count = 0; !isOver; count += 1) await countLate(ids[(lane + count) % 6] ?? '', 1 + (count % 30), 1);
  });
  for (let round = 0; round < 5; round += 1) {
    // As after a worker that was killed in the middle of a run.
    await setState({ rolled_until: back, run: { from: back, to: new Date(TODAY_MS - DAY_MS), after: null } });
    const workers = [startRollUps(), startRollUps()];
    await Promise.all(workers.map((worker) => worker.rollUpDue()));
    await setState({});
    await Promise.all(workers.map((worker) => worker.rollUpDue()));
  }
  isOver = true;
  await Promise.all(counting);
  await expectSumsOfHours();
  await setState({});
  await startRollUps().rollUpDue();
  await expectSumsOfHours();
});

it('corrects what an older version has counted late without saying so, for the two days before', async () => {
  await rollUpAll();
  const [first = ''] = ids;
  await connection
    .collection('messageStats')
    .updateOne(
      { domain: DOMAIN, message_id: new mongoose.mongo.UUID(first), date: { $gte: new Date(TODAY_MS - 2 * DAY_MS) } },
      { $inc: { click: 100 } },
    );
  await setState({ rolled_until: new Date(((await state())?.rolled_until as Date).getTime() - DAY_MS) });
  await startRollUps().rollUpDue();
  await expectSumsOfHours();
});
