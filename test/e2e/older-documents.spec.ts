import { randomUUID } from 'node:crypto';
import { type HttpResponse } from '../support/http.js';
import { decryptId, encryptId, Installation } from '../support/installation.js';
import { TestSubscription } from '../support/subscriptions.js';
import { uuid } from '../support/test-database.js';

const DOMAIN = 'old.example.com';
const MESSAGE = '0b0e6d52-9a4c-4f0c-8f5e-0d6a1f6f0a01';
const CONTACT = '5f43a1b2c3d4e5f60718293a';
const ALL_TIME = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';

let product: Installation;

/** A database with documents of earlier versions: each lacks the fields that were added to its kind later. */
beforeAll(async () => {
  product = await Installation.start('older_documents');
  const contact = { domain: DOMAIN, email: null, deleted: false, modified: new Date('2021-03-01') };
  await product.db.insert('push-contacts', [
    {
      ...contact,
      _id: CONTACT,
      device_token: 'bare',
      history_events: [{ sent_success: true, event_date: new Date() }],
    },
    { ...contact, _id: '5f43a1b2c3d4e5f60718293b', device_token: 'with-guid', visitor_guid: 'guid-1' },
    {
      ...contact,
      _id: '5f43a1b2c3d4e5f60718293c',
      device_token: 'half',
      visitor_guid: null,
      subscription: { endpoint: 'https://fcm.googleapis.com/x' },
    },
    { ...contact, _id: '5f43a1b2c3d4e5f60718293d', device_token: 'gone', deleted: true },
  ]);
  await product.db.insert('domains', [
    { _id: '5f43a1b2c3d4e5f60718294a', name: DOMAIN, is_push_feature_enabled: true, modified: new Date('2021-03-01') },
  ]);
  await product.db.insert('messages', [
    {
      _id: '5f43a1b2c3d4e5f60718295a',
      message_id: uuid(MESSAGE),
      domain: DOMAIN,
      title: 'Old [[[name]]]',
      body: 'Old body',
      sent: 3,
      delivered: 2,
      not_delivered: 1,
      inserted_date: new Date('2021-03-01'),
    },
  ]);
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

function ask(method: string, path: string, json?: unknown): Promise<HttpResponse> {
  return product.askAsSuperUser(method, path, json === undefined ? {} : { json });
}

it.each<[string, string, unknown, number, unknown]>([
  [
    'GET',
    `/domains/${DOMAIN}`,
    undefined,
    200,
    { isPushFeatureEnabled: true, usesExternalPushDomain: false, externalPushDomain: null },
  ],
  ['GET', `/domains/${DOMAIN}/isPushFeatureEnabled`, undefined, 200, true],
  [
    'GET',
    `/domains/${DOMAIN}/push-configuration`,
    undefined,
    200,
    { usesExternalPushDomain: false, externalPushDomain: null },
  ],
  ['GET', `/domains/${DOMAIN}/stats`, undefined, 200, { contactsStats: { deleted: 1, active: 3, total: 4 } }],
  ['GET', `/push-contacts/visitor-guids?domain=${DOMAIN}`, undefined, 200, { items: ['guid-1'] }],
  ['GET', `/push-contacts/${DOMAIN}/visitor-guids?page=0&per_page=10`, undefined, 200, { items: ['guid-1'] }],
  ['GET', `/push-contacts/${DOMAIN}/guid-1`, undefined, 200, true],
  [
    'GET',
    '/push-contacts/domains?page=0&per_page=10',
    undefined,
    200,
    { items: [{ name: DOMAIN, pushContactActiveQuantity: 3, pushContactInactiveQuantity: 1 }] },
  ],
  [
    'GET',
    '/push-contacts/messages/delivery-results?page=0&per_page=10&from=2021-01-01&to=2021-12-31',
    undefined,
    200,
    { items: [{ domain: DOMAIN, sentQuantity: 3, delivered: 2, notDelivered: 1 }] },
  ],
  [
    'GET',
    `/push-contacts/${DOMAIN}/messages/${MESSAGE}/details?${ALL_TIME}`,
    undefined,
    200,
    { sent: 3, delivered: 2, notDelivered: 1, billableSends: 0, clicks: 0, received: 0 },
  ],
  [
    'GET',
    `/domains/${DOMAIN}/messages/${MESSAGE}/stats?from=2021-01-01&to=2021-12-31`,
    undefined,
    200,
    { sent: 3, billableSends: 0, actionClick: 0 },
  ],
  [
    'GET',
    `/domains/${DOMAIN}/messages/stats/grouped?messageIds=${MESSAGE}&${ALL_TIME}&period=day`,
    undefined,
    200,
    { periods: [] },
  ],
  ['GET', `/domains/${DOMAIN}/push-sends-consumed-count?${ALL_TIME}`, undefined, 200, { consumed: 0 }],
  ['PUT', '/push-contacts/bare/email', 'old@example.com', 200, undefined],
  ['PUT', '/push-contacts/bare/visitor-guid', 'guid-2', 200, undefined],
  [
    'PUT',
    '/push-contacts/half/subscription',
    new TestSubscription('https://push.example.com/old').forApi,
    200,
    undefined,
  ],
  ['POST', '/push-contacts', { domain: DOMAIN, deviceToken: 'with-guid' }, 200, undefined],
  ['POST', '/push-contacts', { domain: DOMAIN, deviceToken: 'gone' }, 200, undefined],
  ['PUT', `/domains/${DOMAIN}`, { isPushFeatureEnabled: true }, 200, undefined],
])('%s %s works with older documents', async (method, path, json, status, expected) => {
  const response = await ask(method, path, json);
  expect({ status: response.status, body: response.body }).toMatchObject({
    status,
    ...(expected !== undefined && { body: expected }),
  });
});

it('GET /push-contacts lists older contacts with nulls for missing fields', async () => {
  const { status, body } = await ask('GET', `/push-contacts?domain=${DOMAIN}`);
  expect(status).toBe(200);
  expect(body).toEqual(
    expect.arrayContaining([
      { domain: DOMAIN, deviceToken: 'with-guid', email: null, visitorGuid: 'guid-1', subscription: null },
    ]),
  );
});

it('receipts and clicks are counted for an older contact and message, which has no actions', async () => {
  const link = `/push-contacts/${encryptId(CONTACT)}/messages/${encryptId(MESSAGE)}`;
  for (const what of ['clicked', 'received']) {
    expect((await product.ask('POST', `${link}/${what}`)).status).toBe(202);
  }
  expect((await product.ask('POST', `${link}/actionClick/buy`)).status).toBe(404);
  const [message] = await product.db.find('messages', { message_id: uuid(MESSAGE) });
  expect([message?.clicks, message?.received].map(Number)).toEqual([1, 1]);
});

it('older contacts get an older message as visitor and as list, and a new one as domain', async () => {
  const single = await ask('POST', `/messages/${MESSAGE}/visitors/guid-1/send`, { fields: { Name: 'Ana' } });
  expect(single).toMatchObject({ status: 202, body: { messageId: MESSAGE } });
  expect((await ask('POST', `/message/${MESSAGE}`, 'guid-1')).status).toBe(200);
  const json = { visitorsFieldsList: [{ visitorGuid: 'guid-1', fields: { name: 'Bo' } }] };
  expect((await ask('POST', `/messages/${MESSAGE}/visitors/send`, json)).status).toBe(202);
  expect(await product.finished(MESSAGE)).toMatchObject({ planned: 3, delivered: 3 });
  expect((await ask('POST', `/push-contacts/${DOMAIN}/guid-1/message`, { title: 'Now', body: 'b' })).status).toBe(200);
  const messageId = await product.send(DOMAIN, { title: 'New' });
  const { planned, delivered } = await product.finished(messageId);
  expect([planned, delivered]).toEqual([4, 4]);
});

/** Stores a message as another writer might, and resolves with the path of its links. */
async function storeMalformed(message: Readonly<Record<string, unknown>>): Promise<string> {
  const messageId = randomUUID();
  await product.db.insert('messages', [
    {
      _id: messageId,
      message_id: uuid(messageId),
      domain: DOMAIN,
      title: 'Malformed',
      body: 'b',
      sent: 0,
      delivered: 0,
      not_delivered: 0,
      inserted_date: new Date(),
      ...message,
    },
  ]);
  return `/push-contacts/${encryptId(CONTACT)}/messages/${encryptId(messageId)}`;
}

const BUY = { action: 'buy', title: 'Buy' };

it.each<[unknown, number]>([
  [[null], 404],
  ['buy', 404],
  [{}, 404],
  [7, 404],
  [{ 0: BUY }, 404],
  [[null, 'buy', 7, [], { title: 'No name' }, { action: 7 }, BUY], 202],
  [[{ action: 'buy', title: 7, icon: [], link: {} }], 202],
])('clicks are counted for a message of another writer with the actions %j', async (actions, onBuy) => {
  const link = await storeMalformed({ actions });
  const answers = [
    await product.ask('POST', `${link}/clicked`),
    await product.ask('POST', `${link}/received`),
    await product.ask('POST', `${link}/actionClick/buy`),
    await product.ask('GET', `${link}/open`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, onBuy, 302]);
});

it('a malformed message, or contact, fails and loses no request of others', async () => {
  const other = '5f43a1b2c3d4e5f60718296a';
  const contact = { domain: 7, device_token: 'no-domain', email: null, deleted: false, modified: new Date() };
  await product.db.insert('push-contacts', [{ ...contact, _id: other }]);
  const sound = await storeMalformed({});
  const malformed = [
    await storeMalformed({ actions: [null] }),
    await storeMalformed({ domain: 7 }),
    await storeMalformed({ domain: null, on_click_link: 7 }),
    sound.replace(encryptId(CONTACT), encryptId(other)),
  ];
  const paths = Array.from({ length: 100 }, (_, index) => [sound, malformed[index % malformed.length] ?? '']).flat();
  const statuses = await Promise.all(paths.map(async (path) => (await product.ask('POST', `${path}/received`)).status));
  expect(new Set(statuses)).toEqual(new Set([202]));
  const [message] = await product.db.find('messages', { message_id: uuid(messageOf(sound)) });
  expect(Number(message?.received)).toBe(100);
});

function messageOf(link: string): string {
  return decryptId(link.slice(link.lastIndexOf('/') + 1));
}
