import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { CombinedWrites, UnmatchedWriteError } from '../../src/core/mongo/combined-writes.js';
import { Transactions } from '../../src/core/mongo/transactions.js';
import { BatchesRepository } from '../../src/deliveries/ledger/batches.repository.js';
import { type Batch, type LeasedBatch, UNTRIED } from '../../src/deliveries/ledger/batch.js';
import { DELIVERY_BATCH, deliveryBatchSchema } from '../../src/deliveries/ledger/batches.schema.js';
import { DeliveriesReader } from '../../src/deliveries/ledger/deliveries.reader.js';
import { DeliveriesRepository, type NewDelivery } from '../../src/deliveries/ledger/deliveries.repository.js';
import { DELIVERY, deliverySchema } from '../../src/deliveries/ledger/deliveries.schema.js';
import { adaptThrottle } from '../../src/deliveries/send/throttling/rate-control.js';
import { ThrottleRepository } from '../../src/deliveries/send/throttling/throttle.repository.js';
import { THROTTLE, throttleSchema } from '../../src/deliveries/send/throttling/throttle.schema.js';
import { type SendEvent, SendEventsRepository } from '../../src/events/send-events.repository.js';
import { WEB_PUSH_EVENT, webPushEventSchema } from '../../src/events/events.schema.js';
import { ContactPruner } from '../../src/push-contacts/contact-pruner.js';
import { PushContactsRepository } from '../../src/push-contacts/push-contacts.repository.js';
import { RecipientsReader } from '../../src/push-contacts/recipients.reader.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { profiled } from '../support/profiled.js';
import { countContacts } from '../support/contact-counting.js';
import { testEnvironment } from '../support/test-environment.js';

const { UUID } = mongoose.mongo;
const OTHERS = 2_000;
const MINUTE_MS = 60_000;
const OWNER = 'process 1';

let connection: Connection;
let transactions: Transactions;
let batches: BatchesRepository;
let deliveries: DeliveriesRepository;
let reader: DeliveriesReader;
let throttles: ThrottleRepository;
let events: SendEventsRepository;
let contacts: PushContactsRepository;
let recipients: RecipientsReader;
let pruner: ContactPruner;

beforeAll(async () => {
  const options = { dbName: `it-${randomUUID()}`, autoIndex: false, autoCreate: false };
  connection = await mongoose.createConnection(testEnvironment('TEST_MONGODB_URI'), options).asPromise();
  const contactModel = connection.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config));
  batches = new BatchesRepository(connection.model(DELIVERY_BATCH, deliveryBatchSchema) as never);
  deliveries = new DeliveriesRepository(connection.model(DELIVERY, deliverySchema) as never);
  reader = new DeliveriesReader(connection.model(DELIVERY) as never);
  throttles = new ThrottleRepository(connection.model(THROTTLE, throttleSchema) as never);
  events = new SendEventsRepository(connection.model(WEB_PUSH_EVENT, webPushEventSchema) as never);
  contacts = new PushContactsRepository(contactModel as never, new IndexedTokens());
  recipients = new RecipientsReader(contactModel as never, new IndexedTokens());
  pruner = new ContactPruner(contactModel as never, countContacts(connection).newCounter());
  await createIndexes(connection);
  transactions = new Transactions(connection);
  await addOthers();
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

/** Documents that no query may examine. */
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

/**
 * Runs `work` and checks that its queries use indexes and examine at most `maxDocsExamined` documents each.
 */
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
    startTag: number + 100,
    lane: 'broadcast',
    range: { afterId: '', upToId: 'z' },
    visitors: null,
    contactIds: null,
    contacts: 10,
    expiresAt: null,
    ...UNTRIED,
    ...more,
  };
}

async function insertBatches(inserted: readonly Batch[], dueAt = new Date(Date.now() - 1)): Promise<void> {
  await transactions.run((transaction) => batches.insert(inserted, dueAt, transaction));
}

/** The batch as the worker that started it for the `number`th time names it. */
function leased(id: string, number = 1): LeasedBatch {
  return { id, lease: { owner: OWNER, number } };
}

async function stored(id: string): Promise<Record<string, unknown> | undefined> {
  return (await connection.collection('deliveryBatches').findOne({ _id: id as never })) ?? undefined;
}

describe('batches', () => {
  it('are read as they were stored, including visitors and their values', async () => {
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
    expect(await byIndex(1, () => batches.start(batch.id, OWNER, MINUTE_MS))).toEqual({
      ...batch,
      isRestarted: false,
      isCancelled: false,
      lease: { owner: OWNER, number: 1 },
    });
  });

  it('are leased to one worker at a time, until the lease ends', async () => {
    await insertBatches([batchOf('lease', 0)]);
    const started = await Promise.all(Array.from({ length: 8 }, () => batches.start('lease:0', OWNER, MINUTE_MS)));
    expect(started.filter((batch) => batch !== undefined)).toHaveLength(1);
    const next = await byIndex(1, () => batches.findNextStart('lease:0'));
    expect(next?.from.getTime()).toBeGreaterThan(Date.now() + MINUTE_MS - 5_000);
    expect(await byIndex(1, () => batches.extendLease(leased('lease:0'), -1))).toEqual({ isCancelled: false });
    expect(await batches.start('lease:0', OWNER, MINUTE_MS)).toMatchObject({ id: 'lease:0', isRestarted: true });
  });

  it('are not started before they are due', async () => {
    const dueAt = new Date(Date.now() + MINUTE_MS);
    await insertBatches([batchOf('due', 0)], dueAt);
    expect(await batches.start('due:0', OWNER, MINUTE_MS)).toBeUndefined();
    expect(await batches.findNextStart('due:0')).toEqual({
      id: 'due:0',
      startTag: 100,
      lane: 'broadcast',
      from: dueAt,
    });
    expect(await batches.findNextStart('unknown')).toBeUndefined();
  });

  it('are found to be startable when they became due, or free, only after they could not be started', async () => {
    const dueAt = new Date(Date.now() - 1);
    await insertBatches([batchOf('due-now', 0)], dueAt);
    expect(await batches.findNextStart('due-now:0')).toMatchObject({ from: dueAt });
  });

  it('are postponed with their attempt, and can be started again', async () => {
    await insertBatches([batchOf('postpone', 0)]);
    await batches.start('postpone:0', OWNER, MINUTE_MS);
    const waitingFor = [{ service: 'PushApi', status: null, code: 'ECONNREFUSED', contacts: 2 }];
    const slotAt = new Date(6_000);
    const again = { attempt: 4, giveUpAt: new Date(5_000), lostResponses: 1, throttledBy: 'firebase d', slotAt };
    const postponed = { ...again, dueAt: new Date(Date.now() - 1), waitingFor };
    expect(await byIndex(1, () => batches.postpone(leased('postpone:0'), postponed))).toBe(true);
    expect(await batches.start('postpone:0', OWNER, MINUTE_MS)).toMatchObject({
      ...again,
      waitingFor,
      isRestarted: false,
      lease: { number: 2 },
    });
    await transactions.run((transaction) => batches.cancel('postpone', transaction));
    expect(await batches.postpone(leased('postpone:0', 2), postponed)).toBe(false);
  });

  it('use their number as start tag when an earlier version stored them', async () => {
    await insertBatches([batchOf('older', 3, { lane: 'visitor' })], new Date(Date.now() - 10 * MINUTE_MS));
    await connection.collection('deliveryBatches').updateOne({ _id: 'older:3' as never }, { $unset: { turn: 1 } });
    const before = new Date(Date.now() - 5 * MINUTE_MS);
    expect(await batches.findDueBefore(before, 'visitor', 10)).toMatchObject([{ id: 'older:3', startTag: 3 }]);
    expect(await batches.start('older:3', OWNER, MINUTE_MS)).toMatchObject({ number: 3, startTag: 3 });
    expect(await batches.findNextStart('older:3')).toMatchObject({ startTag: 3 });
    await batches.touch(['older:3']);
  });

  async function finish(done: readonly LeasedBatch[], hasRetries = false): Promise<boolean> {
    const writes = new CombinedWrites();
    batches.finish(
      done.map(({ id, lease }) => ({ id, lease, hasRetries })),
      writes,
    );
    try {
      await transactions.run((transaction) => writes.run(transaction));
      return true;
    } catch (error) {
      if (error instanceof UnmatchedWriteError) return false;
      throw error;
    }
  }

  it('step from pending to done once', async () => {
    await insertBatches([batchOf('finish', 0), batchOf('finish', 1)]);
    for (const id of ['finish:0', 'finish:1']) await batches.start(id, OWNER, MINUTE_MS);
    const [first, second] = [leased('finish:0'), leased('finish:1')];
    expect(await byIndex(2, () => batches.findHeld([first, second, leased('unknown')]))).toEqual(
      new Map([
        ['finish:0', { isCancelled: false }],
        ['finish:1', { isCancelled: false }],
      ]),
    );
    expect(await byIndex(2, () => finish([first]))).toBe(true);
    expect(await stored('finish:0')).toMatchObject({ state: 'done', finished_at: expect.any(Date) as unknown });
    expect(await stored('finish:0')).not.toHaveProperty('due_at');
    expect(await finish([first])).toBe(false);
    expect(await batches.start('finish:0', OWNER, MINUTE_MS)).toBeUndefined();
    expect(await batches.findNextStart('finish:0')).toBeUndefined();
    expect(await batches.findHeld([first])).toEqual(new Map());

    await transactions.run((transaction) => batches.cancel('finish', transaction));
    expect(await finish([second], true)).toBe(false);
    expect(await finish([second])).toBe(true);
  });

  it('that another worker has started since can be neither extended, postponed nor finished', async () => {
    await insertBatches([batchOf('fenced', 0)]);
    await batches.start('fenced:0', OWNER, -1);
    // The lease is over, but nobody else has begun.
    expect(await batches.extendLease(leased('fenced:0'), -1)).toEqual({ isCancelled: false });
    const other = await batches.start('fenced:0', 'process 2', MINUTE_MS);
    expect(other?.lease).toEqual({ owner: 'process 2', number: 2 });
    const before = await stored('fenced:0');

    const late = leased('fenced:0');
    const postponed = { ...UNTRIED, dueAt: new Date(), attempt: 1 };
    expect(await batches.extendLease(late, MINUTE_MS)).toBeUndefined();
    expect(await batches.postpone(late, postponed)).toBe(false);
    expect(await batches.findHeld([late])).toEqual(new Map());
    expect(await finish([late])).toBe(false);
    expect(await stored('fenced:0')).toEqual(before);
    expect(await finish([leased('fenced:0', 2)])).toBe(true);
  });

  it('of an older version, which was started without a fencing token, get one at their next start', async () => {
    await insertBatches([batchOf('unfenced', 0)]);
    const older = { $set: { starts: 1, lease_until: new Date(0) }, $unset: { lost_responses: 1 } };
    await connection.collection('deliveryBatches').updateOne({ _id: 'unfenced:0' as never }, older);
    expect(await batches.start('unfenced:0', OWNER, MINUTE_MS)).toMatchObject({
      isRestarted: true,
      lostResponses: 0,
      lease: { number: 1 },
    });
  });

  it('are cancelled at once when no worker has them, and marked when one has', async () => {
    await insertBatches([batchOf('cancel', 0), batchOf('cancel', 1), batchOf('cancel', 2, { contacts: 7 })]);
    await insertBatches([batchOf('not-cancelled', 0)]);
    await batches.insertReceived(batchOf('cancel', 3));
    await batches.start('cancel:0', OWNER, MINUTE_MS);
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
    expect(await batches.extendLease(leased('cancel:0'), -1)).toEqual({ isCancelled: true });
    expect(await batches.start('cancel:0', OWNER, MINUTE_MS)).toMatchObject({ isCancelled: true });
    expect(await stored('not-cancelled:0')).toMatchObject({ state: 'pending' });
    expect(await transactions.run((transaction) => batches.cancel('cancel', transaction))).toBe(0);
  });

  it('stay received until their list is planned, and can be removed', async () => {
    for (const number of [2, 0, 1])
      await batches.insertReceived(batchOf('list', number, { range: null, visitors: [] }));
    expect(await batches.start('list:0', OWNER, MINUTE_MS)).toBeUndefined();
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

  it('are found by lane when overdue, and not again right after', async () => {
    const overdue = new Date(Date.now() - 10 * MINUTE_MS);
    await insertBatches([batchOf('overdue', 0), batchOf('overdue', 1, { lane: 'visitor' })], overdue);
    const before = new Date(Date.now() - 5 * MINUTE_MS);
    expect(await byIndex(2, () => batches.findDueBefore(before, 'visitor', 10))).toEqual([
      { id: 'overdue:1', startTag: 101, lane: 'visitor' },
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
    await transactions.run((_, writes) => {
      deliveries.insert(delivery, writes);
    });
    return messageId;
  }

  function settle(id: string, delivered: number, notDelivered: number, planned = 0): Promise<void> {
    const writes = new CombinedWrites();
    deliveries.settle(id, { planned, delivered, notDelivered, wrongKey: 0 }, writes);
    return byIndex(1, () => transactions.run((transaction) => writes.run(transaction)));
  }

  it('have no start tag before their planning, and find the latest that was given', async () => {
    await insert('tagged-1');
    const delivery = await deliveries.findPlanning('tagged-1');
    if (delivery === undefined) throw new Error('not found');
    expect(delivery.firstStartTag).toBeUndefined();
    const step = { plannedUpTo: 'm', addedBatches: 1, addedContacts: 1 };
    const begin = (firstStartTag: number): Promise<boolean> =>
      transactions.run((transaction) => deliveries.advance({ ...delivery, firstStartTag }, step, transaction));
    expect([await begin(40), await begin(50)]).toEqual([true, false]);
    expect(await deliveries.findPlanning('tagged-1')).toMatchObject({ firstStartTag: 40 });
    expect(await byIndex(1, () => deliveries.findLatestStartTag())).toBe(40);

    await insert('tagged-older', { batches: 3 });
    expect(await deliveries.findPlanning('tagged-older')).toMatchObject({ batches: 3, firstStartTag: 0 });
    expect(await byIndex(1, () => deliveries.findLatestStartTag())).toBe(40);
  });

  it('are planned step by step, by one worker at a time', async () => {
    await insert('plan');
    const delivery = await byIndex(1, () => deliveries.findPlanning('plan'));
    if (delivery === undefined) throw new Error('not found');
    const step = { plannedUpTo: 'm', addedBatches: 2, addedContacts: 15 };
    const advance = (): Promise<boolean> =>
      transactions.run((transaction) => deliveries.advance({ ...delivery, firstStartTag: 7 }, step, transaction));
    expect([await byIndex(1, advance), await advance()]).toEqual([true, false]);
    expect(await deliveries.findPlanning('plan')).toMatchObject({ plannedUpTo: 'm', batches: 2, firstStartTag: 7 });
    await byIndex(1, () => deliveries.finishPlanning('plan'));
    expect(await deliveries.findPlanning('plan')).toBeUndefined();
    await settle('plan', 10, 0);
    expect(await reader.sumOfMessage(messageOf.get('plan') ?? '')).toMatchObject({
      states: ['sending'],
      finishedAt: null,
    });
    await settle('plan', 2, 3);
    expect(await reader.sumOfMessage(messageOf.get('plan') ?? '')).toMatchObject({
      states: ['done'],
      planned: 15,
      delivered: 12,
      notDelivered: 3,
      finishedAt: expect.any(Date) as unknown,
    });
  });

  it('are done at the end of planning when every batch has settled before', async () => {
    const messageId = await insert('early', { planned: 5 });
    await settle('early', 4, 0, -1);
    expect(await reader.sumOfMessage(messageId)).toMatchObject({
      states: ['planning'],
      planned: 4,
      finishedAt: null,
    });
    await deliveries.finishPlanning('early');
    expect(await reader.sumOfMessage(messageId)).toMatchObject({
      states: ['done'],
      finishedAt: expect.any(Date) as unknown,
    });
  });

  it('are summed up by message', async () => {
    const messageId = await insert('sum-1', { state: 'done', planned: 0 });
    await insert('sum-2', { state: 'sending', planned: 4, messageId });
    await settle('sum-2', 1, 1);
    const sum = await byIndex(2, () => reader.sumOfMessage(messageId));
    expect(sum).toMatchObject({ planned: 4, delivered: 1, notDelivered: 1, finishedAt: null });
    expect(sum?.states.toSorted()).toEqual(['done', 'sending']);
    expect(await reader.sumOfMessage(randomUUID())).toBeUndefined();
  });

  it('are cancelled once, and not after they are done', async () => {
    const messageId = await insert('cancelled', { state: 'sending', planned: 10 });
    await insert('is-done', { state: 'done', messageId });
    expect(await byIndex(2, () => reader.findUnended(messageId))).toEqual(['cancelled']);
    const cancel = (id: string, count: number): Promise<void> =>
      transactions.run((transaction) => deliveries.cancel(id, count, transaction));
    await byIndex(1, () => cancel('cancelled', 6));
    await cancel('is-done', 0);
    await cancel('cancelled', 6);
    expect(await reader.sumOfMessage(messageId)).toMatchObject({ planned: 4, finishedAt: null });
    await settle('cancelled', 3, 1);
    const sum = await reader.sumOfMessage(messageId);
    expect(sum?.states.toSorted()).toEqual(['cancelled', 'done']);
    expect(sum?.finishedAt).toBeInstanceOf(Date);
    expect(await reader.findUnended(messageId)).toEqual([]);
  });

  it('are found by domain until they have ended, from the index alone', async () => {
    for (const [id, more] of [
      ['unended-1', {}],
      ['unended-2', { state: 'done' }],
      ['unended-3', { state: 'sending', kind: 'visitor' }],
      ['unended-4', { dueAt: new Date(Date.now() + MINUTE_MS) }],
      ['unended-5', { domain: 'UNENDED.example.com' }],
      ['unended-6', { state: 'sending' }],
    ] satisfies [string, Partial<NewDelivery>][]) {
      await insert(id, { domain: 'unended.example.com', ...more });
    }
    await transactions.run((transaction) => deliveries.cancel('unended-6', 0, transaction));
    const find = (after: string, upTo: string, limit: number): Promise<string[]> =>
      byIndex(0, () => reader.findUnendedOfDomain('unended.example.com', { after, upTo }, limit));
    expect(await byIndex(0, () => reader.findLastUnendedOfDomain('unended.example.com'))).toBe('unended-4');
    expect(await find('', 'unended-4', 10)).toEqual(['unended-1', 'unended-3', 'unended-4']);
    expect(await find('', 'unended-4', 2)).toEqual(['unended-1', 'unended-3']);
    expect(await find('unended-1', 'unended-3', 10)).toEqual(['unended-3']);
    expect(await byIndex(0, () => reader.findLastUnendedOfDomain('nobody.example.com'))).toBeUndefined();
  });

  it('are found when their planning is overdue', async () => {
    await insert('overdue', { dueAt: new Date(Date.now() - 10 * MINUTE_MS) });
    expect(await byIndex(1, () => reader.findDueBefore(new Date(Date.now() - 5 * MINUTE_MS), 10))).toEqual(['overdue']);
  });
});

it('indexes of an earlier version hinder no start, and are not needed', async () => {
  const earlier: Record<string, 1>[] = [{ message_id: 1 }, { domain: 1, kind: 1, finished_at: 1 }];
  const collection = connection.collection('deliveries');
  await collection.createIndexes(earlier.map((key) => ({ key })));
  await expect(createIndexes(connection)).resolves.toBeUndefined();
  for (const keys of earlier) await collection.dropIndex(keys as never);
  const names = Object.keys(await collection.indexInformation());
  expect(names).toEqual(
    expect.arrayContaining(['message_id_1_state_1_started_at_1', 'domain_1_kind_1_finished_at_1__id_1_started_at_1']),
  );
});

describe('throttles', () => {
  const refused = { accepted: 0, limited: 10, askedMs: 0 };

  it('are changed by one of two workers that have seen the same', async () => {
    const nowMs = Date.now();
    const paused = adaptThrottle(undefined, { ...refused, nowMs });
    if (paused === undefined) throw new Error('Nothing was paused');
    const changes = await Promise.all([1, 2, 3].map(() => throttles.save('raced d', undefined, paused, nowMs)));
    expect(changes.filter(Boolean)).toHaveLength(1);
    const before = await byIndex(1, () => throttles.find('raced d'));
    expect(before).toMatchObject({ version: 1, throttle: paused });
    expect(await byIndex(1, () => throttles.save('raced d', before, { ...paused, untilMs: 1 }, nowMs))).toBe(true);
    expect(await throttles.save('raced d', before, paused, nowMs)).toBe(false);
    expect((await throttles.findAll(nowMs)).get('raced d')?.throttle?.untilMs).toBe(1);
  });

  it('are probed by one process at a time, and by another one when it has not said what it found', async () => {
    const nowMs = Date.now();
    const paused = adaptThrottle(undefined, { ...refused, nowMs });
    if (paused === undefined) throw new Error('Nothing was paused');
    await throttles.save('probed d', undefined, paused, nowMs);
    const claims = await Promise.all([1, 2, 3].map(() => throttles.claimProbe('probed d', nowMs, 1_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await throttles.claimProbe('probed d', nowMs + 1_000, 1_000)).toBe(true);
    const before = await throttles.find('probed d');
    await throttles.save('probed d', before, { ...paused, isProbing: false }, nowMs);
    expect(await throttles.claimProbe('probed d', nowMs + 5_000, 1_000)).toBe(false);
  });

  it('give each place of a rate once, however many workers take them', async () => {
    const nowMs = Date.now();
    const request = { ratePerMinute: 6_000, count: 250, nowMs, horizonMs: 20_000 };
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => throttles.reserve('rate: message shared', request)),
    );
    const inOrder = taken.filter((each) => each.taken > 0).sort((one, other) => one.firstMs - other.firstMs);
    expect(inOrder.map(({ firstMs }) => firstMs - nowMs)).toEqual([
      0, 2_500, 5_000, 7_500, 10_000, 12_500, 15_000, 17_500,
    ]);
    expect(inOrder.map((each) => each.taken)).toEqual(Array.from({ length: 8 }, () => 250));
    expect(await throttles.reserve('rate: message shared', { ...request, nowMs: nowMs + 1_000 })).toEqual({
      firstMs: nowMs + 20_000,
      taken: 100,
    });
  });
});

describe('outcomes', () => {
  const context = { deliveryId: 'delivery', lane: 'broadcast' as const, domain: 'd', messageId: randomUUID() };
  const outcome = (contactId: string, type: SendEvent['type']): SendEvent => ({
    contactId,
    deviceToken: `token of ${contactId}`,
    date: new Date(1_000),
    type,
    subType: 0,
    errorMessage: null,
    descriptor: null,
    pushService: 'firebase',
    reason: type === 0 ? null : 'refused',
  });

  it('are not reported as stored when MongoDB refuses some for another reason than a duplicate', async () => {
    const collMod = { collMod: 'webPushEvent', validator: { push_contact_id: { $ne: 'refused' } } };
    await events.record({ ...context, deliveryId: 'delivery3' }, [outcome('there', 0)]);
    await connection.db?.command(collMod);
    const some = ['there', 'refused', 'new'].map((id) => outcome(id, 0));
    await expect(events.record({ ...context, deliveryId: 'delivery3' }, some)).rejects.toThrow(/validation/);
    await connection.db?.command({ ...collMod, validator: {} });
    const found = await events.findByContacts({ deliveryId: 'delivery3', lane: 'broadcast' }, [
      'there',
      'refused',
      'new',
    ]);
    expect(found.map(({ contactId }) => contactId).sort()).toEqual(['new', 'there']);
  });

  it('are stored once, and found by contact and by range of their delivery only', async () => {
    await events.record(
      context,
      ['a', 'b', 'c'].map((id) => outcome(id, 0)),
    );
    await events.record(
      context,
      ['c', 'd'].map((id) => outcome(id, 4)),
    );
    await events.record({ ...context, deliveryId: 'delivery2' }, [outcome('a', 4)]);
    const found = await byIndex(3, () => events.findByContacts(context, ['a', 'c', 'x']));
    expect(found.sort((one, other) => one.contactId.localeCompare(other.contactId))).toEqual([
      outcome('a', 0),
      outcome('c', 0),
    ]);
    const inRange = await byIndex(3, () => events.findInRange('delivery', { afterId: 'a', upToId: 'd' }));
    expect(inRange.map(({ contactId, type }) => [contactId, type])).toEqual([
      ['b', 0],
      ['c', 0],
      ['d', 4],
    ]);
  });
});

describe('contacts of visitors', () => {
  it('are found by index, pruned ones only by their ids', async () => {
    const guids = ['other-1', 'other-2', 'other-3', 'nobody'];
    expect((await byIndex(2, () => recipients.findByVisitors('d', guids))).map(({ id }) => id).sort()).toEqual([
      'other-1',
      'other-3',
    ]);
    expect(await byIndex(2, () => recipients.countByVisitors('d', guids))).toBe(2);
    expect(await recipients.countByVisitors('other', guids)).toBe(0);
    expect((await byIndex(3, () => recipients.findIdsOfVisitors('d', guids))).sort()).toEqual([
      'other-1',
      'other-2',
      'other-3',
    ]);
    expect(await byIndex(2, () => recipients.findDomains(['other-1', 'other-2', 'x'], ['d']))).toEqual(
      new Map([
        ['other-1', 'd'],
        ['other-2', 'd'],
      ]),
    );
  });

  it('are pruned by index, and change their subscription by index', async () => {
    await byIndex(1, () =>
      pruner.prune('d', [{ id: 'other-5', deviceToken: 'other-5', rejectedAs: { endpoint: null } }]),
    );
    const subscription = { endpoint: 'https://x', p256dh: 'p', auth: 'a' };
    expect(await contacts.updateActive('other-5', { subscription })).toBeUndefined();
    expect(await byIndex(1, () => contacts.updateActive('other-7', { subscription }))).toMatchObject({ id: 'other-7' });
    expect(await recipients.findByIds('d', ['other-7'])).toEqual([expect.objectContaining({ subscription })]);
  });
});
