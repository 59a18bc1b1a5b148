import { request } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { codeOf, type MessageCall, startStandInPushApi, type StandInPushApi } from '../support/stand-in-push-api.js';
import { CLEAN_UP_MS, TestDatabase, type StoredDocument, uuid } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

interface Details {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly billableSends: number;
}

const database = uniqueDatabase('sending');
let keys: TestKeys;
let pushApi: StandInPushApi;
let db: TestDatabase;
let api: ProductProcess;
const workers: ProductProcess[] = [];

beforeAll(async () => {
  keys = await createTestKeys();
  pushApi = await startStandInPushApi(50);
  db = await TestDatabase.open(database);
  api = await startProduct('api', environmentOf());
  workers.push(...(await Promise.all([startWorker('worker-1'), startWorker('worker-2')])));
});

afterAll(async () => {
  const codes = await Promise.all([api, ...workers].map((process) => process.stop()));
  await pushApi.stop();
  await db.close();
  await keys.remove();
  expect(codes).toEqual([api, ...workers].map(() => 0));
}, CLEAN_UP_MS);

function environmentOf(via = ''): Record<string, string> {
  return { ...baseEnvironment(database, keys.folder, pushApi.url + via) };
}

function startWorker(via: string): Promise<ProductProcess> {
  return startProduct('worker', environmentOf(`/${via}`));
}

async function enable(domain: string): Promise<void> {
  const json = { isPushFeatureEnabled: true, usesExternalPushDomain: false, externalPushDomain: null };
  const { status } = await request('PUT', `${api.url}/domains/${domain}`, { token: keys.superUser, json });
  expect(status).toBe(200);
}

async function send(domain: string, title: string): Promise<string> {
  const json = { title, body: 'The body', onClickLink: 'https://example.com/x', imageUrl: 'https://example.com/i.png' };
  const url = `${api.url}/push-contacts/${domain}/message`;
  const { status, body } = await request('POST', url, { token: keys.superUser, json });
  expect(status).toBe(202);
  return (body as { messageId: string }).messageId;
}

async function details(domain: string, messageId: string): Promise<Details> {
  const query = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
  const url = `${api.url}/push-contacts/${domain}/messages/${messageId}/details?${query}`;
  const { status, body } = await request('GET', url, { token: keys.superUser });
  expect(status).toBe(200);
  return body as Details;
}

/** Waits until all of `planned` have their outcome in the report, and checks every stored counter. */
async function expectOutcome(domain: string, messageId: string, expected: Details, timeoutMs = 40_000): Promise<void> {
  const reached = await waitFor(
    () => details(domain, messageId),
    ({ sent }) => sent >= expected.sent,
    timeoutMs,
  );
  expect(reached).toMatchObject({ domain, messageId, ...expected, clicks: 0, received: 0, actionClick: 0 });
  const { sent, delivered, notDelivered, billableSends } = expected;
  const counters = { sent, delivered, not_delivered: notDelivered, billable_sends: billableSends };

  const [delivery, ...otherDeliveries] = await waitFor(
    () => db.find('deliveries', { message_id: uuid(messageId) }),
    (deliveries) => deliveries[0]?.state === 'done',
  );
  expect(otherDeliveries).toEqual([]);
  expect(plain(delivery)).toMatchObject({ domain, planned: sent, delivered, not_delivered: notDelivered });

  const messages = await db.find('messages', { message_id: uuid(messageId) });
  expect(messages.map(plain)).toEqual([expect.objectContaining({ domain, ...counters, clicks: 0, received: 0 })]);
  for (const name of [...Object.keys(counters), 'clicks', 'received'])
    expect(typeOf(messages[0]?.[name])).toBe('Int32');

  const stats = await db.find('messageStats', { domain, message_id: uuid(messageId) });
  for (const [name, total] of Object.entries({ ...counters, received: 0, click: 0, action_click: 0 })) {
    expect(stats.map((hour) => typeOf(hour[name]))).toEqual(stats.map(() => 'Int32'));
    expect({ [name]: stats.reduce((sum, hour) => sum + Number(hour[name]), 0) }).toEqual({ [name]: total });
  }
  for (const { date } of stats) expect((date as Date).getTime() % 3_600_000).toBe(0);
}

function typeOf(value: unknown): string {
  return (value as { _bsontype?: string } | undefined)?._bsontype ?? typeof value;
}

/** Converts BSON's number wrappers to numbers. */
function plain(document: StoredDocument | undefined): Record<string, unknown> {
  const entries = Object.entries(document ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, typeOf(value) === 'Int32' ? Number(value) : value]));
}

function tokens(prefix: string, count: number, domain: string): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${domain}-${index}`);
}

function callsFor(title: string): MessageCall[] {
  return pushApi.messageCalls.filter((call) => call.notificationTitle === title);
}

/** How often each token was sent to. */
function sendsByToken(title: string): Map<string, number> {
  const sends = new Map<string, number>();
  for (const token of callsFor(title).flatMap((call) => call.tokens)) sends.set(token, (sends.get(token) ?? 0) + 1);
  return sends;
}

async function activeTokens(domain: string): Promise<string[]> {
  const contacts = await db.contactsOf(domain);
  return contacts.flatMap(({ deleted, device_token: token }) => (deleted ? [] : [token])).sort();
}

/** Checks that each token has one event, with the right type and BSON types. */
async function expectEvents(
  domain: string,
  messageId: string,
  kinds: ReadonlyMap<string, [number, number]>,
): Promise<void> {
  const events = await db.find('webPushEvent', { message_id: uuid(messageId) });
  const found = events.map((event) => [event.device_token, [Number(event.type), Number(event.sub_type)]]);
  expect(found.sort(byFirst)).toEqual([...kinds].sort(byFirst));
  const ids = new Map((await db.contactsOf(domain)).map(({ _id, device_token: token }) => [token, _id]));
  for (const event of events) {
    expect([typeOf(event.type), typeOf(event.sub_type)]).toEqual(['Int32', 'Int32']);
    expect((event.message_id as { sub_type: number }).sub_type).toBe(4);
    expect(event.domain).toBe(domain);
    expect(event.push_contact_id).toBe(ids.get(event.device_token as string));
    expect(event.date).toBeInstanceOf(Date);
  }
}

function byFirst(one: readonly unknown[], other: readonly unknown[]): number {
  return String(one[0]) < String(other[0]) ? -1 : 1;
}

it('a message reaches every contact of its domain once, and every outcome is recorded', async () => {
  const domain = 'many.example.com';
  await enable(domain);
  const registered = [...tokens('valid', 50, `posted-${domain}`), ...tokens('unregistered', 10, `posted-${domain}`)];
  for (const deviceToken of registered) {
    const { status } = await request('POST', `${api.url}/push-contacts`, { json: { domain, deviceToken } });
    expect(status).toBe(200);
  }
  const fine = [...registered.slice(0, 50), ...tokens('valid', 7_500, domain)];
  const gone = [...registered.slice(50), ...tokens('unregistered', 300, domain), ...tokens('argument', 40, domain)];
  const refused = [...tokens('sender', 30, domain), ...tokens('third-party', 30, domain)];
  const inserted = [...fine, ...gone, ...refused].filter((token) => !registered.includes(token));
  // Ordered so that no call of 400 has only refused tokens.
  await db.addContacts(
    domain,
    inserted.map((_, index) => inserted[(index * 4_001) % inserted.length] ?? ''),
  );
  await db.addContacts(domain, tokens('deleted', 20, domain), { deleted: true });
  await db.addContacts('elsewhere.example.com', tokens('elsewhere', 5, domain));

  const messageId = await send(domain, 'Many');

  const sent = fine.length + gone.length + refused.length;
  await expectOutcome(domain, messageId, {
    sent,
    delivered: fine.length,
    notDelivered: gone.length + refused.length,
    billableSends: fine.length + gone.length,
  });
  const all = [...fine, ...gone, ...refused];
  expect([...sendsByToken('Many')].sort(byFirst)).toEqual(all.map((token) => [token, 1]).sort(byFirst));
  await expectEvents(
    domain,
    messageId,
    new Map([
      ...fine.map((token): [string, [number, number]] => [token, [0, 0]]),
      ...gone.map((token): [string, [number, number]] => [token, [4, 1]]),
      ...refused.map((token): [string, [number, number]] => [token, [4, 2]]),
    ]),
  );
  expect(await activeTokens(domain)).toEqual([...fine, ...refused].sort());
  expect(await activeTokens('elsewhere.example.com')).toHaveLength(5);

  const calls = callsFor('Many');
  expect(Math.max(...calls.map((call) => call.tokens.length))).toBe(400);
  expect(new Set(calls.map(({ via }) => via))).toEqual(new Set(['worker-1', 'worker-2']));
  expect(pushApi.unauthorized).toBe(0);
  expect(calls[0]).toMatchObject({
    notificationTitle: 'Many',
    notificationBody: 'The body',
    notificationOnClickLink: 'https://example.com/x',
    imageUrl: 'https://example.com/i.png',
  });
}, 90_000);

it('a call whose tokens are all refused with code 1 prunes no contact, because the message is wrong', async () => {
  const domain = 'argument.example.com';
  const all = tokens('argument', 7, domain);
  await db.addContacts(domain, all);
  expect(all.map(codeOf)).toEqual(all.map(() => 1));

  const messageId = await send(domain, 'Argument');

  await expectOutcome(domain, messageId, { sent: 7, delivered: 0, notDelivered: 7, billableSends: 0 });
  await expectEvents(domain, messageId, new Map(all.map((token) => [token, [4, 2]])));
  expect(await activeTokens(domain)).toEqual(all.sort());
});

it('a domain without contacts has a delivery that is done', async () => {
  const messageId = await send('nobody.example.com', 'Nobody');
  const [delivery] = await waitFor(
    () => db.find('deliveries', { message_id: uuid(messageId) }),
    (deliveries) => deliveries[0]?.state === 'done',
  );
  expect(plain(delivery)).toMatchObject({ planned: 0, delivered: 0, not_delivered: 0 });
  expect(await details('nobody.example.com', messageId)).toMatchObject({ sent: 0, delivered: 0, notDelivered: 0 });
});

it('a token that fails temporarily is retried alone and counted by its last outcome', async () => {
  const domain = 'once.example.com';
  const fine = tokens('valid', 5, domain);
  const late = tokens('once', 3, domain);
  await db.addContacts(domain, [...fine, ...late]);

  const messageId = await send(domain, 'Once');

  await expectOutcome(domain, messageId, { sent: 8, delivered: 8, notDelivered: 0, billableSends: 8 });
  expect([...sendsByToken('Once')].sort(byFirst)).toEqual(
    [...fine.map((token): [string, number] => [token, 1]), ...late.map((token): [string, number] => [token, 2])].sort(
      byFirst,
    ),
  );
  await expectEvents(domain, messageId, new Map([...fine, ...late].map((token) => [token, [0, 0]])));
});
