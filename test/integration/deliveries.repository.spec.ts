import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config.js';
import { createIndexes } from '../../src/core/mongodb.js';
import { Transactions } from '../../src/core/transactions.js';
import { type Batch, BatchesRepository } from '../../src/deliveries/batches.repository.js';
import { DELIVERY_BATCH, deliveryBatchSchema } from '../../src/deliveries/batches.schema.js';
import { DeliveriesRepository, type NewDelivery } from '../../src/deliveries/deliveries.repository.js';
import { DELIVERY, deliverySchema } from '../../src/deliveries/deliveries.schema.js';
import { PushServiceBrakesRepository } from '../../src/deliveries/push-service-brakes.repository.js';
import { PUSH_SERVICE_BRAKE, pushServiceBrakeSchema } from '../../src/deliveries/push-service-brakes.schema.js';
import { EventsRepository, type SendEvent } from '../../src/events/events.repository.js';
import { WEB_PUSH_EVENT, webPushEventSchema } from '../../src/events/events.schema.js';
import { PushContactsRepository } from '../../src/push-contacts/push-contacts.repository.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { profiled } from '../support/profiled.js';
import { testEnvironment } from '../support/test-environment.js';

const { UUID } = mongoose.mongo;
const OTHERS = 2_000;
const MINUTE_MS = 60_000;

let connection: Connection;
let transactions: Transactions;
let batches: BatchesRepository;
let deliveries: DeliveriesRepository;
let brakes: PushServiceBrakesRepository;
let events: EventsRepository;
let contacts: PushContactsRepository;

beforeAll(async () => {
  const options = { dbName: `it-${randomUUID()}`, autoIndex: false, autoCreate: false };
  connection = await mongoose.createConnection(testEnvironment('TEST_MONGODB_URI'), options).asPromise();
  const contactModel = connection.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config));
  batches = new BatchesRepository(connection.model(DELIVERY_BATCH, deliveryBatchSchema) as never);
  deliveries = new DeliveriesRepository(connection.model(DELIVERY, deliverySchema) as never);
  brakes = new PushServiceBrakesRepository(connection.model(PUSH_SERVICE_BRAKE, pushServiceBrakeSchema) as never);
  events = new EventsRepository(connection.model(WEB_PUSH_EVENT, webPushEventSchema) as never);
  contacts = new PushContactsRepository(contactModel as never);
  await createIndexes(connection);
  transactions = new Transactions(connection);
  await addOthers();
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

/** What a query must not look at. */
async function addOthers(): Promise<void> {
  const numbers = Array.from({ length: OTHERS }, (_, number) => number);
  const late = new Date(Date.now() + 3_600_000);
  const of = (name: string): mongoose.mongo.Collection => connection.collection(name);
  const message_id = new UUID();
  await of('deliveryBatches').insertMany(
    numbers.map((number) => ({
      _id: `other:${number}`,
      delivery_id: `other-${number % 50}`,
      number,
      state: 'pending',
      starts: 0,
      lane: 'broadcast',
      due_at: late,
      contacts: 1,
    })) as never[],
  );
  await of('deliveries').insertMany(
    numbers.map((number) => ({
      _id: `other-${number}`,
      message_id,
      state: 'planning',
      due_at: late,
      planned: 0,
      delivered: 0,
      not_delivered: 0,
    })) as never[],
  );
  await of('webPushEvent').insertMany(
    numbers.map((number) => ({ _id: `other:${number}`, date: new Date() })) as never[],
  );
  await of('pushServiceBrakes').insertMany(
    numbers.map((number) => ({ _id: `other-${number}`, until: new Date(0) })) as never[],
  );
  await of('push-contacts').insertMany(
    numbers.map((number) => ({
      _id: `other-${number}`,
      device_token: `other-${number}`,
      domain: 'd',
      visitor_guid: `other-${number}`,
      deleted: number % 2 === 0,
    })) as never[],
  );
}

/** Runs `work` and holds that it looked up by indexes, and at no more documents than it needs. */
async function byIndex<T>(maxDocsExamined: number, work: () => Promise<T>): Promise<T> {
  const { result, operations } = await profiled(connection, work);
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.filter(({ planSummary }) => planSummary?.includes('COLLSCAN'))).toEqual([]);
  expect(operations.filter(({ docsExamined }) => docsExamined > maxDocsExamined)).toEqual([]);
  return result;
}

function batchOf(deliveryId: string, number: number, more: Partial<Batch> = {}): Batch {
  return {
    id: `${deliveryId}:${number}`,
    deliveryId,
    messageId: randomUUID(),
    domain: 'd',
    number,
    turn: number + 100,
    lane: 'broadcast',
    range: { afterId: '', upToId: 'z' },
    visitors: null,
    contactIds: null,
    contacts: 10,
    attempt: 0,
    expiresAt: null,
    giveUpAt: null,
    ...more,
  };
}

async function insertBatches(inserted: readonly Batch[], dueAt = new Date(Date.now() - 1)): Promise<void> {
  await transactions.run((transaction) => batches.insert(inserted, dueAt, transaction));
}

async function stored(id: string): Promise<Record<string, unknown> | undefined> {
  return (await connection.collection('deliveryBatches').findOne({ _id: id as never })) ?? undefined;
}

describe('batches', () => {
  it('are read as they were stored, visitors and their values too', async () => {
    const batch = batchOf('whole', 0, {
      range: null,
      visitors: [
        {
          guid: 'a',
          values: new Map([
            ['name', 'Ana'],
            ['city', ''],
          ]),
        },
        { guid: 'b', values: new Map() },
      ],
      contactIds: ['1', '2'],
      attempt: 3,
      lane: 'visitor',
      expiresAt: new Date(1_000),
      giveUpAt: new Date(2_000),
    });
    await insertBatches([batch]);
    expect(await byIndex(1, () => batches.start(batch.id, MINUTE_MS))).toEqual({
      ...batch,
      isRestarted: false,
      isCancelled: false,
    });
  });

  it('are in one worker’s hands at a time, until the lease ends', async () => {
    await insertBatches([batchOf('lease', 0)]);
    const started = await Promise.all(Array.from({ length: 8 }, () => batches.start('lease:0', MINUTE_MS)));
    expect(started.filter((batch) => batch !== undefined)).toHaveLength(1);
    const next = await byIndex(1, () => batches.findNextStart('lease:0'));
    expect(next?.from.getTime()).toBeGreaterThan(Date.now() + MINUTE_MS - 5_000);
    expect(await byIndex(1, () => batches.extendLease('lease:0', -1))).toEqual({ isCancelled: false });
    expect(await batches.start('lease:0', MINUTE_MS)).toMatchObject({ id: 'lease:0', isRestarted: true });
  });

  it('are not started before they are due', async () => {
    const dueAt = new Date(Date.now() + MINUTE_MS);
    await insertBatches([batchOf('due', 0)], dueAt);
    expect(await batches.start('due:0', MINUTE_MS)).toBeUndefined();
    expect(await batches.findNextStart('due:0')).toEqual({ id: 'due:0', turn: 100, lane: 'broadcast', from: dueAt });
    expect(await batches.findNextStart('unknown')).toBeUndefined();
  });

  it('are postponed with their attempt, and free again', async () => {
    await insertBatches([batchOf('postpone', 0)]);
    await batches.start('postpone:0', MINUTE_MS);
    const postponed = { dueAt: new Date(Date.now() - 1), attempt: 4, giveUpAt: new Date(5_000) };
    expect(await byIndex(1, () => batches.postpone('postpone:0', postponed))).toBe(true);
    expect(await batches.start('postpone:0', MINUTE_MS)).toMatchObject({
      attempt: 4,
      giveUpAt: new Date(5_000),
      isRestarted: false,
    });
    await transactions.run((transaction) => batches.cancel('postpone', transaction));
    expect(await batches.postpone('postpone:0', postponed)).toBe(false);
  });

  it('of an older version have their number for a turn', async () => {
    await insertBatches([batchOf('older', 3, { lane: 'visitor' })], new Date(Date.now() - 10 * MINUTE_MS));
    await connection.collection('deliveryBatches').updateOne({ _id: 'older:3' as never }, { $unset: { turn: 1 } });
    const before = new Date(Date.now() - 5 * MINUTE_MS);
    expect(await batches.findDueBefore(before, 'visitor', 10)).toMatchObject([{ id: 'older:3', turn: 3 }]);
    expect(await batches.start('older:3', MINUTE_MS)).toMatchObject({ number: 3, turn: 3 });
    expect(await batches.findNextStart('older:3')).toMatchObject({ turn: 3 });
    await batches.touch(['older:3']);
  });

  it('step from pending to done once', async () => {
    await insertBatches([batchOf('finish', 0), batchOf('finish', 1)]);
    expect(await byIndex(2, () => batches.findPending(['finish:0', 'finish:1', 'unknown']))).toEqual(
      new Map([
        ['finish:0', { isCancelled: false }],
        ['finish:1', { isCancelled: false }],
      ]),
    );
    const finish = (ids: readonly string[], hasRetries = false): Promise<boolean> =>
      transactions.run((transaction) =>
        batches.finish(
          ids.map((id) => ({ id, hasRetries })),
          transaction,
        ),
      );
    expect(await byIndex(2, () => finish(['finish:0']))).toBe(true);
    expect(await stored('finish:0')).toMatchObject({ state: 'done', finished_at: expect.any(Date) as unknown });
    expect(await stored('finish:0')).not.toHaveProperty('due_at');
    expect(await finish(['finish:0'])).toBe(false);
    expect(await batches.start('finish:0', MINUTE_MS)).toBeUndefined();
    expect(await batches.findNextStart('finish:0')).toBeUndefined();
    expect(await batches.findPending(['finish:0'])).toEqual(new Map());

    await batches.start('finish:1', MINUTE_MS);
    await transactions.run((transaction) => batches.cancel('finish', transaction));
    expect(await finish(['finish:1'], true)).toBe(false);
    expect(await finish(['finish:1'])).toBe(true);
  });

  it('of a cancelled delivery end where no worker has them, and are marked where one has', async () => {
    await insertBatches([batchOf('cancel', 0), batchOf('cancel', 1), batchOf('cancel', 2, { contacts: 7 })]);
    await insertBatches([batchOf('not-cancelled', 0)]);
    await batches.insertReceived(batchOf('cancel', 3));
    await batches.start('cancel:0', MINUTE_MS);
    const contactsOfThese = await byIndex(4, () =>
      transactions.run((transaction) => batches.cancel('cancel', transaction)),
    );
    expect(contactsOfThese).toBe(17);
    const states = await Promise.all([0, 1, 2, 3].map((number) => stored(`cancel:${number}`)));
    expect(states.map((batch) => [batch?.state, batch?.cancelled])).toEqual([
      ['pending', true],
      ['cancelled', undefined],
      ['cancelled', undefined],
      ['cancelled', undefined],
    ]);
    expect(await batches.extendLease('cancel:0', -1)).toEqual({ isCancelled: true });
    expect(await batches.start('cancel:0', MINUTE_MS)).toMatchObject({ isCancelled: true });
    expect(await stored('not-cancelled:0')).toMatchObject({ state: 'pending' });
    expect(await transactions.run((transaction) => batches.cancel('cancel', transaction))).toBe(0);
  });

  it('of a list wait until they are planned, end by themselves, and can be removed', async () => {
    for (const number of [2, 0, 1])
      await batches.insertReceived(batchOf('list', number, { range: null, visitors: [] }));
    expect(await batches.start('list:0', MINUTE_MS)).toBeUndefined();
    expect(await stored('list:0')).toMatchObject({ state: 'received', finished_at: expect.any(Date) as unknown });
    const found = await byIndex(2, () => batches.findReceived('list', 1, 2));
    expect(found.map(({ number }) => number)).toEqual([1, 2]);
    const released = found.map((batch) => ({ ...batch, contacts: 3 }));
    await byIndex(2, () => transactions.run((transaction) => batches.release(released, new Date(), transaction)));
    expect(await stored('list:1')).toMatchObject({ state: 'pending', contacts: 3 });
    expect(await stored('list:1')).not.toHaveProperty('finished_at');
    await byIndex(3, () => batches.removeReceived('list'));
    expect(await stored('list:0')).toBeUndefined();
    expect(await stored('list:1')).toMatchObject({ state: 'pending' });
  });

  it('that are overdue are found by lane, and left alone for a while after', async () => {
    const overdue = new Date(Date.now() - 10 * MINUTE_MS);
    await insertBatches([batchOf('overdue', 0), batchOf('overdue', 1, { lane: 'visitor' })], overdue);
    const before = new Date(Date.now() - 5 * MINUTE_MS);
    expect(await byIndex(2, () => batches.findDueBefore(before, 'visitor', 10))).toEqual([
      { id: 'overdue:1', turn: 101, lane: 'visitor' },
    ]);
    expect((await batches.findDueBefore(before, 'broadcast', 10)).map(({ id }) => id)).toEqual(['overdue:0']);
    await byIndex(2, () => batches.touch(['overdue:0', 'overdue:1']));
    expect(await batches.findDueBefore(before, 'broadcast', 10)).toEqual([]);
  });
});

describe('deliveries', () => {
  const messageOf = new Map<string, string>();

  async function insert(id: string, more: Partial<NewDelivery> = {}): Promise<string> {
    const messageId = more.messageId ?? randomUUID();
    messageOf.set(id, messageId);
    const delivery = {
      id,
      messageId,
      domain: 'd',
      kind: 'domain',
      state: 'planning',
      replacementIsMandatory: false,
      planned: 0,
      batches: 0,
      expiresAt: null,
      dueAt: new Date(),
      ...more,
    } as const;
    await transactions.run((transaction) => deliveries.insert(delivery, transaction));
    return messageId;
  }

  function settle(id: string, delivered: number, notDelivered: number, planned = 0): Promise<void> {
    return byIndex(1, () =>
      transactions.run((transaction) => deliveries.settle(id, { planned, delivered, notDelivered }, transaction)),
    );
  }

  it('have no turn before their planning, and know the latest that one was given', async () => {
    await insert('turn-1');
    const delivery = await deliveries.findPlanning('turn-1');
    if (delivery === undefined) throw new Error('not found');
    expect(delivery.firstTurn).toBeUndefined();
    const step = { plannedUpTo: 'm', addedBatches: 1, addedContacts: 1 };
    const begin = (firstTurn: number): Promise<boolean> =>
      transactions.run((transaction) => deliveries.advance({ ...delivery, firstTurn }, step, transaction));
    expect([await begin(40), await begin(50)]).toEqual([true, false]);
    expect(await deliveries.findPlanning('turn-1')).toMatchObject({ firstTurn: 40 });
    expect(await byIndex(1, () => deliveries.findLatestFirstTurn())).toBe(40);

    await insert('turn-older', { batches: 3 });
    expect(await deliveries.findPlanning('turn-older')).toMatchObject({ batches: 3, firstTurn: 0 });
    expect(await byIndex(1, () => deliveries.findLatestFirstTurn())).toBe(40);
  });

  it('are planned step by step, by one worker at a time', async () => {
    await insert('plan');
    const delivery = await byIndex(1, () => deliveries.findPlanning('plan'));
    if (delivery === undefined) throw new Error('not found');
    const step = { plannedUpTo: 'm', addedBatches: 2, addedContacts: 15 };
    const advance = (): Promise<boolean> =>
      transactions.run((transaction) => deliveries.advance({ ...delivery, firstTurn: 7 }, step, transaction));
    expect([await byIndex(1, advance), await advance()]).toEqual([true, false]);
    expect(await deliveries.findPlanning('plan')).toMatchObject({ plannedUpTo: 'm', batches: 2, firstTurn: 7 });
    await byIndex(1, () => deliveries.finishPlanning('plan'));
    expect(await deliveries.findPlanning('plan')).toBeUndefined();
    await settle('plan', 10, 0);
    expect(await deliveries.sumOfMessage(messageOf.get('plan') ?? '')).toMatchObject({
      states: ['sending'],
      finishedAt: null,
    });
    await settle('plan', 2, 3);
    expect(await deliveries.sumOfMessage(messageOf.get('plan') ?? '')).toMatchObject({
      states: ['done'],
      planned: 15,
      delivered: 12,
      notDelivered: 3,
      finishedAt: expect.any(Date) as unknown,
    });
  });

  it('that are settled before they are planned to the end are done when they are', async () => {
    const messageId = await insert('early', { planned: 5 });
    await settle('early', 4, 0, -1);
    expect(await deliveries.sumOfMessage(messageId)).toMatchObject({
      states: ['planning'],
      planned: 4,
      finishedAt: null,
    });
    await deliveries.finishPlanning('early');
    expect(await deliveries.sumOfMessage(messageId)).toMatchObject({
      states: ['done'],
      finishedAt: expect.any(Date) as unknown,
    });
  });

  it('of one message are summed up', async () => {
    const messageId = await insert('sum-1', { state: 'done', planned: 0 });
    await insert('sum-2', { state: 'sending', planned: 4, messageId });
    await settle('sum-2', 1, 1);
    const sum = await byIndex(2, () => deliveries.sumOfMessage(messageId));
    expect(sum).toMatchObject({ planned: 4, delivered: 1, notDelivered: 1, finishedAt: null });
    expect(sum?.states.toSorted()).toEqual(['done', 'sending']);
    expect(await deliveries.sumOfMessage(randomUUID())).toBeUndefined();
  });

  it('are cancelled once, and not when they are done', async () => {
    const messageId = await insert('cancelled', { state: 'sending', planned: 10 });
    await insert('is-done', { state: 'done', messageId });
    expect(await byIndex(2, () => deliveries.findUnended(messageId))).toEqual(['cancelled']);
    const cancel = (id: string, count: number): Promise<void> =>
      transactions.run((transaction) => deliveries.cancel(id, count, transaction));
    await byIndex(1, () => cancel('cancelled', 6));
    await cancel('is-done', 0);
    await cancel('cancelled', 6);
    expect(await deliveries.sumOfMessage(messageId)).toMatchObject({ planned: 4, finishedAt: null });
    await settle('cancelled', 3, 1);
    const sum = await deliveries.sumOfMessage(messageId);
    expect(sum?.states.toSorted()).toEqual(['cancelled', 'done']);
    expect(sum?.finishedAt).toBeInstanceOf(Date);
    expect(await deliveries.findUnended(messageId)).toEqual([]);
  });

  it('whose planning is overdue are found', async () => {
    await insert('overdue', { dueAt: new Date(Date.now() - 10 * MINUTE_MS) });
    expect(await byIndex(1, () => deliveries.findDueBefore(new Date(Date.now() - 5 * MINUTE_MS), 10))).toEqual([
      'overdue',
    ]);
  });
});

describe('brakes', () => {
  it('are raised and never lowered, and found while they hold', async () => {
    const now = Date.now();
    const at = (minutes: number): Date => new Date(now + minutes * MINUTE_MS);
    await byIndex(1, () => brakes.raise('a', at(2)));
    await brakes.raise('a', at(1));
    await brakes.raise('b', at(-1));
    expect(await byIndex(1, () => brakes.findAfter(new Date(now)))).toEqual(new Map([['a', at(2)]]));
    await Promise.all([3, 5, 4].map((minutes) => brakes.raise('c', at(minutes))));
    expect((await brakes.findAfter(new Date(now))).get('c')).toEqual(at(5));
  });
});

describe('outcomes', () => {
  const context = { deliveryId: 'delivery', domain: 'd', messageId: randomUUID() };
  const outcome = (contactId: string, type: SendEvent['type']): SendEvent => ({
    contactId,
    deviceToken: `token of ${contactId}`,
    date: new Date(1_000),
    type,
    subType: 0,
    errorMessage: null,
  });

  it('are not taken for written when MongoDB refuses some for another reason than that they are there', async () => {
    const collMod = { collMod: 'webPushEvent', validator: { push_contact_id: { $ne: 'refused' } } };
    await events.insertNew({ ...context, deliveryId: 'delivery3' }, [outcome('there', 0)]);
    await connection.db?.command(collMod);
    const some = ['there', 'refused', 'new'].map((id) => outcome(id, 0));
    await expect(events.insertNew({ ...context, deliveryId: 'delivery3' }, some)).rejects.toThrow(/validation/);
    await connection.db?.command({ ...collMod, validator: {} });
    const found = await events.findOf('delivery3', ['there', 'refused', 'new']);
    expect(found.map(({ contactId }) => contactId).sort()).toEqual(['new', 'there']);
  });

  it('are written once, and found by contact and by range of their delivery alone', async () => {
    await events.insertNew(
      context,
      ['a', 'b', 'c'].map((id) => outcome(id, 0)),
    );
    await events.insertNew(
      context,
      ['c', 'd'].map((id) => outcome(id, 4)),
    );
    await events.insertNew({ ...context, deliveryId: 'delivery2' }, [outcome('a', 4)]);
    const found = await byIndex(3, () => events.findOf('delivery', ['a', 'c', 'x']));
    expect(found.sort((one, other) => one.contactId.localeCompare(other.contactId))).toEqual([
      outcome('a', 0),
      outcome('c', 0),
    ]);
    const inRange = await byIndex(3, () => events.findInRange('delivery', 'a', 'd'));
    expect(inRange.map(({ contactId, type }) => [contactId, type])).toEqual([
      ['b', 0],
      ['c', 0],
      ['d', 4],
    ]);
  });
});

describe('contacts of visitors', () => {
  it('are found by index alone, pruned ones only by their ids', async () => {
    const guids = ['other-1', 'other-2', 'other-3', 'nobody'];
    expect((await byIndex(2, () => contacts.findByVisitors('d', guids))).map(({ id }) => id).sort()).toEqual([
      'other-1',
      'other-3',
    ]);
    expect(await byIndex(2, () => contacts.countByVisitors('d', guids))).toBe(2);
    expect(await contacts.countByVisitors('other', guids)).toBe(0);
    expect((await byIndex(3, () => contacts.findIdsOfVisitors('d', guids))).sort()).toEqual([
      'other-1',
      'other-2',
      'other-3',
    ]);
    expect(await byIndex(2, () => contacts.findDomains(['other-1', 'other-2', 'x']))).toEqual(
      new Map([
        ['other-1', 'd'],
        ['other-2', 'd'],
      ]),
    );
  });

  it('are pruned by index, and their subscription changes by index', async () => {
    await byIndex(1, () => contacts.prune([{ id: 'other-5', deviceToken: 'other-5', as: { endpoint: null } }]));
    const subscription = { endpoint: 'https://x', p256dh: 'p', auth: 'a' };
    expect(await contacts.updateActive('other-5', { subscription })).toBeUndefined();
    expect(await byIndex(1, () => contacts.updateActive('other-7', { subscription }))).toMatchObject({ id: 'other-7' });
    expect(await contacts.findByIds('d', ['other-7'])).toEqual([expect.objectContaining({ subscription })]);
  });
});
