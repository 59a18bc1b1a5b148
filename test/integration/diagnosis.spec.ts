import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { ContactDeliveriesReader } from '../../src/deliveries/ledger/contact-deliveries.reader.js';
import { DELIVERY_BATCH, deliveryBatchSchema } from '../../src/deliveries/ledger/batches.schema.js';
import { DELIVERY, deliverySchema } from '../../src/deliveries/ledger/deliveries.schema.js';
import { ContactSearchService } from '../../src/diagnosis/contact-search.service.js';
import { DiagnosisService } from '../../src/diagnosis/diagnosis.service.js';
import { FactsReader } from '../../src/diagnosis/facts.reader.js';
import type { HistoryResponse } from '../../src/diagnosis/diagnosis.dto.js';
import { HistoryService } from '../../src/diagnosis/history.service.js';
import { ContactHistoryReader } from '../../src/events/contact-history.reader.js';
import { WEB_PUSH_EVENT, webPushEventSchema } from '../../src/events/events.schema.js';
import { MessageCountersRepository } from '../../src/messages/message-counters.repository.js';
import { MESSAGE, messageSchema } from '../../src/messages/messages.schema.js';
import { MessagesReader } from '../../src/messages/messages.reader.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { StoredContactsReader } from '../../src/push-contacts/stored-contacts.reader.js';
import { PushServiceNames } from '../../src/push-services/push-service-names.js';
import { openMonitored, plansOf, type QueryPlan } from '../support/query-plans.js';

const { ObjectId, UUID } = mongoose.mongo;
const DOMAIN = 'mine.example.com';
const SENDS = 2_500;
const BATCHES = 400;
const OTHERS = 3_000;
const DAY_MS = 86_400_000;
const NOW = Date.now();

/** A little more than pages need: the end of a range is one key more, and so is each seek. */
const SOME = 20;

let connection: Connection;
let search: ContactSearchService;
let history: HistoryService;
let diagnosis: DiagnosisService;

const ME = idAt(0, 7);
const messageIds = Array.from({ length: SENDS }, () => randomUUID());
const deliveryIds = Array.from({ length: SENDS }, (_, index) => idAt(index, 1));

/** An id of a time, minutes ago. */
function idAt(minutesAgo: number, end: number): string {
  const seconds = Math.floor(NOW / 1_000) - minutesAgo * 60;
  return seconds.toString(16).padStart(8, '0') + end.toString(16).padStart(16, '0');
}

function minutesAgo(minutes: number): Date {
  return new Date(NOW - minutes * 60_000);
}

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  const config = loadConfig({}, []) as Config;
  const contactModel = connection.model(PUSH_CONTACT, pushContactSchema(config));
  const eventModel = connection.model(WEB_PUSH_EVENT, webPushEventSchema);
  const messageModel = connection.model(MESSAGE, messageSchema);
  const deliveryModel = connection.model(DELIVERY, deliverySchema);
  const batchModel = connection.model(DELIVERY_BATCH, deliveryBatchSchema);
  await createIndexes(connection);
  const contacts = new StoredContactsReader(contactModel as never, new IndexedTokens());
  const events = new ContactHistoryReader(eventModel as never);
  const sends = new ContactDeliveriesReader(deliveryModel as never, batchModel as never);
  const messages = new MessagesReader(messageModel as never);
  const counters = new MessageCountersRepository(messageModel as never);
  search = new ContactSearchService(contacts, new PushServiceNames(config));
  history = new HistoryService(contacts, events, sends, messages);
  diagnosis = new DiagnosisService(contacts, new FactsReader(search, events, sends), sends, messages, counters);
  await insertContacts();
  await insertSends();
  await insertBatches();
}, 60_000);

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

async function insert(collection: string, documents: readonly object[]): Promise<void> {
  await connection.collection(collection).insertMany(documents);
}

function contact(id: string, change: object): object {
  const none = { email: null, visitor_guid: null, subscription: null };
  return {
    _id: id,
    domain: DOMAIN,
    device_token: `token ${id}`,
    deleted: false,
    modified: minutesAgo(0),
    ...none,
    ...change,
  };
}

async function insertContacts(): Promise<void> {
  const others = Array.from({ length: OTHERS }, (_, index) =>
    contact(idAt(index, 9), { email: `v${index}@example.com`, visitor_guid: `guid-${index}` }),
  );
  const mine = [
    contact(ME, { email: 'Me@Example.com', visitor_guid: 'mine', modified: minutesAgo(90_000) }),
    contact(idAt(1, 7), {
      email: 'me@example.com',
      visitor_guid: 'mine',
      deleted: true,
      unsubscribed_at: minutesAgo(1),
    }),
    contact(idAt(2, 7), { email: 'me@example.com', visitor_guid: 'mine', deleted: true }),
    contact(idAt(3, 7), { email: 'ME@example.com', visitor_guid: 'mine', domain: DOMAIN.toUpperCase() }),
    contact(idAt(4, 7), { email: 'mé@example.com', visitor_guid: 'other' }),
  ];
  await insert('push-contacts', [...others, ...mine]);
}

/** Each send ended a minute before the one before; every tenth one reached the contact. */
async function insertSends(): Promise<void> {
  const counters = { sent: 1, delivered: 1, not_delivered: 0 };
  await insert(
    'messages',
    messageIds.map((id, index) => ({
      _id: idAt(index, 2),
      message_id: new UUID(id),
      domain: DOMAIN,
      title: `Title ${index}`,
      body: 'Body',
      inserted_date: minutesAgo(index + 1),
      ...counters,
    })),
  );
  await insert(
    'deliveries',
    messageIds.map((id, index) => ({
      _id: deliveryIds[index],
      message_id: new UUID(id),
      domain: DOMAIN,
      kind: index % 2 === 0 ? 'domain' : 'visitors',
      state: 'done',
      planned: 1,
      delivered: 1,
      not_delivered: 0,
      planned_up_to: 'ffff',
      batches: 1,
      replacement_mandatory: false,
      expires_at: null,
      started_at: minutesAgo(index + 1),
      finished_at: minutesAgo(index),
    })),
  );
  const outcomes = messageIds.flatMap((id, index) =>
    index % 10 === 0 ? [event(`${deliveryIds[index] ?? ''}:${ME}`, id, 0, index)] : [],
  );
  const own = [
    event(`${ME}:first:${messageIds[0] ?? ''}:1`, messageIds[0] ?? '', 1, 0.5),
    event(`${ME}:${idAt(5, 5)}`, messageIds[5] ?? '', 6, 5.5, { event_descriptor: 'buy' }),
    event(`${ME}:${idAt(6, 5)}`, undefined, 8, 1_500.5),
  ];
  const ofOthers = Array.from({ length: OTHERS }, (_, index) =>
    event(`${deliveryIds[0] ?? ''}:${idAt(index, 9)}`, messageIds[0] ?? '', 0, 1),
  );
  await insert('webPushEvent', [...outcomes, ...own, ...ofOthers]);
}

function event(id: string, messageId: string | undefined, type: number, ago: number, change: object = {}): object {
  const texts = { device_token: null, error_message: null, event_descriptor: null };
  const message = messageId === undefined ? {} : { message_id: new UUID(messageId) };
  return {
    _id: id,
    type,
    date: minutesAgo(ago),
    push_contact_id: ME,
    sub_type: 0,
    domain: DOMAIN,
    ...message,
    ...texts,
    ...change,
  };
}

const broadcastId = randomUUID();

/** A broadcast to very many contacts that goes on. */
async function insertBatches(): Promise<void> {
  const _id = new ObjectId().toHexString();
  const border = (number: number): string => idAt(BATCHES - number, 0);
  const plan = { planned: 9, delivered: 0, not_delivered: 0, planned_up_to: 'ffff', batches: BATCHES + 1 };
  const times = { started_at: minutesAgo(1), finished_at: null, expires_at: null };
  const common = { message_id: new UUID(broadcastId), domain: DOMAIN };
  const counters = { sent: 0, delivered: 0, not_delivered: 0 };
  await insert('messages', [
    { _id, ...common, title: 'Large', body: 'Body', inserted_date: minutesAgo(1), ...counters },
  ]);
  await insert('deliveries', [
    { _id, ...common, kind: 'domain', state: 'sending', replacement_mandatory: false, ...plan, ...times },
  ]);
  const batch = { ...common, delivery_id: _id, lane: 'broadcast', visitors: null, contacts: 9, attempt: 0, starts: 0 };
  const batches = Array.from({ length: BATCHES + 1 }, (_, number) => ({
    ...batch,
    _id: `${_id}:${number}`,
    number,
    state: 'done',
    contact_ids: null,
    range: { after_id: border(number), up_to_id: border(number + 1) },
    finished_at: minutesAgo(0),
  }));
  const dueAt = new Date(NOW + DAY_MS);
  const limits = { service: 'firebase', status: 3, code: 'quota-exceeded', contacts: 1 };
  const retry = { ...batch, _id: `${_id}:${BATCHES}.0`, number: BATCHES, state: 'pending', range: null };
  await insert('deliveryBatches', [...batches, { ...retry, contact_ids: [ME], due_at: dueAt, waiting_for: [limits] }]);
}

function expectByIndex(plans: readonly QueryPlan[], keys: number): void {
  expect(plans.flatMap(({ stages }) => stages)).not.toContain('COLLSCAN');
  expect(Math.max(...plans.map(({ keysExamined }) => keysExamined))).toBeLessThanOrEqual(keys);
}

describe('contacts', () => {
  it.each([
    ['device token', { deviceToken: `token ${ME}` }, 1],
    ['visitor guid', { visitorGuid: 'mine' }, 3],
    ['e-mail in any case', { email: ' ME@EXAMPLE.COM ' }, 3],
    ['e-mail with an accent', { email: 'MÉ@example.com' }, 1],
    ['unknown device token', { deviceToken: 'nobody' }, 0],
  ])('are found by %s, of the very domain, by index', async (_name, key, count) => {
    const { result, plans } = await plansOf(connection, () => search.list(DOMAIN, { ...key, per_page: 100 }));
    expect(result.items).toHaveLength(count);
    expect(result.nextCursor).toBeNull();
    expectByIndex(plans, SOME);
  });

  it('are found by e-mail without those of other domains, in the order of the index', async () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      contact(`shared-${index}`, { email: 'shared@example.com', domain: 'other.example.com' }),
    );
    await insert('push-contacts', many);
    const { result, plans } = await plansOf(connection, () =>
      search.list(DOMAIN, { email: 'Shared@example.com', per_page: 100 }),
    );
    expect(result.items).toEqual([]);
    expect(plans.flatMap(({ stages }) => stages)).not.toContain('SORT');
    expectByIndex(plans, SOME);
    const query = { email: 'shared@example.com', per_page: 100 };
    const first = await search.list('other.example.com', query);
    const second = await search.list('other.example.com', { ...query, cursor: first.nextCursor });
    const ids = [...first.items, ...second.items].map(({ contactId }) => contactId);
    expect(ids).toEqual(
      many
        .map((_, index) => `shared-${index}`)
        .toSorted()
        .toReversed()
        .slice(0, 200),
    );
  });

  it('say whether and why they have ended, page by page, the latest first', async () => {
    const first = await search.list(DOMAIN, { visitorGuid: 'mine', per_page: 2 });
    const second = await search.list(DOMAIN, { visitorGuid: 'mine', per_page: 2, cursor: first.nextCursor });
    const ends = [...first.items, ...second.items].map(({ isActive, endedBecause }) => [isActive, endedBecause]);
    expect(ends).toEqual([
      [true, null],
      [false, 'unsubscribed'],
      [false, 'pruned'],
    ]);
    expect([first.nextCursor === null, second.nextCursor]).toEqual([false, null]);
  });
});

describe('the history', () => {
  async function readAll(perPage: number): Promise<{ pages: HistoryResponse[]; plans: QueryPlan[] }> {
    const pages: HistoryResponse[] = [];
    const plans: QueryPlan[] = [];
    let cursor: string | null = null;
    do {
      const query: { per_page: number; cursor: string | null } = { per_page: perPage, cursor };
      const read: { result: HistoryResponse; plans: QueryPlan[] } = await plansOf(connection, () =>
        history.list(DOMAIN, ME, query),
      );
      pages.push(read.result);
      plans.push(...read.plans);
      cursor = read.result.nextCursor;
    } while (cursor !== null);
    return { pages, plans };
  }

  it.each([9, 100])(
    'has each event once, the latest first, in pages of %i, and looks at 1,000 sends a page',
    async (perPage) => {
      const { pages, plans } = await readAll(perPage);
      const items = pages.flatMap((page) => page.items);
      expect(items).toHaveLength(SENDS / 10 + 3);
      expect(items.map(({ at }) => at.getTime())).toEqual(
        items.map(({ at }) => at.getTime()).toSorted((a, b) => b - a),
      );
      expect(Math.max(...pages.map((page) => page.items.length))).toBeLessThanOrEqual(perPage);
      expect(items.slice(0, 2).map(({ type, title }) => [type, title])).toEqual([
        ['delivered', 'Title 0'],
        ['received', 'Title 0'],
      ]);
      expect(items.find(({ type }) => type === 'actionClicked')).toMatchObject({ title: 'Title 5', action: 'buy' });
      expect(items.find(({ type }) => type === 'unsubscribed')).toMatchObject({ messageId: null, title: null });
      expectByIndex(plans, 2 * 1_000 + SOME);
    },
    60_000,
  );

  it('is found as well by an index of the installation’s own, with what other software has written', async () => {
    await connection.collection('webPushEvent').createIndexes([{ key: { push_contact_id: 1 } }]);
    const other = { _id: new ObjectId(), type: 2, date: minutesAgo(20), push_contact_id: ME, domain: DOMAIN };
    await insert('webPushEvent', [other]);
    const { pages } = await readAll(100);
    const types = pages.flatMap(({ items }) => items.map(({ type }) => type));
    expect(types.filter((type) => type === 'clicked')).toHaveLength(1);
    await connection.collection('webPushEvent').dropIndex('push_contact_id_1');
    await connection.collection('webPushEvent').deleteOne({ _id: other._id });
  }, 60_000);

  it('has an outcome once when its send ends between two pages', async () => {
    const id = randomUUID();
    const open = [1, 2, 3].map((end) => idAt(3, 90 + end));
    const common = { domain: 'ending.example.com', kind: 'domain', state: 'sending', finished_at: null };
    await insert(
      'deliveries',
      open.map((_id) => ({ _id, ...common, started_at: minutesAgo(3) })),
    );
    await insert('push-contacts', [contact('ending', { domain: common.domain })]);
    const outcomes = open.map((_id, index) => event(`${_id}:ending`, id, 0, index, { domain: common.domain }));
    await insert('webPushEvent', outcomes);
    const list = (cursor: string | null): Promise<HistoryResponse> =>
      history.list(common.domain, 'ending', { per_page: 1, cursor });
    const pages = [await list(null)];
    for (let cursor = pages[0]?.nextCursor ?? null; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
      await connection
        .collection('deliveries')
        .updateMany({ domain: common.domain }, { $set: { finished_at: new Date() } });
      pages.push(await list(cursor));
    }
    expect(pages.flatMap(({ items }) => items.map(({ at }) => at.getTime())).toSorted()).toEqual(
      open.map((_id, index) => minutesAgo(index).getTime()).toSorted(),
    );
  });

  it('reads no document of sends that are scheduled', async () => {
    const domain = 'scheduled.example.com';
    const scheduled = {
      domain,
      kind: 'domain',
      state: 'planning',
      finished_at: null,
      started_at: new Date(NOW + DAY_MS),
    };
    await insert(
      'deliveries',
      Array.from({ length: 500 }, (_, index) => ({ _id: idAt(index, 88), ...scheduled })),
    );
    await insert('push-contacts', [contact('scheduled', { domain })]);
    const { result, plans } = await plansOf(connection, () => history.list(domain, 'scheduled', { per_page: 10 }));
    expect(result).toMatchObject({ items: [], nextCursor: null });
    expect(Math.max(...plans.map(({ docsExamined }) => docsExamined))).toBeLessThanOrEqual(SOME);
  });

  it.each(['without', 'with'])(
    'has nothing of another domain where the contact was before, %s an index',
    async (with_) => {
      const id = `moved-${with_}`;
      const domain = 'now.example.com';
      await insert('push-contacts', [contact(id, { domain })]);
      await insert('webPushEvent', [
        event(`${id}:single`, randomUUID(), 0, 9, { domain: 'before.example.com', push_contact_id: id }),
        event(`${id}:click`, randomUUID(), 2, 5, { domain: 'Now.Example.com', push_contact_id: id }),
      ]);
      const indexes = connection.collection('webPushEvent');
      if (with_ === 'with') await indexes.createIndexes([{ key: { push_contact_id: 1 } }]);
      const { items } = await history.list(domain, id, { per_page: 10 });
      if (with_ === 'with') await indexes.dropIndex('push_contact_id_1');
      expect(items.map(({ type }) => type)).toEqual(['clicked']);
    },
  );

  it('is of contacts of the domain alone', async () => {
    await expect(history.list('other.example.com', ME, { per_page: 1 })).rejects.toThrow(/no contact/);
    await expect(history.list(DOMAIN, ME, { per_page: 1, cursor: 'x' })).rejects.toThrow(/cursor/);
  });
});

describe('the diagnosis', () => {
  it('finds an outcome by index', async () => {
    const query = { messageId: messageIds[10] ?? '', deviceToken: `token ${ME}` };
    const { result, plans } = await plansOf(connection, () => diagnosis.diagnose(DOMAIN, query));
    expect(result).toMatchObject({ cause: 'delivered', contactId: ME });
    expectByIndex(plans, SOME);
  });

  it('finds the batch that a contact of a very large broadcast waits in, by index', async () => {
    const query = { messageId: broadcastId, deviceToken: `token ${ME}` };
    const { result, plans } = await plansOf(connection, () => diagnosis.diagnose(DOMAIN, query));
    expect(result).toMatchObject({ cause: 'throttled', pushService: 'firebase', reason: 'quota-exceeded' });
    expectByIndex(plans, SOME);
  });

  it('prefers of several contacts the one that the message came nearest to', async () => {
    const query = { messageId: messageIds[0] ?? '', email: 'me@example.com' };
    expect(await diagnosis.diagnose(DOMAIN, query)).toMatchObject({ cause: 'received', contactId: ME });
  });

  it('is of messages of the domain alone', async () => {
    const query = { messageId: messageIds[0] ?? '', email: 'me@example.com' };
    await expect(diagnosis.diagnose('other.example.com', query)).rejects.toThrow(/no message/);
  });
});
