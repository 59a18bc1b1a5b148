import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { DELIVERY, deliverySchema } from '../../src/deliveries/ledger/deliveries.schema.js';
import { MessageStatesReader } from '../../src/deliveries/ledger/message-states.reader.js';
import { MessageListService } from '../../src/message-reports/message-list.service.js';
import type { DomainMessagesResponse } from '../../src/message-reports/message-list.dto.js';
import { SingleMessageService } from '../../src/message-reports/single-message.service.js';
import { DomainMessagesReader } from '../../src/messages/domain-messages.reader.js';
import { MessageCountersRepository } from '../../src/messages/message-counters.repository.js';
import { MessagesReader } from '../../src/messages/messages.reader.js';
import { MESSAGE, messageSchema } from '../../src/messages/messages.schema.js';
import { MessageHoursReader } from '../../src/stats/message-hours.reader.js';
import { MESSAGE_STATS, messageStatsSchema } from '../../src/stats/stats.schema.js';
import { openMonitored, plansOf } from '../support/query-plans.js';

const { UUID } = mongoose.mongo;
const DOMAIN = 'many.example.com';
const COUNT = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const START = new Date('2026-01-01T00:00:00Z');
const PAGE = 100;

/** What a page may read beside what it shows: the end of a range, and keys that are skipped. */
const SLACK = 10;

let connection: Connection;
let list: MessageListService;
let single: SingleMessageService;
let ids: readonly string[];

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  connection.model(MESSAGE, messageSchema);
  connection.model(DELIVERY, deliverySchema);
  connection.model(MESSAGE_STATS, messageStatsSchema(loadConfig({}, []) as Config));
  await createIndexes(connection);
  const hours = new MessageHoursReader(connection.model(MESSAGE_STATS) as never);
  const states = new MessageStatesReader(connection.model(DELIVERY) as never);
  const messages = connection.model(MESSAGE) as never;
  list = new MessageListService(new DomainMessagesReader(messages), hours, states);
  single = new SingleMessageService(
    new MessagesReader(messages),
    new MessageCountersRepository(messages),
    hours,
    states,
  );
  ids = await addMessages(DOMAIN, COUNT);
  for (const other of ['a.example.com', 'z.example.com']) await addMessages(other, PAGE);
}, 120_000);

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

/** The n-th message is inserted in the n-th minute, two in each ten at the same millisecond, and is done. */
async function addMessages(domain: string, count: number): Promise<string[]> {
  const messageIds = Array.from({ length: count }, () => randomUUID());
  await insert(
    'messages',
    messageIds.map((id, index) => message(domain, id, index)),
  );
  await insert(
    'deliveries',
    messageIds.map((id) => delivery(domain, id)),
  );
  const statistics = messageIds.flatMap((id, index) => [0, 1, 23, 24].map((hour) => hourOf(domain, id, index, hour)));
  await insert('messageStats', statistics);
  return messageIds;
}

async function insert(collection: string, documents: readonly object[]): Promise<void> {
  await connection.collection(collection).insertMany([...documents]);
}

function insertedAt(index: number): Date {
  return new Date(START.getTime() + (index % 10 === 1 ? index - 1 : index) * MINUTE_MS);
}

function message(domain: string, id: string, index: number): object {
  return {
    _id: `${index.toString(16).padStart(24, '0')}-${domain}`,
    message_id: new UUID(id),
    domain,
    title: `Oferta ${index}`,
    body: index % 1_000 === 7 ? 'ÁRBOLES (50 %)' : 'Nada',
    sent: 10,
    delivered: 9,
    not_delivered: 1,
    inserted_date: insertedAt(index),
  };
}

function delivery(domain: string, id: string, change: object = {}): object {
  const state = { state: 'done', planned: 1, delivered: 1, not_delivered: 0, started_at: START, finished_at: START };
  return { _id: randomUUID(), message_id: new UUID(id), domain, kind: 'domain', ...state, ...change };
}

function hourOf(domain: string, id: string, index: number, hour: number): object {
  const start = Math.floor(insertedAt(index).getTime() / HOUR_MS) * HOUR_MS;
  const date = new Date(start + hour * HOUR_MS);
  const counts = { sent: 10, delivered: 9, not_delivered: 1, received: hour, click: 1, action_click: 2 };
  return { domain, message_id: new UUID(id), date, ...counts, unique_click: 1 };
}

function titles({ items }: DomainMessagesResponse): number[] {
  return items.map(({ title }) => Number(title.replace('Oferta ', '')));
}

async function readAll(query: object, domain = DOMAIN): Promise<{ found: number[]; pages: number }> {
  const found: number[] = [];
  let pages = 0;
  for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
    const page: DomainMessagesResponse = await list.list(domain, { per_page: PAGE, ...query, cursor });
    found.push(...titles(page));
    cursor = page.nextCursor;
  }
  return { found, pages };
}

describe('a list of messages', () => {
  it('has each message once, the latest first', async () => {
    const { found, pages } = await readAll({ per_page: 7, to: insertedAt(505) });
    expect(found).toEqual(Array.from({ length: 506 }, (_, index) => 505 - index));
    expect(pages).toBe(73);
  });

  it('includes its bounds', async () => {
    const bounds = { from: insertedAt(9_990), to: insertedAt(9_992) };
    expect((await readAll(bounds)).found).toEqual([9_992, 9_991, 9_990]);
    expect((await readAll({ from: new Date('2100-01-01') })).found).toEqual([]);
  });

  it('is empty after the cursor of an earlier period', async () => {
    const { nextCursor: cursor } = await list.list(DOMAIN, { to: insertedAt(100), per_page: 1 });
    expect(titles(await list.list(DOMAIN, { from: insertedAt(100), per_page: 1, cursor }))).toEqual([100]);
    for (const text of [undefined, 'Oferta']) {
      const later = await list.list(DOMAIN, { from: insertedAt(200), per_page: 1, cursor, text });
      expect(later).toEqual({ items: [], nextCursor: null, perPage: 1 });
    }
    expect(titles(await list.list(DOMAIN, { from: insertedAt(99), per_page: 5, cursor }))).toEqual([100, 99]);
  });

  it('counts what an hour of another program lacks as none', async () => {
    const domain = 'lacking.example.com';
    const [id = ''] = await addMessages(domain, 1);
    await connection
      .collection('messageStats')
      .updateMany({ message_id: new UUID(id) }, { $unset: { received: 1, sent: 1 } });
    const { items } = await list.list(domain, { per_page: 1 });
    expect(items[0]?.activity.slice(0, 2)).toEqual([1, 1]);
    const { items: hours } = await single.listHours(id, { per_page: 10 });
    expect(hours[0]).toMatchObject({ sent: 0, received: 0, clicks: 1 });
  });

  it('finds a text in any case, also of letters with accents, and understands no pattern', async () => {
    const { found, pages } = await readAll({ text: ' árboles (50 ' });
    expect(found).toEqual([9_007, 8_007, 7_007, 6_007, 5_007, 4_007, 3_007, 2_007, 1_007, 7]);
    expect(pages).toBeLessThanOrEqual(6);
    expect((await readAll({ text: 'oferta 42', to: insertedAt(430), per_page: 3 })).found).toEqual([
      ...Array.from({ length: 10 }, (_, index) => 429 - index),
      42,
    ]);
    expect((await readAll({ text: '.*' })).found).toEqual([]);
  });

  it('has the activity of the first 24 hours, from when a message is sent', async () => {
    const { items } = await list.list(DOMAIN, { per_page: 1 });
    expect(items[0]?.activity).toEqual([1, 2, ...Array.from({ length: 21 }, () => 0), 24]);
  });

  it.each([
    ['a page', {}, PAGE],
    ['a page in the middle', { to: insertedAt(5_000) }, PAGE],
    ['the text that nothing has', { text: 'nowhere' }, 2_000],
  ])('costs for %s what it looks at, however many messages there are', async (_, query, looked) => {
    const { plans } = await plansOf(connection, () => list.list(DOMAIN, { per_page: PAGE, ...query }));
    for (const { stages, keysExamined, docsExamined } of plans) {
      expect(stages).not.toContain('COLLSCAN');
      expect(stages).not.toContain('SORT');
      // 24 hours a message at most, of which each has 3.
      expect(keysExamined).toBeLessThanOrEqual(Math.max(looked, PAGE * 5) + SLACK);
      expect(docsExamined).toBeLessThanOrEqual(Math.max(looked, PAGE * 3) + SLACK);
    }
  });
});

describe('the state of a message', () => {
  const now = Date.now();
  const future = new Date(now + HOUR_MS);
  const past = new Date(now - HOUR_MS);

  it.each([
    ['stored', []],
    ['done', [{}]],
    ['scheduled', [{ state: 'planning', started_at: future, due_at: future, finished_at: null }]],
    ['scheduled', [{ state: 'planning', started_at: past, due_at: future, finished_at: null }]],
    ['scheduled', [{}, { state: 'sending', started_at: future, finished_at: null }]],
    ['planning', [{ state: 'planning', started_at: past, due_at: past, finished_at: null }]],
    ['sending', [{ state: 'sending', started_at: future }, { state: 'sending', started_at: past }, {}]],
    ['cancelled', [{}, { state: 'cancelled' }]],
  ])('is %s for deliveries %j', async (expected, deliveries) => {
    const id = randomUUID();
    await insert('messages', [{ ...message('states.example.com', id, 0), _id: id, sent: 0 }]);
    if (deliveries.length > 0)
      await insert(
        'deliveries',
        deliveries.map((change) => delivery('d', id, change)),
      );
    expect((await single.get(id)).state).toBe(expected);
  });

  it('is done once its sends to single visitors are removed', async () => {
    const id = randomUUID();
    await insert('messages', [{ ...message('states.example.com', id, 0), _id: id, sent: 3 }]);
    expect((await single.get(id)).state).toBe('done');
  });

  it('is found by one seek for each message and state, however many deliveries a message has', async () => {
    const visited = randomUUID();
    await insert('messages', [{ ...message('visited.example.com', visited, 0), _id: visited }]);
    await insert(
      'deliveries',
      Array.from({ length: 5_000 }, () => delivery('d', visited, { kind: 'visitor' })),
    );
    const pipelines: object[] = [];
    connection.getClient().on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'aggregate') pipelines.push(command);
    });
    const page = [visited, ...ids.slice(0, PAGE - 1)];
    const states = new MessageStatesReader(connection.model(DELIVERY) as never);
    expect([...(await states.find(page)).values()]).toEqual(page.map(() => 'done'));
    expect(pipelines).toHaveLength(1);
    const { pipeline } = pipelines[0] as { pipeline: mongoose.mongo.Document[] };
    const explained = await connection.collection('deliveries').aggregate(pipeline).explain('executionStats');
    const lookup = (explained.stages as mongoose.mongo.Document[]).find((stage) => '$lookup' in stage);
    expect(Number(lookup?.collectionScans)).toBe(0);
    expect(Number(lookup?.totalKeysExamined)).toBeLessThanOrEqual(4 * PAGE + SLACK);
    expect(Number(lookup?.totalDocsExamined)).toBeLessThanOrEqual(PAGE + SLACK);
  });
});

describe('the hours of a message', () => {
  it('are ascending, page after page', async () => {
    const id = ids[0] ?? '';
    const first = await single.listHours(id, { per_page: 3 });
    expect(first.items.map(({ date, received }) => [date.toISOString(), received])).toEqual([
      ['2026-01-01T00:00:00.000Z', 0],
      ['2026-01-01T01:00:00.000Z', 1],
      ['2026-01-01T23:00:00.000Z', 23],
    ]);
    const { items, nextCursor } = await single.listHours(id, { per_page: 3, cursor: first.nextCursor });
    expect([items.map(({ received }) => received), nextCursor]).toEqual([[24], null]);
    expect(items[0]).toMatchObject({ sent: 10, delivered: 9, notDelivered: 1, actionClicks: 2, uniqueClicks: 1 });
  });

  it('are read by an index', async () => {
    const { plans } = await plansOf(connection, () => single.listHours(ids[0] ?? '', { per_page: 3 }));
    for (const { stages, keysExamined } of plans) {
      expect(stages).not.toContain('COLLSCAN');
      expect(keysExamined).toBeLessThanOrEqual(3 + SLACK);
    }
  });
});

describe('the outcomes of a message', () => {
  it('say of a message that was sent before they were counted that they are not complete', async () => {
    expect(await single.getOutcomes(ids[0] ?? '')).toEqual({
      messageId: ids[0],
      isComplete: false,
      items: [
        { pushService: null, outcome: 'delivered', reason: null, contacts: 9 },
        { pushService: null, outcome: 'notDelivered', reason: null, contacts: 1 },
      ],
    });
  });

  it('add up to what was sent when a part was sent before', async () => {
    const id = randomUUID();
    const outcomes = { 'fcm%2Egoogleapis%2Ecom|': 4, '|expired': 1 };
    await insert('messages', [{ ...message('partly.example.com', id, 0), _id: id, outcomes }]);
    expect(await single.getOutcomes(id)).toMatchObject({
      isComplete: false,
      items: [
        { pushService: 'fcm.googleapis.com', outcome: 'delivered', reason: null, contacts: 4 },
        { pushService: null, outcome: 'notDelivered', reason: 'expired', contacts: 1 },
        { pushService: null, outcome: 'delivered', reason: null, contacts: 5 },
      ],
    });
  });

  it('are complete and empty for a message that was not sent', async () => {
    const id = randomUUID();
    const nothing = { sent: 0, delivered: 0, not_delivered: 0 };
    await insert('messages', [{ ...message('unsent.example.com', id, 0), _id: id, ...nothing }]);
    expect(await single.getOutcomes(id)).toEqual({ messageId: id, isComplete: true, items: [] });
  });
});
