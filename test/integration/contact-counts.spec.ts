import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { ContactPruner } from '../../src/push-contacts/contact-pruner.js';
import { ContactQueriesRepository } from '../../src/push-contacts/contact-queries.repository.js';
import { ContactQueriesService } from '../../src/push-contacts/contact-queries.service.js';
import { ContactUnsubscriber } from '../../src/push-contacts/contact-unsubscriber.js';
import { GrowthService } from '../../src/push-contacts/counting/growth.service.js';
import type { GrowthDayResponse } from '../../src/push-contacts/counting/growth.dto.js';
import { RecountsService } from '../../src/push-contacts/counting/recounts.service.js';
import { PushContactsRepository } from '../../src/push-contacts/push-contacts.repository.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { ContactWrites, TokenTakenError } from '../../src/push-contacts/registration/contact-writes.js';
import { KnownInstallations } from '../../src/push-contacts/registration/known-installations.js';
import { NewContactsRepository } from '../../src/push-contacts/registration/new-contacts.repository.js';
import { VisitorContacts } from '../../src/push-contacts/visitor-contacts.js';
import { type ContactCounting, countContacts } from '../support/contact-counting.js';
import { openMonitored, plansOf } from '../support/query-plans.js';

const DAY_MS = 86_400_000;
const WITHOUT_DOPPLER = { isEnabled: false } as never;

let connection: Connection;
let counting: ContactCounting;
let queries: ContactQueriesRepository;
let contactQueries: ContactQueriesService;
let writes: ContactWrites;
let pruner: ContactPruner;
let unsubscriber: ContactUnsubscriber;
let visitorContacts: VisitorContacts;
let installations: KnownInstallations;
let recounts: RecountsService;
let growth: GrowthService;

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  const model = connection.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config)) as never;
  counting = countContacts(connection);
  await createIndexes(connection);
  const { newCounter, totals, days, transactions, reader } = counting;
  queries = new ContactQueriesRepository(model, new IndexedTokens());
  contactQueries = new ContactQueriesService(queries, reader);
  writes = newWrites();
  pruner = new ContactPruner(model, newCounter());
  unsubscriber = new ContactUnsubscriber(model, newCounter(), new IndexedTokens());
  visitorContacts = new VisitorContacts(model, newCounter(), new IndexedTokens());
  installations = new KnownInstallations(new PushContactsRepository(model, new IndexedTokens()), newCounter());
  recounts = new RecountsService(queries, totals, days, transactions);
  growth = new GrowthService({ find: () => Promise.resolve(undefined) } as never, contactQueries, reader);
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

/** As another process would have them. */
function newWrites(): ContactWrites {
  const repository = new NewContactsRepository(connection.model(PUSH_CONTACT) as never, new IndexedTokens());
  return new ContactWrites(repository, counting.newCounter(), WITHOUT_DOPPLER);
}

function register(domain: string, deviceToken: string, storedAuth?: string | null, by = writes): Promise<void> {
  return by.addOrRevive({ domain, deviceToken, email: null, visitorGuid: 'g', subscription: null }, storedAuth);
}

const unsubscribe = (...tokens: string[]): Promise<readonly string[]> =>
  unsubscriber.unsubscribe(tokens, () => Promise.resolve());

async function idsOf(...tokens: string[]): Promise<string[]> {
  const found = await connection
    .collection('push-contacts')
    .find({ device_token: { $in: tokens } })
    .toArray();
  return found.map(({ _id }) => String(_id));
}

async function prune(domain: string, ...tokens: string[]): Promise<void> {
  const found = await connection
    .collection('push-contacts')
    .find({ device_token: { $in: tokens } })
    .toArray();
  const rejectedAs = { endpoint: null };
  await pruner.prune(
    domain,
    found.map(({ _id, device_token: token }) => ({ id: String(_id), deviceToken: String(token), rejectedAs })),
  );
}

/** As a program does that does not count. */
async function insertUncounted(domain: string, count: number, more: object = {}): Promise<void> {
  const documents = Array.from({ length: count }, () => {
    const id = randomUUID();
    return { _id: id, domain, device_token: id, email: null, deleted: false, modified: new Date(), ...more };
  });
  await connection.collection('push-contacts').insertMany(documents as never[]);
}

/** The last day of the growth: everything in this test happens within two. */
async function changesOf(domain: string): Promise<Record<string, number>> {
  const { items } = await growth.find(domain, { from: new Date(Date.now() - DAY_MS) });
  const sum = (name: keyof Omit<GrowthDayResponse, 'date'>): number =>
    items.reduce((total, item) => total + (item[name] ?? 0), 0);
  const [registered, returned, pruned] = [sum('registered'), sum('returned'), sum('pruned')];
  const [unsubscribed, erased, corrected] = [sum('unsubscribed'), sum('erased'), sum('corrected')];
  const active = items.at(-1)?.active ?? Number.NaN;
  return { registered, returned, pruned, unsubscribed, erased, corrected, active };
}

/** Counters and contacts agree. */
async function expectExact(domain: string): Promise<void> {
  expect((await counting.reader.findTotals([domain])).get(domain)).toEqual(await queries.countIn(domain));
}

describe('each change of a contact is counted with it', () => {
  const domain = 'each.example';

  beforeAll(async () => {
    await recounts.count(domain);
  });

  afterEach(() => expectExact(domain));

  it('a registration, once for several of one token', async () => {
    const outcomes = await Promise.allSettled([
      register(domain, 'a'),
      register(domain, 'b'),
      register(domain, 'a'),
      register(domain, 'c'),
      register(domain, 'd'),
      register('other.example', 'b'),
    ]);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true, false]);
    expect(outcomes[2]).toMatchObject({ reason: expect.any(TokenTakenError) as unknown });
    await expect(register(domain, 'a')).rejects.toThrow(TokenTakenError);
    expect(await changesOf(domain)).toMatchObject({ registered: 4, active: 4 });
  });

  it('a pruned contact, once', async () => {
    await Promise.all([prune(domain, 'a', 'b'), prune(domain, 'a', 'b')]);
    await prune('other.example', 'c');
    expect(await changesOf(domain)).toMatchObject({ registered: 4, pruned: 2, active: 2 });
  });

  it('a visitor who leaves, once', async () => {
    await Promise.all([unsubscribe('c', 'a', 'unknown'), unsubscribe('c')]);
    await unsubscribe('c');
    expect(await changesOf(domain)).toMatchObject({ pruned: 2, unsubscribed: 1, active: 1 });
  });

  it('one who returns after that, to the domain or to another', async () => {
    await recounts.count('new.example');
    const [id] = await idsOf('a');
    await Promise.all([register(domain, 'a'), register(domain, 'c'), register('new.example', 'b')]);
    expect(await changesOf(domain)).toMatchObject({ registered: 4, returned: 2, active: 3 });
    expect(await changesOf('new.example')).toMatchObject({ registered: 1, returned: 0, active: 1 });
    expect(await idsOf('a')).toEqual([id]);
    await expectExact('new.example');
    await unsubscribe('b');
    await register(domain, 'b');
    await expectExact('new.example');
  });

  it('erased ones, where they were active', async () => {
    await unsubscribe('a');
    const ids = await idsOf('a', 'c', 'd');
    expect(await Promise.all([visitorContacts.erase(ids), visitorContacts.erase(ids)])).toContain(3);
    expect(await visitorContacts.erase(ids)).toBe(0);
    expect(await changesOf(domain)).toMatchObject({ unsubscribed: 2, erased: 2, active: 1 });
  });

  it('contacts that are replaced by one of the same installation', async () => {
    const fid = 'cXyz0123456789abcdefgh';
    for (const token of [fid, `${fid}:one`, `${fid}:two`]) await register(domain, token);
    const before = await changesOf(domain);
    const given = { domain, deviceToken: fid, email: null, visitorGuid: null, subscription: null };
    expect(await installations.hasContact(given, `${fid}:one`)).toBe(true);
    const after = await changesOf(domain);
    expect([after.pruned, after.active]).toEqual([Number(before.pruned) + 2, Number(before.active) - 2]);
  });

  it('nothing of a contact whose subscription has another auth', async () => {
    await insertUncounted('auth.example', 1, { device_token: 'kept', deleted: true, subscription: { auth: 'x' } });
    await expect(register('auth.example', 'kept', 'y')).rejects.toThrow(TokenTakenError);
    await expect(register('auth.example', 'kept', null)).rejects.toThrow(TokenTakenError);
    await expect(register('auth.example', 'unknown', 'y')).rejects.toThrow(TokenTakenError);
    await register('auth.example', 'kept', 'x');
    await register('auth.example', 'added', null);
    expect(await queries.countIn('auth.example')).toMatchObject({ active: 2, deleted: 0 });
  });
});

it('a contact that another transaction holds, as of a process that was killed, holds up no other', async () => {
  const domain = 'held.example';
  await recounts.count(domain);
  const tokens = Array.from({ length: 20 }, (_, index) => `held-${index}`);
  const held = { _id: randomUUID(), domain, device_token: 'held-7', deleted: false };
  await connection.getClient().withSession(async (session) => {
    session.startTransaction();
    await connection.collection('push-contacts').insertOne(held as never, { session });
    const outcomes = await Promise.allSettled(tokens.map((token) => register(domain, token)));
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7]);
    expect(outcomes[7]).toMatchObject({ reason: { code: 'database_unavailable', context: { retryAfterSeconds: 60 } } });
    await session.abortTransaction();
  });
  await register(domain, 'held-7');
  expect(await changesOf(domain)).toMatchObject({ registered: 20, active: 20 });
  await expectExact(domain);
});

describe('counting contacts again', () => {
  it('is exact while contacts come and go, by several processes and several counts at once', async () => {
    const domain = 'busy.example';
    await insertUncounted(domain, 2_000);
    await insertUncounted(domain, 300, { deleted: true });
    await insertUncounted(domain, 200, { deleted: true, unsubscribed_at: new Date() });
    const processes = [newWrites(), newWrites(), newWrites()];
    let isOver = false;
    const traffic = processes.map(async (by, process) => {
      for (let round = 0; !isOver; round += 1) {
        const tokens = Array.from({ length: 10 }, (_, index) => `busy-${process}-${round}-${index}`);
        await Promise.all(tokens.map((token) => register(domain, token, undefined, by)));
        await Promise.all([prune(domain, ...tokens.slice(0, 3)), unsubscribe(...tokens.slice(3, 6))]);
        await Promise.all([register(domain, tokens[0] ?? '', undefined, by), prune(domain, tokens[9] ?? '')]);
        await visitorContacts.erase(await idsOf(tokens[7] ?? '', tokens[4] ?? ''));
      }
    });
    for (let count = 0; count < 5; count += 1) await Promise.all([recounts.count(domain), recounts.count(domain)]);
    isOver = true;
    await Promise.all(traffic);
    await expectExact(domain);
    expect((await changesOf(domain)).corrected).toBe(0);
    const { active } = await queries.countIn(domain);
    expect((await changesOf(domain)).active).toBe(active);
  });

  it('finds what another program has changed, and says on which day', async () => {
    const domain = 'older.example';
    await insertUncounted(domain, 10);
    await recounts.count(domain);
    expect(await changesOf(domain)).toMatchObject({ corrected: 0, active: 10 });
    await insertUncounted(domain, 4);
    await insertUncounted(domain, 2, { deleted: true });
    await register(domain, 'counted');
    await recounts.count(domain);
    await expectExact(domain);
    expect(await changesOf(domain)).toMatchObject({ registered: 1, corrected: 4, active: 15 });
    await recounts.count(domain);
    expect(await changesOf(domain)).toMatchObject({ corrected: 4, active: 15 });
  });

  it('begins with every domain that has contacts, and comes back to a new one in ten minutes', async () => {
    await insertUncounted('found.example', 3);
    await recounts.countDue();
    await recounts.countDue();
    expect((await counting.reader.findTotals(['found.example'])).get('found.example')?.active).toBe(3);
    const [stored] = await connection
      .collection('contactTotals')
      .find({ _id: 'found.example' } as never)
      .toArray();
    expect((stored?.due_at as Date).getTime() - Date.now()).toBeGreaterThan(500_000);
  });
});

it('counters of a domain without contacts are removed when they are counted again', async () => {
  const names = ['none.example', 'left.example'];
  await counting.totals.ensure(names);
  await register('left.example', 'left-1');
  const findStored = (): Promise<unknown[]> =>
    connection.collection('contactTotals').distinct('_id', { _id: { $in: names } } as never);
  // The first count may be before the first contact is committed.
  for (const name of names) await recounts.count(name);
  expect(await findStored()).toHaveLength(2);
  await connection.collection('push-contacts').deleteMany({ domain: 'left.example' });
  for (const name of names) await recounts.count(name);
  expect(await findStored()).toEqual(['left.example']);
  await register('none.example', 'none-1');
  await recounts.count('none.example');
  await expectExact('none.example');
});

describe('days', () => {
  const domain = 'days.example';
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const dateOf = (daysAgo: number): Date => new Date(today - daysAgo * DAY_MS);
  const nameOf = (daysAgo: number): string => dateOf(daysAgo).toISOString().slice(0, 10);

  beforeAll(async () => {
    await insertUncounted(domain, 100);
    await recounts.count(domain);
    await connection
      .collection('contactTotals')
      .updateOne({ _id: domain } as never, { $set: { counted_since: new Date(dateOf(10).getTime() + 3_600_000) } });
    await connection.collection('contactDays').insertMany([
      { domain, date: dateOf(12), lane: 0, registered: 50, active: 50 },
      { domain, date: dateOf(5), lane: 0, registered: 20, pruned: 5, active: 15, deleted: 5 },
      { domain, date: dateOf(5), lane: 7, registered: 1, unsubscribed: 2, active: -1, deleted: 2, left: 2 },
      { domain, date: dateOf(3), lane: -1, corrected: -4 },
    ]);
  });

  it('are all there since counting began, with who was active at the end of each', async () => {
    const { countedSince, items } = await growth.find(domain, {});
    expect(countedSince).toEqual(new Date(dateOf(10).getTime() + 3_600_000));
    expect(items.map(({ date }) => date)).toEqual(Array.from({ length: 11 }, (_, index) => nameOf(10 - index)));
    expect(items.map(({ active }) => active)).toEqual([90, 90, 90, 90, 90, 104, 104, 100, 100, 100, 100]);
    const none = { registered: 0, returned: 0, pruned: 0, unsubscribed: 0, erased: 0 };
    expect(items[5]).toEqual({ ...none, date: nameOf(5), registered: 21, pruned: 5, unsubscribed: 2, active: 104 });
    expect(items[7]).toEqual({ ...none, date: nameOf(3), active: 100, corrected: -4 });
  });

  it('are those that are asked for, at most 400', async () => {
    const { items } = await growth.find(domain, { from: dateOf(6), to: new Date(dateOf(4).getTime() + 1) });
    expect(items.map(({ date, active }) => [date, active])).toEqual([
      [nameOf(6), 90],
      [nameOf(5), 104],
      [nameOf(4), 104],
    ]);
    expect((await growth.find(domain, { from: dateOf(399) })).items).toHaveLength(11);
    expect((await growth.find(domain, { from: dateOf(-5), to: dateOf(-9) })).items).toEqual([]);
    await expect(growth.find(domain, { from: dateOf(400) })).rejects.toThrow(/from/);
    await expect(growth.find(domain, { from: dateOf(1), to: dateOf(2) })).rejects.toThrow(/from/);
    await expect(growth.find('unknown.example', {})).rejects.toThrow('There is no domain');
    await insertUncounted('uncounted.example', 1);
    expect(await growth.find('uncounted.example', {})).toEqual({ countedSince: null, items: [] });
  });

  it('begin with the oldest that has not expired', async () => {
    const old = 'old.example';
    await insertUncounted(old, 1);
    await recounts.count(old);
    await connection
      .collection('contactTotals')
      .updateOne({ _id: old } as never, { $set: { counted_since: dateOf(1_000) } });
    const { countedSince, items } = await growth.find(old, { from: dateOf(1_100), to: dateOf(790) });
    expect(countedSince).toEqual(dateOf(799));
    expect(items.map(({ date }) => date)).toEqual(Array.from({ length: 10 }, (_, index) => nameOf(799 - index)));
  });

  it('and totals are read by their indexes, whatever the number of contacts', async () => {
    const lanes = Array.from({ length: 800 }, (_, index) => ({ domain, date: dateOf(index % 400), lane: 20 + index }));
    await connection.collection('contactDays').insertMany(lanes.map((lane) => ({ ...lane, registered: 1, active: 0 })));
    const totals = await plansOf(connection, () => contactQueries.countEach([domain, 'busy.example']));
    expect(totals.result.get(domain)).toEqual({ active: 100, deleted: 0, unsubscribed: 0 });
    for (const plan of totals.plans) expect(plan.stages).not.toContain('COLLSCAN');
    expect(totals.plans.map(({ indexes }) => indexes)).toEqual([['_id_'], ['domain_1_date_1_lane_1']]);
    expect(Math.max(...totals.plans.map(({ keysExamined }) => keysExamined))).toBeLessThan(100);
    const { result, plans } = await plansOf(connection, () => growth.find(domain, { from: dateOf(30) }));
    expect(result.items).toHaveLength(11);
    expect(plans.map(({ indexes }) => indexes)).toEqual([['_id_'], ['domain_1_date_1_lane_1']]);
    expect(plans[1]?.keysExamined).toBeLessThan(2 * 31 + 10);
  });
});
