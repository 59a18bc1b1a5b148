import pMap from 'p-map';
import { CLICKED_ACTIONS, countedOf } from '../support/clicking.js';
import { request } from '../support/http.js';
import { Installation, names } from '../support/installation.js';
import { signedPath } from '../support/link-signatures.js';
import type { ProductProcess } from '../support/product-process.js';
import { uuid } from '../support/test-database.js';

const DOMAIN = 'unique.example.com';
const REPEATS = 1_000;

let product: Installation;
let apis: ProductProcess[];

beforeAll(async () => {
  product = await Installation.start('unique_clicks', { workers: 0 });
  apis = [product.api, await product.startProcess('api')];
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

async function setUp(contacts: number): Promise<[string[], string]> {
  const contactIds = await product.db.addContacts(DOMAIN, names(`contact-${Math.random()}`, contacts));
  const actions = [...CLICKED_ACTIONS, { action: 'later', title: 'Later' }];
  return [contactIds, await product.store(DOMAIN, { title: 'Unique', actions })];
}

async function reportOf(messageId: string): Promise<unknown> {
  const { status, body } = await product.askAsSuperUser('GET', `/messages/${messageId}/report`);
  expect(status).toBe(200);
  return body;
}

/** Calls each path at one of the two apis, many at once. */
async function call(paths: readonly string[]): Promise<void> {
  const statuses = await pMap(
    paths,
    async (path, index) => (await request('POST', `${apis[index % 2]?.url ?? ''}${path}`)).status,
    { concurrency: 64 },
  );
  expect(new Set(statuses)).toEqual(new Set([202]));
}

function repeat<T>(item: T, times: number): T[] {
  return Array.from({ length: times }, () => item);
}

it('1,000 repeats by two apis move the total by 1,000 and the unique count by 1', async () => {
  const [[contactId = ''], messageId] = await setUp(1);
  for (const kind of ['clicked', 'received', 'actionClick/buy', 'dismissed']) {
    await call(repeat(signedPath({ contactId, messageId }, kind), REPEATS));
  }
  expect(await countedOf(product, messageId)).toEqual([REPEATS, REPEATS, REPEATS]);
  expect(await reportOf(messageId)).toEqual({
    messageId,
    domain: DOMAIN,
    sent: 0,
    delivered: 0,
    notDelivered: 0,
    billableSends: 0,
    clicks: REPEATS,
    received: REPEATS,
    actionClicks: REPEATS,
    dismissed: REPEATS,
    uniqueClicks: 1,
    uniqueReceived: 1,
    uniqueActionClicks: 1,
  });
  expect(await product.db.count('webPushEvent', { message_id: uuid(messageId) })).toBe(4 * REPEATS);
}, 120_000);

it('many contacts that click twice at two apis at the same time count once each', async () => {
  const [contactIds, messageId] = await setUp(500);
  // One after the other: each contact's two requests reach different apis at once.
  await call(contactIds.flatMap((contactId) => repeat(signedPath({ contactId, messageId }, 'clicked'), 2)));
  expect(await countedOf(product, messageId)).toEqual([0, 1_000, 0]);
  expect(await reportOf(messageId)).toMatchObject({ clicks: 1_000, uniqueClicks: 500 });
}, 60_000);

it('a contact is unique by message, kind and action', async () => {
  const [[first = '', second = ''], messageId] = await setUp(2);
  const other = await product.store(DOMAIN, { title: 'Other' });
  const paths = [first, second].flatMap((contactId) => [
    ...repeat(signedPath({ contactId, messageId }, 'clicked'), 3),
    ...repeat(signedPath({ contactId, messageId }, 'actionClick/buy'), 2),
    signedPath({ contactId, messageId }, 'actionClick/later'),
    signedPath({ contactId, messageId: other }, 'received'),
  ]);
  await call(paths);
  const counts = { clicks: 6, actionClicks: 6, received: 0, uniqueClicks: 2, uniqueActionClicks: 4, uniqueReceived: 0 };
  expect(await reportOf(messageId)).toMatchObject(counts);
  expect(await reportOf(other)).toMatchObject({ clicks: 0, received: 2, uniqueClicks: 0, uniqueReceived: 2 });
});

it("Doppler's reports have the totals alone, and no other member", async () => {
  const [[contactId = ''], messageId] = await setUp(1);
  const period = 'from=2020-01-01&to=2100-01-01';
  const paths = [
    `/domains/${DOMAIN}/messages/${messageId}/stats?${period}`,
    `/push-contacts/${DOMAIN}/messages/${messageId}/details?${period}`,
    `/domains/${DOMAIN}/messages/stats/grouped?messageIds=${messageId}&${period}&period=year`,
    '/push-contacts/messages/delivery-results?page=0',
  ];
  await call(repeat(signedPath({ contactId, messageId }, 'clicked'), 5));
  const reports = await Promise.all(paths.map(async (path) => (await product.askAsSuperUser('GET', path)).text));
  expect(reports[0]).toBe(
    `{"domain":"${DOMAIN}","messageId":"${messageId}","sent":0,"delivered":0,"notDelivered":0,"billableSends":0,` +
      '"clicks":5,"received":0,"actionClick":0}',
  );
  for (const report of reports) expect(report).not.toMatch(/"(unique\w+|dismissed)"/);
});

describe('GET /messages/{messageId}/report', () => {
  it('is for super users, 404 for an unknown message and 400 for an id that is none', async () => {
    const [, messageId] = await setUp(1);
    expect((await product.ask('GET', `/messages/${messageId}/report`)).status).toBe(401);
    const unknown = '/messages/df555721-5135-4b5d-9c6a-7db3565f22ae/report';
    expect((await product.askAsSuperUser('GET', unknown)).status).toBe(404);
    expect((await product.askAsSuperUser('GET', '/messages/x/report')).status).toBe(400);
  });

  it('has zeros for what hours of older versions lack', async () => {
    const [, messageId] = await setUp(1);
    const old = { domain: DOMAIN, message_id: uuid(messageId), sent: 3, delivered: 3, not_delivered: 0, click: 7 };
    await product.db.insert('messageStats', [
      { ...old, received: 2, action_click: 1, billable_sends: 3, date: new Date('2026-11-01T00:00:00Z') },
      { ...old, received: 2, action_click: 1, billable_sends: 3, date: new Date('2026-11-01T01:00:00Z') },
    ]);
    const sums = { sent: 6, clicks: 14, received: 4, actionClicks: 2, dismissed: 0, uniqueClicks: 0 };
    expect(await reportOf(messageId)).toMatchObject({ ...sums, uniqueReceived: 0, uniqueActionClicks: 0 });
  });

  it('has the totals of stats and details for a message that is older than hours are kept', async () => {
    const [, messageId] = await setUp(1);
    const inserted = new Date(Date.now() - 400 * 86_400_000);
    const counted = {
      sent: 9,
      delivered: 8,
      not_delivered: 1,
      billable_sends: 8,
      clicks: 5,
      received: 6,
      dismissed: 2,
    };
    await product.db.update(
      'messages',
      { message_id: uuid(messageId) },
      { $set: { ...counted, inserted_date: inserted } },
    );
    // One hour of it is still kept.
    await product.db.insert('messageStats', [
      { domain: DOMAIN, message_id: uuid(messageId), date: new Date(), click: 2, unique_click: 1, action_click: 3 },
    ]);
    const period = 'from=2020-01-01&to=2100-01-01';
    const [stats, details] = await Promise.all(
      [
        `/domains/${DOMAIN}/messages/${messageId}/stats?${period}`,
        `/push-contacts/${DOMAIN}/messages/${messageId}/details?${period}`,
      ].map(async (path) => (await product.askAsSuperUser('GET', path)).body as Record<string, number>),
    );
    expect(details).toEqual(stats);
    const totals = Object.fromEntries(Object.entries(stats ?? {}).filter(([name]) => name !== 'actionClick'));
    const added = { dismissed: 2, uniqueClicks: 1, uniqueReceived: 0, actionClicks: 3 };
    expect(await reportOf(messageId)).toMatchObject({ ...totals, clicks: 5, ...added });
  });
});
