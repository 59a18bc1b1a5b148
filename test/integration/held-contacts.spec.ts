import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { DopplerVisitorsRepository } from '../../src/doppler/doppler-visitors.repository.js';
import { DOPPLER_VISITOR, dopplerVisitorSchema } from '../../src/doppler/doppler-visitors.schema.js';
import { DopplerVisitorsService } from '../../src/doppler/doppler-visitors.service.js';
import { WEB_PUSH_EVENT, webPushEventSchema } from '../../src/events/events.schema.js';
import { UnsubscribedEventsRepository } from '../../src/events/unsubscribed-events.repository.js';
import { ContactUnsubscriber } from '../../src/push-contacts/contact-unsubscriber.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { ContactWrites, TokenTakenError } from '../../src/push-contacts/registration/contact-writes.js';
import { NewContactsRepository } from '../../src/push-contacts/registration/new-contacts.repository.js';
import { UnsubscribingService } from '../../src/unsubscribing/unsubscribing.service.js';
import { type ContactCounting, countContacts } from '../support/contact-counting.js';
import { openMonitored } from '../support/query-plans.js';

/** Of an ES module, Jest has its functions here alone. */
const mocks = (import.meta as unknown as { readonly jest: typeof jest }).jest;

const HELD = { code: 'database_unavailable', context: { retryAfterSeconds: 60 } };

const enqueued: string[] = [];

/** Plans as the product does; what it enqueues stays here. */
class Planning extends DopplerVisitorsService {
  override enqueue(contactId: string): Promise<void> {
    enqueued.push(contactId);
    return Promise.resolve();
  }
}

let connection: Connection;
let counting: ContactCounting;
let writes: ContactWrites;
let unsubscribing: UnsubscribingService;

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  const config = loadConfig({}, []) as Config;
  const contacts = connection.model(PUSH_CONTACT, pushContactSchema(config)) as never;
  const visitors = connection.model(DOPPLER_VISITOR, dopplerVisitorSchema) as never;
  const events = connection.model(WEB_PUSH_EVENT, webPushEventSchema) as never;
  counting = countContacts(connection);
  await createIndexes(connection);
  const withDoppler = { doppler: {} } as never;
  const doppler = new Planning(withDoppler, new DopplerVisitorsRepository(visitors), {} as never, {} as never);
  writes = new ContactWrites(new NewContactsRepository(contacts, new IndexedTokens()), counting.newCounter(), doppler);
  unsubscribing = new UnsubscribingService(
    new ContactUnsubscriber(contacts, counting.newCounter(), new IndexedTokens()),
    new UnsubscribedEventsRepository(events),
  );
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

function register(domain: string, deviceToken: string): Promise<void> {
  const contact = { domain, deviceToken, email: 'visitor@example.com', visitorGuid: 'g', subscription: null };
  return writes.addOrRevive(contact, undefined);
}

const named = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

/** Longer than any test, on any machine. */
const HELD_SECONDS = 600;

/** Sets after how many seconds MongoDB ends a transaction that begins later. Resolves with what it was. */
async function setTransactionLifetime(seconds: number): Promise<number> {
  const set = { setParameter: 1, transactionLifetimeLimitSeconds: seconds };
  const answer = await connection.getClient().db('admin').command(set);
  return Number(answer.was);
}

/**
 * Runs `work` while a transaction, as of a process that was killed, has changed these documents. It lasts
 * until `work` has ended, however long that takes.
 */
async function whileHeld<T>(collection: string, filters: readonly object[], work: () => Promise<T>): Promise<T> {
  return connection.getClient().withSession(async (session) => {
    session.startTransaction();
    const lifetime = await setTransactionLifetime(HELD_SECONDS);
    for (const [index, filter] of filters.entries()) {
      const update = { $set: { held: true } };
      await connection.collection(collection).updateOne(filter, update, { session, upsert: true });
      // It has begun: those of other tests, on the same MongoDB, are to end as always.
      if (index === 0) await setTransactionLifetime(lifetime);
    }
    try {
      return await work();
    } finally {
      await session.abortTransaction();
    }
  });
}

async function failuresOf(work: readonly Promise<void>[]): Promise<unknown[]> {
  return (await Promise.allSettled(work)).map((each) =>
    each.status === 'rejected' ? (each.reason as unknown) : undefined,
  );
}

async function countActive(tokens: readonly string[]): Promise<number> {
  return connection.collection('push-contacts').countDocuments({ device_token: { $in: tokens }, deleted: false });
}

describe('a contact that another transaction holds', () => {
  it('keeps no other visitor from leaving', async () => {
    const tokens = named('leaving', 61);
    await Promise.all(tokens.map((token) => register('leaving.example', token)));
    const failures = await whileHeld('push-contacts', [{ device_token: 'leaving-30' }], () =>
      failuresOf([...tokens, 'leaving-30', 'leaving-1'].map((token) => unsubscribing.unsubscribe(token))),
    );
    expect(failures.flatMap((failure, index) => (failure === undefined ? [] : [index]))).toEqual([30, 61]);
    expect(failures[30]).toMatchObject(HELD);
    expect(await countActive(tokens)).toBe(1);
    await unsubscribing.unsubscribe('leaving-30');
    expect(await countActive(tokens)).toBe(0);
    expect(await connection.collection('webPushEvent').countDocuments({ domain: 'leaving.example' })).toBe(61);
  });

  it('keeps no other from being registered, nor does its hand-over to Doppler', async () => {
    await register('doppler.example', 'doppler-5');
    await unsubscribing.unsubscribe('doppler-5');
    const contact = await connection.collection('push-contacts').findOne({ device_token: 'doppler-5' });
    const tokens = named('doppler', 20);
    enqueued.length = 0;
    const failures = await whileHeld('dopplerVisitors', [{ _id: contact?._id }], () =>
      failuresOf(tokens.map((token) => register('doppler.example', token))),
    );
    expect(failures.flatMap((failure, index) => (failure === undefined ? [] : [index]))).toEqual([5]);
    expect(failures[5]).toMatchObject(HELD);
    expect(new Set(enqueued).size).toBe(19);
    expect(await countActive(tokens)).toBe(19);
  });

  it('costs the others little, also where there are many', async () => {
    const held = named('many', 300);
    const filters = held.map((token) => ({ _id: token, device_token: token, domain: 'many.example', deleted: false }));
    const run = mocks.spyOn(counting.transactions, 'run');
    const failures = await whileHeld('push-contacts', filters, () =>
      failuresOf([...held, 'free'].map((token) => register('many.example', token))),
    );
    // One for each contact, and no further ones for halves.
    expect(run.mock.calls.length).toBeLessThan(350);
    expect(failures.pop()).toBeUndefined();
    expect(failures).toHaveLength(300);
    for (const failure of failures) expect(failure).toMatchObject(HELD);
    expect(await countActive(['free', ...held])).toBe(1);
  });
});

it('a registration that stores nothing leaves no counters of the domain that it names', async () => {
  await register('owner.example', 'taken');
  await expect(register('invented.example', 'taken')).rejects.toThrow(TokenTakenError);
  const stored = await connection.collection('contactTotals').distinct('_id');
  expect(stored).toContain('owner.example');
  expect(stored).not.toContain('invented.example');
});
