import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { RecipientsReader } from '../../src/push-contacts/recipients.reader.js';
import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import type { HttpResponse } from '../support/http.js';
import { compareTokens, newContactTokens } from '../support/contact-tokens.js';
import { findCounted, findStored } from '../support/counted-contacts.js';
import { encryptId, Installation, names } from '../support/installation.js';
import { type OwnShardedCluster, SHARDS, startOwnShardedCluster } from '../support/own-sharded-cluster.js';
import { plansOf } from '../support/query-plans.js';
import type { StoredContact } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const { MaxKey, MinKey } = mongoose.mongo;

/** Domains of the first shard, and of the second. */
const [FIRST, SECOND] = ['a.example.com', 'z.example.com'] as const;

/** Where the domains, and the device tokens, of the second shard begin. */
const MIDDLE = 'm';

const CONTACTS = 60;

let cluster: OwnShardedCluster;
let product: Installation;

beforeAll(async () => {
  cluster = await startOwnShardedCluster(1);
  product = await Installation.start('by_domain', {
    environment: { MONGODB_URI: cluster.uri, CONTACT_KEY: 'domain' },
  });
  await product.db.createIndex('push-contacts', { domain: 1, _id: 1 });
  await shard('push-contacts', { domain: 1, _id: 1 }, { domain: MIDDLE, _id: new MinKey() });
  await shard('contactTokens', { _id: 1 }, { _id: MIDDLE });
}, 180_000);

afterEach(expectExact);

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0, 0]);
  await cluster.stop();
}, 120_000);

/** Spreads a collection over both shards, in two chunks that meet at `middle`. */
async function shard(collection: string, key: object, middle: object): Promise<void> {
  const namespace = `${product.database}.${collection}`;
  const bound = (end: unknown): object => Object.fromEntries(Object.keys(key).map((field) => [field, end]));
  await cluster.command({ shardCollection: namespace, key });
  await cluster.command({ split: namespace, middle });
  const [first, second] = SHARDS;
  await cluster.command({ moveRange: namespace, min: bound(new MinKey()), max: middle, toShard: first });
  await cluster.command({ moveRange: namespace, min: middle, max: bound(new MaxKey()), toShard: second });
}

/** Each contact has its token, each token its contact, and the counters agree with the contacts. */
async function expectExact(): Promise<void> {
  const { tokens, counted, stored } = await product.db.atOneMoment(async (moment) => ({
    tokens: await compareTokens(moment),
    counted: [await findCounted(moment, FIRST), await findCounted(moment, SECOND)],
    stored: [await findStored(moment, FIRST), await findStored(moment, SECOND)],
  }));
  expect(tokens.stored).toEqual(tokens.wanted);
  expect(counted.map((each, index) => each ?? stored[index])).toEqual(stored);
}

function register(domain: string, deviceToken: string): Promise<HttpResponse> {
  const json = { domain, deviceToken, visitorGuid: `guid of ${deviceToken}`, email: `${deviceToken}@example.com` };
  return product.ask('POST', '/push-contacts', { json });
}

async function findOne(deviceToken: string): Promise<StoredContact> {
  const [contact, ...others] = await product.db.find('push-contacts', { device_token: deviceToken });
  expect(others).toEqual([]);
  if (contact === undefined) throw new Error(`No contact of ${deviceToken}`);
  return contact as unknown as StoredContact;
}

const statusesOf = (responses: readonly HttpResponse[]): number[] => [...new Set(responses.map((each) => each.status))];

it('stores each token once that is registered for domains of both shards at once', async () => {
  const tokens = [...names('b', CONTACTS / 2), ...names('y', CONTACTS / 2)];
  const asked = tokens.flatMap((token) => [register(FIRST, token), register(SECOND, token)]);
  expect(statusesOf(await Promise.all(asked))).toEqual([200]);
  const contacts = [...(await product.db.contactsOf(FIRST)), ...(await product.db.contactsOf(SECOND))];
  expect(contacts.map((contact) => contact.device_token).sort()).toEqual(tokens.sort());
});

it('moves a contact that has left to a domain of the other shard, with many others at once', async () => {
  const tokens = names('moving', CONTACTS / 2);
  await Promise.all(tokens.map((token) => register(FIRST, token)));
  const before = await Promise.all(tokens.map(findOne));
  const leave = (token: string): Promise<HttpResponse> => product.ask('DELETE', `/push-contacts/${token}`);
  expect(statusesOf(await Promise.all(tokens.map(leave)))).toEqual([204]);
  expect(statusesOf(await Promise.all(tokens.map((token) => register(SECOND, token))))).toEqual([200]);
  const after = await Promise.all(tokens.map(findOne));
  expect(after.map(({ _id, domain, deleted }) => [_id, domain, deleted])).toEqual(
    before.map(({ _id }) => [_id, SECOND, false]),
  );
});

it('settles broadcasts to both shards, prunes, and counts a click', async () => {
  const sent = [];
  for (const domain of ['b.example.com', 'y.example.com']) {
    const audience = await addAudience(product, domain, { tokens: 300, subscriptions: 100 });
    sent.push(await broadcast(product, domain, audience));
  }
  for (const each of sent) await expectSettled(product, each);

  const [message] = sent;
  const [contact] = await product.db.contactsOf('b.example.com');
  const link = `${encryptId(contact?._id ?? '')}/messages/${encryptId(message?.messageId ?? '')}`;
  expect((await product.ask('POST', `/push-contacts/${link}/clicked`)).status).toBe(202);
  await waitFor(
    () => product.counters(message?.messageId ?? ''),
    ({ stats }) => stats.click === 1,
  );
});

it('changes, searches and erases contacts by token on either shard', async () => {
  for (const [domain, token] of [
    [FIRST, 'x-first'],
    [SECOND, 'c-second'],
  ] as const) {
    await register(domain, token);
    const { _id } = await findOne(token);
    const email = { json: 'new@example.com' };
    expect((await product.ask('PUT', `/push-contacts/${token}/email`, email)).status).toBe(200);
    expect((await findOne(token)).email).toBe('new@example.com');
    const guid = encodeURIComponent(`guid of ${token}`);
    expect((await product.askAsSuperUser('DELETE', `/visitors/${guid}/data`)).status).toBe(200);
    expect(await product.db.count('contactTokens', { _id: token })).toBe(0);
    expect(await product.db.count('push-contacts', { device_token: token })).toBe(0);
    await register(domain, token);
    expect((await findOne(token))._id).not.toBe(_id);
  }
});

describe('a worker', () => {
  let connection: Connection;
  let recipients: RecipientsReader;

  beforeAll(async () => {
    const options = { dbName: product.database, monitorCommands: true, autoIndex: false, autoCreate: false };
    connection = await mongoose.createConnection(cluster.uri, options).asPromise();
    const config = loadConfig({ CONTACT_KEY: 'domain' }, []) as Config;
    const model = connection.model(PUSH_CONTACT, pushContactSchema(config)) as never;
    recipients = new RecipientsReader(model, newContactTokens(connection, 'domain'));
  });

  afterAll(() => connection.close());

  it('plans from the keys of one shard', async () => {
    const { plans } = await plansOf(connection, () => recipients.nextRange('y.example.com', '', 100));
    expect(plans).toEqual([expect.objectContaining({ keysExamined: 100, docsExamined: 0 })]);
    expect(plans[0]?.stages).toContain('SINGLE_SHARD');
  });

  it('reads a page, and the domains of contacts, at one shard', async () => {
    const { plans } = await plansOf(connection, async () => {
      const page = await recipients.findInRange('y.example.com', { afterId: '', upToId: 'z' }, 50);
      const ids = page.map(({ id }) => id);
      expect((await recipients.findDomains(ids, ['y.example.com'])).size).toBe(50);
    });
    expect(plans.map(({ stages, docsExamined }) => [stages[0], docsExamined])).toEqual([
      ['SINGLE_SHARD', 50],
      ['SINGLE_SHARD', 50],
    ]);
  });
});
