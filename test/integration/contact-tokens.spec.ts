import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { ContactPruner } from '../../src/push-contacts/contact-pruner.js';
import { ContactQueriesRepository } from '../../src/push-contacts/contact-queries.repository.js';
import { ContactUnsubscriber } from '../../src/push-contacts/contact-unsubscriber.js';
import { PushContactsRepository } from '../../src/push-contacts/push-contacts.repository.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { RecipientsReader } from '../../src/push-contacts/recipients.reader.js';
import { ContactWrites, TokenTakenError } from '../../src/push-contacts/registration/contact-writes.js';
import { KnownInstallations } from '../../src/push-contacts/registration/known-installations.js';
import { NewContactsRepository } from '../../src/push-contacts/registration/new-contacts.repository.js';
import { StoredContactsReader } from '../../src/push-contacts/stored-contacts.reader.js';
import { prepareContactKey } from '../../src/push-contacts/tokens/contact-key.js';
import type { ContactTokens } from '../../src/push-contacts/tokens/contact-tokens.js';
import { VisitorContacts } from '../../src/push-contacts/visitor-contacts.js';
import { type ContactCounting, countContacts } from '../support/contact-counting.js';
import { compareTokens, newContactTokens } from '../support/contact-tokens.js';
import { openMonitored, plansOf } from '../support/query-plans.js';
import { type StoredContact, TestDatabase } from '../support/test-database.js';

type Key = 'token' | 'domain';

const WITHOUT_DOPPLER = { isEnabled: false } as never;

const MANY = Array.from({ length: 40 }, (_, index) => index);

const FID = 'cXyz0123456789abcdefgh';

function configOf(key: Key): Config {
  return loadConfig({ CONTACT_KEY: key }, []) as Config;
}

async function start(connection: Connection, key: Key): Promise<void> {
  await prepareContactKey(connection, configOf(key));
  connection.model(PUSH_CONTACT, pushContactSchema(configOf(key)));
  await createIndexes(connection);
}

describe.each(['token', 'domain'] as const)('with CONTACT_KEY=%s', (key) => {
  let connection: Connection;
  let db: TestDatabase;
  let counting: ContactCounting;
  let tokens: ContactTokens;
  let contacts: PushContactsRepository;
  let recipients: RecipientsReader;
  let queries: ContactQueriesRepository;
  let stored: StoredContactsReader;
  let pruner: ContactPruner;
  let unsubscriber: ContactUnsubscriber;
  let visitorContacts: VisitorContacts;
  let installations: KnownInstallations;
  /** Of two processes. */
  let writes: readonly [ContactWrites, ContactWrites];

  beforeAll(async () => {
    const name = `it-${randomUUID()}`;
    connection = await openMonitored(name);
    db = await TestDatabase.open(name, undefined, key);
    await start(connection, key);
    counting = countContacts(connection);
    tokens = newContactTokens(connection, key);
    await createIndexes(connection);
    const model = connection.model(PUSH_CONTACT) as never;
    const { newCounter } = counting;
    contacts = new PushContactsRepository(model, tokens);
    recipients = new RecipientsReader(model, tokens);
    queries = new ContactQueriesRepository(model, tokens);
    stored = new StoredContactsReader(model, tokens);
    pruner = new ContactPruner(model, newCounter());
    unsubscriber = new ContactUnsubscriber(model, newCounter(), tokens);
    visitorContacts = new VisitorContacts(model, newCounter(), tokens);
    installations = new KnownInstallations(contacts, newCounter());
    writes = [newWrites(), newWrites()];
  });

  afterEach(async () => {
    if (key === 'token') return;
    const { wanted, stored: entries } = await db.atOneMoment(compareTokens);
    expect(entries).toEqual(wanted);
  });

  afterAll(async () => {
    await connection.close();
    await db.close();
  });

  function newWrites(): ContactWrites {
    const repository = new NewContactsRepository(connection.model(PUSH_CONTACT) as never, tokens);
    return new ContactWrites(repository, counting.newCounter(), WITHOUT_DOPPLER);
  }

  function register(domain: string, deviceToken: string, process: 0 | 1 = 0): Promise<void> {
    const contact = { domain, deviceToken, email: null, visitorGuid: 'g', subscription: null };
    return writes[process].addOrRevive(contact, undefined);
  }

  const leave = (...deviceTokens: string[]): Promise<readonly string[]> =>
    unsubscriber.unsubscribe(deviceTokens, () => Promise.resolve());

  async function find(deviceToken: string): Promise<StoredContact[]> {
    return (await db.pick('push-contacts', { device_token: deviceToken })) as unknown as StoredContact[];
  }

  async function findOne(deviceToken: string): Promise<StoredContact> {
    const [contact, ...others] = await db.find('push-contacts', { device_token: deviceToken });
    expect(others).toEqual([]);
    if (contact === undefined) throw new Error(`No contact of ${deviceToken}`);
    return contact as unknown as StoredContact;
  }

  async function prune(deviceToken: string): Promise<void> {
    const { _id: id, domain } = await findOne(deviceToken);
    await pruner.prune(domain, [{ id, deviceToken, rejectedAs: { endpoint: null } }]);
  }

  it('stores a token once that two processes register for two domains at once', async () => {
    const outcomes = await Promise.allSettled(
      MANY.flatMap((n) => [register('one.example', `raced-${n}`), register('two.example', `raced-${n}`, 1)]),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(MANY.length);
    expect(outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))).toEqual(
      MANY.map(() => expect.any(TokenTakenError) as unknown),
    );
    for (const n of MANY) expect(await find(`raced-${n}`)).toHaveLength(1);
  });

  it('lets a pruned or left contact return to another domain, as the same contact', async () => {
    for (const deviceToken of ['pruned', 'left']) await register('one.example', deviceToken);
    const before = [await findOne('pruned'), await findOne('left')];
    await prune('pruned');
    await leave('left', 'unknown');
    await Promise.all([register('two.example', 'pruned'), register('two.example', 'left')]);
    const after = [await findOne('pruned'), await findOne('left')];
    expect(after.map(({ _id, domain, deleted }) => [_id, domain, deleted])).toEqual(
      before.map(({ _id }) => [_id, 'two.example', false]),
    );
    expect(await queries.findActive('left')).toEqual({ id: before[1]?._id, domain: 'two.example' });
  });

  it('lets one of two processes revive a token, each for another domain', async () => {
    for (const n of MANY) await register('three.example', `revived-${n}`);
    await leave(...MANY.map((n) => `revived-${n}`));
    const outcomes = await Promise.allSettled(
      MANY.flatMap((n) => [register('one.example', `revived-${n}`), register('two.example', `revived-${n}`, 1)]),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(MANY.length);
    for (const n of MANY) expect(await findOne(`revived-${n}`)).toMatchObject({ deleted: false });
  });

  it('keeps a token once while it is registered, pruned and left at once', async () => {
    await register('one.example', 'busy');
    for (const n of MANY.slice(0, 10)) {
      const domain = n % 2 === 0 ? 'one.example' : 'two.example';
      await Promise.allSettled([register(domain, 'busy'), prune('busy'), leave('busy'), register(domain, 'busy', 1)]);
    }
    expect(await find('busy')).toHaveLength(1);
    await register('one.example', 'busy').catch(() => undefined);
    expect(await contacts.isActive('busy')).toBe(true);
  });

  it('exchanges the tokens of two contacts of an installation', async () => {
    const domain = 'installation.example';
    for (const deviceToken of [FID, `${FID}:one`, `${FID}:two`]) await register(domain, deviceToken);
    const before = await findOne(`${FID}:one`);
    expect(await queries.isActiveDeviceToken(domain, FID)).toBe(true);
    expect(await queries.isActiveDeviceToken('one.example', FID)).toBe(false);
    const given = { domain, deviceToken: FID, email: null, visitorGuid: null, subscription: null };
    expect(await installations.hasContact(given, `${FID}:one`)).toBe(true);
    expect(await findOne(FID)).toMatchObject({ _id: before._id, deleted: false });
    expect(await findOne(`${FID}:one`)).toMatchObject({ deleted: true });
    expect(await contacts.hasTokenOf(domain, FID)).toBe(false);
    expect(await contacts.hasTokenOf(domain, 'cAnother0123456789abcd')).toBe(false);
  });

  it('gives a contact a token that nobody had, and takes its old one', async () => {
    const domain = 'renewed.example';
    const fid = 'cRen0123456789abcdefgh';
    await register(domain, fid);
    const { _id } = await findOne(fid);
    const given = { domain, deviceToken: `${fid}:new`, email: null, visitorGuid: null, subscription: null };
    expect(await installations.hasContact(given, undefined)).toBe(true);
    expect(await findOne(`${fid}:new`)).toMatchObject({ _id });
    expect(await find(fid)).toEqual([]);
    await register('one.example', fid);
    expect(await findOne(fid)).toMatchObject({ domain: 'one.example' });
  });

  it('erases the token too, which then makes a new contact', async () => {
    for (const deviceToken of ['erased-1', 'erased-2']) await register('erased.example', deviceToken);
    await leave('erased-2');
    const ids = [(await findOne('erased-1'))._id, (await findOne('erased-2'))._id];
    expect(await Promise.all([visitorContacts.erase(ids), visitorContacts.erase(ids)])).toContain(2);
    expect(await db.count('contactTokens', { _id: { $in: ['erased-1', 'erased-2'] } })).toBe(0);
    expect(await contacts.isActive('erased-1')).toBe(false);
    await register('erased.example', 'erased-1');
    expect(ids).not.toContain((await findOne('erased-1'))._id);
  });

  it('finds and changes a contact by its token', async () => {
    const subscription = { endpoint: 'https://push.example.com/1', p256dh: 'p', auth: 'a' };
    await register('found.example', 'found');
    const { _id: id } = await findOne('found');
    expect(await contacts.updateActive('found', { subscription })).toMatchObject({ id, subscription: null });
    expect(await contacts.updateActive('found', { email: 'e@example.com' }, undefined, 'b')).toBeUndefined();
    expect(await contacts.findAuth({ deviceToken: 'found', isActive: true })).toBe('a');
    expect(await contacts.findAuth({ deviceToken: 'found', isActive: false })).toBeUndefined();
    expect(await contacts.updateActive('unknown', { email: 'e@example.com' })).toBeUndefined();
    expect(await recipients.findByDeviceToken('found.example', 'found')).toMatchObject({ id, subscription });
    expect(await recipients.findByDeviceToken('one.example', 'found')).toBeUndefined();
    const part = { before: undefined, limit: 5 };
    expect(await stored.find('found.example', { deviceToken: 'found' }, part)).toEqual([
      expect.objectContaining({ id }),
    ]);
    expect(await stored.find('found.example', { deviceToken: 'found' }, { ...part, before: id })).toEqual([]);
    expect(await stored.find('one.example', { deviceToken: 'found' }, part)).toEqual([]);
    expect(await stored.findById('one.example', id)).toBeUndefined();
  });

  it('reads by index what it reads by token, and asks for a domain first', async () => {
    await register('read.example', 'read');
    const { _id } = await findOne('read');
    const { plans } = await plansOf(connection, async () => {
      expect(await queries.findActive('read')).toEqual({ id: _id, domain: 'read.example' });
      expect(await recipients.findDomains([_id, 'unknown'], ['another.example'])).toEqual(
        new Map([[_id, 'read.example']]),
      );
    });
    for (const { stages, keysExamined } of plans) {
      expect(stages).not.toContain('COLLSCAN');
      expect(keysExamined).toBeLessThanOrEqual(4);
    }
  });
});

describe('a database keeps its CONTACT_KEY', () => {
  let connection: Connection;

  beforeEach(async () => {
    connection = await openMonitored(`it-${randomUUID()}`);
  });

  afterEach(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it.each([
    ['token', 'domain'],
    ['domain', 'token'],
  ] as const)('%s, and refuses %s by the name of the setting', async (key, other) => {
    await start(connection, key);
    await start(connection.useDb(connection.name), key);
    const again = start(connection.useDb(connection.name), other);
    await expect(again).rejects.toThrow(`CONTACT_KEY: is ${other}, but this database was begun with ${key}`);
  });

  it('by token, where contacts are stored but no index', async () => {
    await connection.collection('push-contacts').insertOne({ device_token: 'a' });
    await expect(start(connection, 'domain')).rejects.toThrow('set CONTACT_KEY=token');
  });

  it('by domain, also against a process that was started at the same time, or is of an older version', async () => {
    await start(connection, 'domain');
    const older = connection.useDb(connection.name);
    older.model(PUSH_CONTACT, pushContactSchema(configOf('token')));
    await expect(createIndexes(older)).rejects.toThrow('push-contacts {"device_token":1} cannot be made');
  });

  it('whichever of two first starts wins', async () => {
    const starts = (['token', 'domain'] as const).map((key) => start(connection.useDb(connection.name), key));
    const outcomes = await Promise.allSettled(starts);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
