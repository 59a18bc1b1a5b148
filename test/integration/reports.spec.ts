import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { MessageCountersRepository } from '../../src/messages/message-counters.repository.js';
import { MESSAGE, messageSchema } from '../../src/messages/messages.schema.js';
import { DayCountsReader } from '../../src/stats/day-counts.reader.js';
import { MessageDaysRepository } from '../../src/stats/message-days.repository.js';
import { MESSAGE_DAYS, messageDaysSchema, ROLL_UP, rollUpSchema } from '../../src/stats/message-days.schema.js';
import { RollUpsRepository } from '../../src/stats/roll-ups.repository.js';
import { ReportsRepository } from '../../src/stats/reports.repository.js';
import { ReportsService } from '../../src/stats/reports.service.js';
import { MESSAGE_STATS, messageStatsSchema } from '../../src/stats/stats.schema.js';
import { openMonitored, plansOf, type QueryPlan } from '../support/query-plans.js';

const { UUID } = mongoose.mongo;
const DOMAIN = 'mine.example.com';
const OTHERS = ['a.example.com', 'z.example.com'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A Wednesday, long past, but within the retention of hours in this file. */
const START = new Date('2025-04-02T00:00:00Z');
const SINCE_START = { from: START, to: new Date('2100-01-01') };
const EVER = { from: new Date('2000-01-01'), to: new Date('2100-01-01') };

const ids = Array.from({ length: 5 }, () => randomUUID());
const idOfMine = (index: number): string => ids[index] ?? '';

let connection: Connection;
let reports: ReportsService;

function configFor(retentionDays: number): Config {
  return loadConfig({ MESSAGE_STATS_RETENTION_DAYS: String(retentionDays) }, []) as Config;
}

function open(retentionDays: number): ReportsService {
  const messages = new MessageCountersRepository(connection.model(MESSAGE) as never);
  const hours = new ReportsRepository(connection.model(MESSAGE_STATS) as never);
  const config = configFor(retentionDays);
  const days = new MessageDaysRepository(connection.model(MESSAGE_DAYS) as never);
  const reader = new DayCountsReader(hours, days, new RollUpsRepository(connection.model(ROLL_UP) as never), config);
  return new ReportsService(hours, reader, messages, config);
}

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  connection.model(MESSAGE, messageSchema);
  connection.model(MESSAGE_STATS, messageStatsSchema(configFor(3_650)));
  connection.model(MESSAGE_DAYS, messageDaysSchema(configFor(3_650)));
  connection.model(ROLL_UP, rollUpSchema);
  await createIndexes(connection);
  reports = open(3_650);
  for (const domain of OTHERS) {
    const otherIds = Array.from({ length: 40 }, () => randomUUID());
    await insertHours(otherIds.flatMap((id) => hoursOf(domain, id, 72)));
    await insertMessages(otherIds.map((id, index) => message(domain, id, index)));
  }
  await insertHours(ids.flatMap((id) => hoursOf(DOMAIN, id, 72)));
  await insertMessages(ids.map((id, index) => message(DOMAIN, id, index)));
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

async function insertHours(documents: readonly object[]): Promise<void> {
  await connection.collection('messageStats').insertMany([...documents]);
}

async function insertMessages(documents: readonly object[]): Promise<void> {
  await connection.collection('messages').insertMany([...documents]);
}

/**
 * Each hour has 3 sent, 2 delivered, 1 not delivered, all billable, 4 received, 5 clicks, 6 clicks on
 * actions.
 */
function hoursOf(domain: string, messageId: string, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    domain,
    message_id: new UUID(messageId),
    date: new Date(START.getTime() + index * HOUR_MS),
    sent: 3,
    delivered: 2,
    not_delivered: 1,
    received: 4,
    click: 5,
    action_click: 6,
    billable_sends: 3,
  }));
}

/** The n-th message of its domain is inserted at the start of the n-th hour. */
function message(domain: string, messageId: string, index: number): object {
  return {
    _id: randomUUID(),
    message_id: new UUID(messageId),
    domain,
    title: 'T',
    body: 'B',
    sent: 216,
    delivered: 144,
    not_delivered: 72,
    billable_sends: 216,
    received: 288,
    clicks: 360,
    inserted_date: new Date(START.getTime() + index * HOUR_MS),
  };
}

function sumsOf(hours: number): object {
  return {
    sent: 3 * hours,
    delivered: 2 * hours,
    notDelivered: hours,
    received: 4 * hours,
    click: 5 * hours,
    actionClick: 6 * hours,
    billableSends: 3 * hours,
  };
}

function detailsOf(hours: number, messageId: string): object {
  return {
    domain: DOMAIN,
    messageId,
    sent: 3 * hours,
    delivered: 2 * hours,
    notDelivered: hours,
    received: 4 * hours,
    clicks: 5 * hours,
    actionClick: 6 * hours,
    billableSends: 3 * hours,
  };
}

/** Checks that one index is used, and that only the documents of the report are read. */
function expectIndexed(all: readonly QueryPlan[], index: string, documents: number): void {
  // Nothing is rolled up: of that the collection is empty.
  const plans = all.filter(({ stages }) => !stages.includes('EOF'));
  expect(plans).toHaveLength(1);
  for (const plan of plans) {
    expect(plan.stages).not.toContain('COLLSCAN');
    expect(plan.stages).not.toContain('SORT');
    expect(plan.indexes).toEqual([index]);
    expect(plan.docsExamined).toBe(documents);
    expect(plan.keysExamined).toBeLessThanOrEqual(documents + 2 * ids.length + 1);
  }
}

const hour = (index: number): Date => new Date(START.getTime() + index * HOUR_MS);

describe('the stats of a message', () => {
  it('are the sums of the hours that start in the period, bounds included', async () => {
    const id = idOfMine(1);
    const query = { from: hour(10), to: hour(20) };
    const { result, plans } = await plansOf(connection, () => reports.getStats(DOMAIN, id, query));
    expect(result).toEqual(detailsOf(11, id));
    expectIndexed(plans, 'domain_1_message_id_1_date_1', 11);
    const inside = { from: new Date(hour(10).getTime() + 1), to: new Date(hour(20).getTime() - 1) };
    expect(await reports.getStats(DOMAIN, id, inside)).toEqual(detailsOf(9, id));
  });

  it('are zeros for a message that is unknown or belongs to another domain', async () => {
    const unknown = randomUUID();
    for (const period of [SINCE_START, EVER]) {
      expect(await reports.getStats(DOMAIN, unknown, period)).toEqual(detailsOf(0, unknown));
      const foreign = await reports.getStats('MINE.example.com', idOfMine(0), period);
      expect(foreign).toEqual({ ...detailsOf(0, idOfMine(0)), domain: 'MINE.example.com' });
    }
  });

  describe('for a period before the kept hours', () => {
    const inserted = hour(2);
    const own = { ...detailsOf(72, idOfMine(2)), actionClick: 0 };

    it.each([
      [hour(2), hour(2), own],
      [new Date(0), hour(3), own],
      [new Date(inserted.getTime() + 1), hour(3), { ...detailsOf(0, idOfMine(2)) }],
      [new Date(0), new Date(inserted.getTime() - 1), { ...detailsOf(0, idOfMine(2)) }],
    ])('are the counters of the message itself if it was inserted between %p and %p', async (from, to, expected) => {
      const short = open(1);
      expect(Date.now() - from.getTime()).toBeGreaterThan(DAY_MS);
      const { result, plans } = await plansOf(connection, () => short.getStats(DOMAIN, idOfMine(2), { from, to }));
      expect(result).toEqual(expected);
      expectIndexed(plans, 'domain_1_message_id_1', 1);
    });
  });

  it('change their source where the kept hours begin', async () => {
    const now = Date.now();
    const id = randomUUID();
    await insertHours([{ domain: 'edge', message_id: new UUID(id), date: new Date(now - 2 * DAY_MS), sent: 7 }]);
    await insertMessages([{ ...message('edge', id, 0), sent: 9, inserted_date: new Date(now - 20 * DAY_MS) }]);
    const tenDays = open(10);
    const sentFrom = async (ms: number): Promise<number> =>
      (await tenDays.getStats('edge', id, { from: new Date(now - ms), to: new Date(now) })).sent;
    expect(await sentFrom(10 * DAY_MS - 60_000)).toBe(7);
    expect(await sentFrom(30 * DAY_MS)).toBe(9);
    expect(await sentFrom(10 * DAY_MS + 60_000)).toBe(0);
  });
});

it('the details of a message are its own counters, found by one index', async () => {
  const { result, plans } = await plansOf(connection, () => reports.getDetails(DOMAIN, idOfMine(3), EVER));
  expect(result).toEqual({ ...detailsOf(72, idOfMine(3)), actionClick: 0 });
  expectIndexed(plans, 'domain_1_message_id_1', 1);
});

it('the report of a message sums its own hours alone, with zeros for what they lack', async () => {
  const hours = new ReportsRepository(connection.model(MESSAGE_STATS) as never);
  const { result, plans } = await plansOf(connection, () => hours.sumOfReport(DOMAIN, idOfMine(4)));
  expect(result).toEqual({
    ...{ sent: 216, delivered: 144, notDelivered: 72, billableSends: 216, received: 288, clicks: 360 },
    ...{ actionClicks: 432, dismissed: 0, uniqueClicks: 0, uniqueReceived: 0, uniqueActionClicks: 0 },
  });
  expectIndexed(plans, 'domain_1_message_id_1_date_1', 72);
});

describe('grouped stats', () => {
  it('are the sums of the messages by day in ascending order, with totals', async () => {
    const query = { messageIds: ids.slice(0, 2), from: hour(12), to: hour(71), period: 'day' } as const;
    const { result, plans } = await plansOf(connection, () => reports.getGroupedStats(DOMAIN, query));
    expect(result).toEqual({
      domain: DOMAIN,
      messageIds: ids.slice(0, 2),
      dateFrom: hour(12),
      dateTo: hour(71),
      groupedPeriod: 'day',
      totals: sumsOf(120),
      periods: [
        { date: new Date('2025-04-02T00:00:00Z'), ...sumsOf(24) },
        { date: new Date('2025-04-03T00:00:00Z'), ...sumsOf(48) },
        { date: new Date('2025-04-04T00:00:00Z'), ...sumsOf(48) },
      ],
    });
    expectIndexed(plans, 'domain_1_message_id_1_date_1', 120);
  });

  it('count a message once when it is named twice, and no message of another domain', async () => {
    const messageIds = [idOfMine(0), idOfMine(0).toUpperCase(), randomUUID()];
    const query = { messageIds, ...EVER, period: 'year' as const };
    expect((await reports.getGroupedStats(DOMAIN, query)).totals).toEqual(sumsOf(72));
    const foreign = await reports.getGroupedStats('nobody.example.com', query);
    expect([foreign.totals, foreign.periods]).toEqual([sumsOf(0), []]);
  });

  it.each([
    ['day', ['2025-12-27', '2025-12-28', '2025-12-31', '2026-01-01', '2026-01-03', '2026-01-04', '2026-02-01']],
    // Sundays.
    ['week', ['2025-12-21', '2025-12-28', '2026-01-04', '2026-02-01']],
    ['month', ['2025-12-01', '2026-01-01', '2026-02-01']],
    ['year', ['2025-01-01', '2026-01-01']],
  ] as const)('by %s start in UTC, by the calendar', async (period, expected) => {
    const id = randomUUID();
    const domain = `calendar-${period}`;
    const hours = [
      '2025-12-27T23:00:00Z',
      '2025-12-28T00:00:00Z',
      '2025-12-31T23:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-01-03T23:00:00Z',
      '2026-01-04T00:00:00Z',
      '2026-02-01T05:00:00Z',
    ];
    await insertHours(hours.map((date) => ({ domain, message_id: new UUID(id), date: new Date(date), sent: 1 })));
    const { periods, totals } = await reports.getGroupedStats(domain, { messageIds: [id], ...EVER, period });
    expect(periods.map(({ date }) => date.toISOString().slice(0, 10))).toEqual(expected);
    expect(periods.reduce((sum, { sent }) => sum + sent, 0)).toBe(7);
    expect(totals).toEqual({ ...sumsOf(0), sent: 7 });
  });
});

describe('the consumed sends', () => {
  it('of a domain are read without those of other domains', async () => {
    const query = { from: hour(0), to: hour(9) };
    const { result, plans } = await plansOf(connection, () => reports.getConsumedCount(DOMAIN, query));
    expect(result).toEqual({ domain: DOMAIN, ...query, consumed: 5 * 10 * 3 });
    expectIndexed(plans, 'domain_1_date_1', 50);
    expect((await reports.getConsumedCount('nobody', query)).consumed).toBe(0);
  });
});

it('sums exceed 32 bits, and a missing counter of an older document counts as 0', async () => {
  const id = randomUUID();
  const domain = 'large.example.com';
  const large = { domain, message_id: new UUID(id), sent: 2_000_000_000, billable_sends: 2_000_000_000 };
  await insertHours([
    { ...large, date: hour(0) },
    { ...large, date: hour(1) },
    { domain, message_id: new UUID(id), date: hour(2), delivered: 1 },
  ]);
  const sums = { sent: 4_000_000_000, delivered: 1, billableSends: 4_000_000_000, received: 0, actionClick: 0 };
  expect(await reports.getStats(domain, id, SINCE_START)).toMatchObject({ ...sums, clicks: 0 });
  expect((await reports.getConsumedCount(domain, EVER)).consumed).toBe(4_000_000_000);
  const grouped = await reports.getGroupedStats(domain, { messageIds: [id], ...EVER, period: 'day' });
  expect(grouped.totals).toMatchObject({ ...sums, click: 0 });
});

describe('delivery results', () => {
  it('are the messages of all domains in the period, end excluded, and only one page is read', async () => {
    const query = { from: hour(1), to: hour(3), page: 0, per_page: 4 };
    const { result, plans } = await plansOf(connection, () => reports.listDeliveryResults(query));
    expect(result.items.map(({ date }) => date)).toEqual([hour(1), hour(1), hour(1), hour(2)]);
    expect(result).toMatchObject({ page: 4, per_page: 4 });
    expect(result.items[0]).toEqual({
      domain: expect.stringMatching(/example\.com$/) as unknown,
      sentQuantity: 216,
      delivered: 144,
      notDelivered: 72,
      date: hour(1),
    });
    expectIndexed(plans, 'inserted_date_1__id_1', 4);
    const rest = await reports.listDeliveryResults({ ...query, page: 4 });
    expect([rest.items.map(({ date }) => date), rest.page]).toEqual([[hour(2), hour(2)], 6]);
    expect(await reports.listDeliveryResults({ ...query, page: 6 })).toEqual({ items: [], page: 6, per_page: 4 });
  });

  it('skip earlier pages in the index', async () => {
    const { plans } = await plansOf(connection, () => reports.listDeliveryResults({ page: 60, per_page: 5 }));
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({ indexes: ['inserted_date_1__id_1'], docsExamined: 5, keysExamined: 65 });
  });

  it('are listed once each over all pages when the bounds are open', async () => {
    const seen: Date[] = [];
    for (let page = 0; ;) {
      const result = await reports.listDeliveryResults({ page, per_page: 7 });
      if (result.items.length === 0) break;
      seen.push(...result.items.map(({ date }) => date));
      page = result.page;
    }
    const all = await connection.collection('messages').countDocuments();
    expect(seen).toHaveLength(all);
    expect(seen).toEqual([...seen].sort((one, other) => one.getTime() - other.getTime()));
  });

  it('include messages that were stored before later counters existed', async () => {
    const date = new Date('2019-05-01T00:00:00Z');
    const old = { _id: 'old', domain: 'old', title: 'T', body: 'B', sent: 3, delivered: 2, not_delivered: 1 };
    const id = randomUUID();
    await insertMessages([{ ...old, message_id: new UUID(id), inserted_date: date }]);
    const { items } = await reports.listDeliveryResults({ to: new Date('2020-01-01'), page: 0, per_page: 10 });
    expect(items).toEqual([{ domain: 'old', sentQuantity: 3, delivered: 2, notDelivered: 1, date }]);
    const details = { domain: 'old', messageId: id, sent: 3, delivered: 2, notDelivered: 1 };
    const zeros = { billableSends: 0, clicks: 0, received: 0, actionClick: 0 };
    expect(await reports.getDetails('old', id, EVER)).toEqual({ ...details, ...zeros });
    expect(await open(1).getStats('old', id, EVER)).toEqual({ ...details, ...zeros });
  });
});

it.each([
  ['details', () => reports.getDetails(DOMAIN, idOfMine(0), { from: hour(1), to: hour(0) })],
  ['stats', () => reports.getStats(DOMAIN, idOfMine(0), { from: hour(1), to: hour(0) })],
  [
    'grouped stats',
    () => reports.getGroupedStats(DOMAIN, { messageIds: ids, from: hour(1), to: hour(0), period: 'day' }),
  ],
  ['consumed sends', () => reports.getConsumedCount(DOMAIN, { from: hour(1), to: hour(0) })],
  ['delivery results', () => reports.listDeliveryResults({ from: hour(1), to: hour(0), page: 0, per_page: 1 })],
])('%s refuse a period that ends before it starts', async (_, report) => {
  await expect(report()).rejects.toMatchObject({ code: 'validation_failed', context: { errors: { from: [/./] } } });
});
