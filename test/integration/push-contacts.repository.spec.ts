import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { ContactPruner } from '../../src/push-contacts/contact-pruner.js';
import { RecipientsReader } from '../../src/push-contacts/recipients.reader.js';
import { ANY_CASE, PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { countContacts } from '../support/contact-counting.js';
import { testEnvironment } from '../support/test-environment.js';

let connection: Connection;
let recipients: RecipientsReader;
let pruner: ContactPruner;

beforeAll(async () => {
  connection = await mongoose
    .createConnection(testEnvironment('TEST_MONGODB_URI'), {
      dbName: `it-${randomUUID()}`,
      autoIndex: false,
      autoCreate: false,
    })
    .asPromise();
  const model = connection.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config));
  const { newCounter } = countContacts(connection);
  await createIndexes(connection);
  recipients = new RecipientsReader(model as never, new IndexedTokens());
  pruner = new ContactPruner(model as never, newCounter());
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

async function insert(documents: readonly object[]): Promise<void> {
  await connection.collection('push-contacts').insertMany([...documents]);
}

function document(id: string, more: object = {}): object {
  return {
    _id: id,
    domain: 'd',
    device_token: `token-${id}`,
    email: null,
    deleted: false,
    modified: new Date(),
    ...more,
  };
}

it('reads documents of every version, and ignores an incomplete subscription', async () => {
  await insert([
    document('a', { domain: 'old', history_events: [{ sent_success: true }] }),
    document('b', { domain: 'old', subscription: { endpoint: 'https://x', p256dh: null, auth: null } }),
    document('c', {
      domain: 'old',
      visitor_guid: 'g',
      subscription: { endpoint: 'https://x', p256dh: 'p', auth: 'a' },
    }),
    document('d', { domain: 'old', deleted: true }),
  ]);
  const found = await recipients.findInRange('old', { afterId: '', upToId: 'z' }, 10);
  expect(found.map(({ id, visitorGuid, subscription }) => [id, visitorGuid, subscription])).toEqual([
    ['a', null, null],
    ['b', null, null],
    ['c', null, { endpoint: 'https://x', p256dh: 'p', auth: 'a' }],
  ]);
});

it('cuts a domain into ranges that contain every active contact once', async () => {
  const ids = Array.from({ length: 25 }, (_, index) => `r${String(index).padStart(2, '0')}`);
  await insert(ids.map((id, index) => document(id, { domain: 'ranges', deleted: index === 3 })));
  const counts: number[] = [];
  const seen: string[] = [];
  let afterId = '';
  for (;;) {
    const range = await recipients.nextRange('ranges', afterId, 10);
    if (range === undefined) break;
    counts.push(range.count);
    const first = await recipients.findInRange('ranges', range, 8);
    const rest = await recipients.findInRange('ranges', { ...range, afterId: first.at(-1)?.id ?? '' }, 8);
    seen.push(...[...first, ...rest].map(({ id }) => id));
    afterId = range.upToId;
  }
  expect(counts).toEqual([10, 10, 4]);
  expect(seen).toEqual(ids.filter((id) => id !== 'r03'));
});

it('prunes a contact only while it still has the token and endpoint that were refused', async () => {
  const subscription = { endpoint: 'https://new', p256dh: 'p', auth: 'a' };
  const changed = { modified: new Date('2026-01-02') };
  await insert([document('p1'), document('p2'), document('p3', { subscription }), document('p4', { subscription })]);
  await insert([document('p5', changed), document('p6', changed)]);
  const keyless = { endpoint: 'https://new', p256dh: null, auth: null };
  await insert([document('p7', { subscription }), document('p8', { subscription: keyless })]);
  await pruner.prune('d', [
    { id: 'p1', deviceToken: 'token-p1', rejectedAs: { endpoint: null } },
    { id: 'p2', deviceToken: 'another', rejectedAs: { endpoint: null } },
    { id: 'p3', deviceToken: 'token-p3', rejectedAs: { endpoint: 'https://old' } },
    { id: 'p4', deviceToken: 'token-p4', rejectedAs: { endpoint: 'https://new' } },
    { id: 'p5', deviceToken: 'token-p5', rejectedAs: { unchangedSince: new Date('2026-01-01') } },
    { id: 'p6', deviceToken: 'token-p6', rejectedAs: { unchangedSince: new Date('2026-01-03') } },
    { id: 'p7', deviceToken: 'token-p7', rejectedAs: { endpoint: null } },
    { id: 'p8', deviceToken: 'token-p8', rejectedAs: { endpoint: null } },
  ]);
  const active = await recipients.findByIds('d', ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']);
  expect(active.map(({ id }) => id).sort()).toEqual(['p2', 'p3', 'p5', 'p7']);
});

it('creates its index of e-mails beside one that an installation has', async () => {
  const older = connection.useDb(`it-${randomUUID()}`);
  const model = older.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config));
  await model.collection.createIndexes([{ key: { email: 1 } }]);

  await createIndexes(older);

  const indexes = await model.collection.indexes();
  expect(indexes.filter(({ key }) => Object.keys(key as object)[0] === 'email')).toHaveLength(2);
  await createIndexes(older);
  await older.dropDatabase();
});

it('takes its index of e-mails under any name', async () => {
  const older = connection.useDb(`it-${randomUUID()}`);
  const model = older.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config));
  const partialFilterExpression = { email: { $gt: '' } };
  await model.collection.createIndexes([
    { key: { email: 1, domain: 1, _id: -1 }, collation: ANY_CASE, partialFilterExpression },
  ]);
  await createIndexes(older);
  await older.dropDatabase();
});
