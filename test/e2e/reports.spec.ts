import { randomUUID } from 'node:crypto';
import { type HttpResponse, request, type RequestOptions } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { startStandInPushApi, type StandInPushApi } from '../support/stand-in-push-api.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { TestDatabase, uuid } from '../support/test-database.js';
import { firstMongoDb } from '../support/test-environment.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

interface Counts {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly received: number;
  readonly click: number;
  readonly actionClick: number;
  readonly billableSends: number;
}

type Details = Omit<Counts, 'click'> & { readonly clicks: number };

interface Grouped {
  readonly totals: Counts;
  readonly periods: readonly (Counts & { readonly date: string })[];
}

interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly per_page: number;
}

interface DeliveryResult {
  readonly domain: string;
  readonly sentQuantity: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly date: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const database = uniqueDatabase('reports');
const AN_ID = 'df555721-5135-4b5d-9c6a-7db3565f22ae';
const ALL_TIME = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';

// Typed as unknown, because Jest's own matchers are `any`.
const ANY_TEXT: unknown = expect.stringMatching(/./);

/** The start of the hour 40 days ago; no hourly counter is older. */
const START = new Date(Math.floor((Date.now() - 40 * DAY_MS) / HOUR_MS) * HOUR_MS);
const sinceStart = `from=${START.toISOString()}&to=2100-01-01`;

/** Every route of this file; each returns 200 to a super user. */
const ROUTES = [
  ['/push-contacts/visitor-guids?domain=example.com', true],
  ['/push-contacts/example.com/visitor-guids', true],
  ['/push-contacts/example.com/a-guid', false],
  ['/push-contacts/example.com/device-tokens/a-token', false],
  ['/push-contacts/domains', true],
  ['/push-contacts/messages/delivery-results', true],
  ['/domains/known.example.com/stats', true],
  [`/domains/example.com/push-sends-consumed-count?${ALL_TIME}`, true],
  [`/domains/example.com/messages/${AN_ID}/stats?${sinceStart}`, true],
  [`/domains/example.com/messages/${AN_ID}/stats?${ALL_TIME}`, true],
  [`/domains/example.com/messages/stats/grouped?messageIds=${AN_ID}&${ALL_TIME}`, true],
  [`/push-contacts/example.com/messages/${AN_ID}/details?${ALL_TIME}`, true],
] as const;

let keys: TestKeys;
let pushApi: StandInPushApi;
let db: TestDatabase;
let api: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  pushApi = await startStandInPushApi();
  db = await TestDatabase.open(database);
  api = await startProduct('api', baseEnvironment(database, keys.folder, pushApi.url));
  const domain = { _id: 'known', name: 'known.example.com', is_push_feature_enabled: true, modified: new Date() };
  await db.insert('domains', [domain]);
});

afterAll(async () => {
  const code = await api.stop();
  await Promise.all([pushApi.stop(), db.close(), keys.remove()]);
  expect(code).toBe(0);
});

function ask(path: string, options: RequestOptions = {}): Promise<HttpResponse> {
  return request('GET', api.url + path, options);
}

function askAsSuperUser(path: string): Promise<HttpResponse> {
  return ask(path, { token: keys.superUser });
}

async function get<T>(path: string): Promise<T> {
  const { status, body } = await askAsSuperUser(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  return body as T;
}

function expectProblem(response: HttpResponse, status: number, properties?: readonly string[]): void {
  expect({ status: response.status, body: response.body }).toMatchObject({
    status,
    body: { type: ANY_TEXT, title: ANY_TEXT, status, detail: ANY_TEXT },
  });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  if (properties === undefined) return;
  const { errors = {} } = response.body as { errors?: Record<string, string[]> };
  expect(Object.keys(errors).sort()).toEqual([...properties].sort());
}

function hour(index: number): Date {
  return new Date(START.getTime() + index * HOUR_MS);
}

function message(domain: string, messageId: string, insertedDate: Date, counters: object): object {
  const content = { title: 'T', body: 'B', inserted_date: insertedDate };
  return { _id: randomUUID(), message_id: uuid(messageId), domain, ...content, ...counters };
}

describe('authorization', () => {
  it.each(ROUTES)('GET %s requires a super user: %p', async (path, forSuperUsers) => {
    const tokens = [undefined, 'no.jwt.atall', keys.expired, keys.foreign, keys.user];
    for (const token of tokens) {
      const response = await ask(path, token === undefined ? {} : { token });
      if (forSuperUsers) expectProblem(response, token === keys.user ? 403 : 401);
      else expect([response.status, response.body]).toEqual([200, false]);
    }
    for (const token of [keys.superUser, keys.superUserByXml]) {
      expect((await ask(path, { token })).status).toBe(200);
    }
  });

  it('is checked before the parameters', async () => {
    expectProblem(await ask('/push-contacts/domains?page=x'), 401);
    expectProblem(await ask('/domains/d/push-sends-consumed-count'), 401);
  });
});

describe('bad input', () => {
  const long = 'd'.repeat(254);
  const messageIds = (count: number): string => Array.from({ length: count }, () => `messageIds=${AN_ID}`).join('&');

  const badPages = (path: string, maximum: number): [string, string[]][] => [
    ...['-1', 'x', '1.5', '1e2', '', '%2B1', '2147483648', '1&page=2'].map((bad): [string, string[]] => [
      `${path}page=${bad}`,
      ['page'],
    ]),
    ...badSizes(path, maximum),
    [`${path}page=-1&per_page=0`, ['page', 'per_page']],
  ];
  const badSizes = (path: string, maximum: number): [string, string[]][] =>
    ['0', '-5', 'x', '', '10.0', `${maximum + 1}`, '1&per_page=2'].map((bad) => [
      `${path}per_page=${bad}`,
      ['per_page'],
    ]);
  const badPeriods = (path: string): [string, string[]][] => [
    ...required(path),
    [`${path}from=soon&to=2024-01-01`, ['from']],
    [`${path}from=2024-01-01&to=2024-02-30`, ['to']],
    [`${path}from=2024-01-01&to=1704067200`, ['to']],
    [`${path}from=2024-01-01T00:00:00Z&to=2023-12-31T23:59:59Z`, ['from']],
    [`${path}from=2024-01-01T00:00:00-03:00&to=2024-01-01T02:59:59Z`, ['from']],
    [`${path}from=2024-01-01&from=2024-01-02&to=2025-01-01`, ['from']],
  ];
  const required = (path: string): [string, string[]][] => [
    [path, ['from', 'to']],
    [`${path}from=2024-01-01`, ['to']],
    [`${path}to=2024-01-01`, ['from']],
    [`${path}from=&to=`, ['from', 'to']],
  ];

  it.each([
    ['/push-contacts/visitor-guids', ['domain']],
    ['/push-contacts/visitor-guids?domain=', ['domain']],
    ['/push-contacts/visitor-guids?domain=%20', ['domain']],
    ['/push-contacts/visitor-guids?domain=a&domain=b', ['domain']],
    [`/push-contacts/visitor-guids?domain=${long}`, ['domain']],
    [`/push-contacts/visitor-guids?domain=d&nextCursor=${'g'.repeat(129)}`, ['nextCursor']],
    ['/push-contacts/visitor-guids?domain=d&nextCursor=a&nextCursor=b', ['nextCursor']],
    ...badSizes('/push-contacts/visitor-guids?domain=d&', 1_000),
    ['/push-contacts/%20/visitor-guids', ['domain']],
    [`/push-contacts/${long}/visitor-guids`, ['domain']],
    ...badPages('/push-contacts/d/visitor-guids?', 1_000),
    ['/push-contacts/%20/guid', ['domain']],
    ['/push-contacts/d/%20', ['visitorGuid']],
    [`/push-contacts/${long}/${'g'.repeat(129)}`, ['domain', 'visitorGuid']],
    ...badPages('/push-contacts/domains?', 100),
    ...badPages('/push-contacts/messages/delivery-results?', 100),
    ...badPeriods('/push-contacts/messages/delivery-results?').slice(required('').length),
    ['/domains/%20/stats', ['name']],
    [`/domains/${long}/stats`, ['name']],
    ['/domains/%20/push-sends-consumed-count?from=2024-01-01&to=2024-01-02', ['domain']],
    ...badPeriods('/domains/d/push-sends-consumed-count?'),
    ['/domains/d/messages/no-uuid/stats?from=2024-01-01&to=2024-01-02', ['messageId']],
    [`/domains/${long}/messages/${AN_ID}0/stats?from=2024-01-01`, ['domain', 'messageId', 'to']],
    ...badPeriods(`/domains/d/messages/${AN_ID}/stats?`),
    ['/push-contacts/d/messages/no-uuid/details?from=2024-01-01&to=2024-01-02', ['messageId']],
    ...badPeriods(`/push-contacts/d/messages/${AN_ID}/details?`),
    [`/domains/d/messages/stats/grouped?${ALL_TIME}`, ['messageIds']],
    [`/domains/d/messages/stats/grouped?messageIds=&${ALL_TIME}`, ['messageIds']],
    [`/domains/d/messages/stats/grouped?messageIds=no-uuid&${ALL_TIME}`, ['messageIds']],
    [`/domains/d/messages/stats/grouped?messageIds=${AN_ID}&messageIds=no-uuid&${ALL_TIME}`, ['messageIds']],
    [`/domains/d/messages/stats/grouped?messageIds=${AN_ID},${AN_ID}&${ALL_TIME}`, ['messageIds']],
    [`/domains/d/messages/stats/grouped?${messageIds(501)}&${ALL_TIME}`, ['messageIds']],
    ...['hour', 'days', '0', 'day,week', 'day&period=week'].map((bad): [string, string[]] => [
      `/domains/d/messages/stats/grouped?messageIds=${AN_ID}&${ALL_TIME}&period=${bad}`,
      ['period'],
    ]),
    [`/domains/%20/messages/stats/grouped?messageIds=${AN_ID}&${ALL_TIME}`, ['domain']],
    ...badPeriods(`/domains/d/messages/stats/grouped?messageIds=${AN_ID}&`),
  ])('%s returns 400 and names what is wrong', async (path, properties) => {
    const { status, body, headers } = await askAsSuperUser(path);
    const { errors } = body as { errors?: Record<string, string[]> };
    expect(headers.get('content-type')).toContain('application/problem+json');
    // The path is validated before the query, so a problem of the path can hide one of the query.
    const named = Object.keys(errors ?? {});
    expect([status, properties]).toEqual([400, expect.arrayContaining(named)]);
    expect(named).not.toEqual([]);
  });

  it('does not include as many message ids as the limit allows', async () => {
    const { totals } = await get<Grouped>(`/domains/d/messages/stats/grouped?${messageIds(500)}&${ALL_TIME}`);
    expect(totals.sent).toBe(0);
  });
});

describe('contacts', () => {
  const domain = 'contacts.example.com';

  beforeAll(async () => {
    const old = (token: string, more: object): object => ({
      _id: token,
      domain,
      device_token: token,
      email: null,
      deleted: false,
      modified: new Date(),
      ...more,
    });
    await db.addContacts(domain, ['c-1'], { visitor_guid: 'c' });
    await db.addContacts(domain, ['a-1', 'a-2'], { visitor_guid: 'a' });
    await db.addContacts(domain, ['b-1'], { visitor_guid: 'b' });
    await db.addContacts(domain, ['d-1'], { visitor_guid: 'deleted', deleted: true });
    await db.addContacts(domain, ['n-1'], { visitor_guid: null });
    await db.addContacts(`not-${domain}`, ['x-1'], { visitor_guid: 'x' });
    // Documents from before visitors had guids and browsers had subscriptions.
    await db.insert('push-contacts', [
      old('old-1', { history_events: [{ sent_success: true, event_date: new Date() }] }),
      old('old-2', { visitor_guid: 'e', history_events: [] }),
      old('old-3', { deleted: true }),
    ]);
  });

  it('have distinct visitor guids, page by page with a cursor', async () => {
    const path = `/push-contacts/visitor-guids?domain=${domain}`;
    expect(await get(path)).toEqual({ items: ['a', 'b', 'c', 'e'], nextCursor: 'e', perPage: 100 });
    expect(await get(`${path}&per_page=3`)).toEqual({ items: ['a', 'b', 'c'], nextCursor: 'c', perPage: 3 });
    expect(await get(`${path}&NextCursor=c&PER_PAGE=3`)).toEqual({ items: ['e'], nextCursor: 'e', perPage: 3 });
    expect(await get(`${path}&nextCursor=e`)).toEqual({ items: [], nextCursor: null, perPage: 100 });
    expect(await get(`${path}&nextCursor=`)).toMatchObject({ items: ['a', 'b', 'c', 'e'] });
    const nobody = { items: [], nextCursor: null, perPage: 1_000 };
    expect(await get('/push-contacts/visitor-guids?domain=nobody.example.com&per_page=1000')).toEqual(nobody);
  });

  it('have visitor guids by offset, one for each contact', async () => {
    const path = `/push-contacts/${domain}/visitor-guids`;
    expect(await get(path)).toEqual({ items: ['a', 'a', 'b', 'c', 'e'], page: 5, per_page: 100 });
    expect(await get(`${path}?per_page=2`)).toEqual({ items: ['a', 'a'], page: 2, per_page: 2 });
    expect(await get(`${path}?Page=2&per_page=2`)).toEqual({ items: ['b', 'c'], page: 4, per_page: 2 });
    expect(await get(`${path}?page=4&per_page=2`)).toEqual({ items: ['e'], page: 5, per_page: 2 });
    expect(await get(`${path}?page=5&per_page=2`)).toEqual({ items: [], page: 5, per_page: 2 });
    expect(await get(`${path}?page=2147483647`)).toEqual({ items: [], page: 2_147_483_647, per_page: 100 });
  });

  it.each([
    ['a', 'true'],
    ['e', 'true'],
    ['deleted', 'false'],
    ['x', 'false'],
    ['A', 'false'],
    ['null', 'false'],
  ])('of a visitor %s are active: %s', async (guid, expected) => {
    const response = await ask(`/push-contacts/${domain}/${guid}`);
    expect([response.status, response.text]).toEqual([200, expected]);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('are counted by domain', async () => {
    const first = await get<Page<object>>('/push-contacts/domains?per_page=1');
    const counted = { name: domain, pushContactActiveQuantity: 7, pushContactInactiveQuantity: 2 };
    expect(first).toEqual({ items: [counted], page: 1, per_page: 1 });
    const other = { name: `not-${domain}`, pushContactActiveQuantity: 1, pushContactInactiveQuantity: 0 };
    expect((await get<Page<object>>('/push-contacts/domains?page=1')).items).toContainEqual(other);
    const { items } = await get<Page<{ name: string }>>('/push-contacts/domains');
    expect(items.map(({ name }) => name)).toEqual(items.map(({ name }) => name).sort());
  });

  it('are counted for one domain if it is known', async () => {
    expectProblem(await askAsSuperUser(`/domains/${domain}/stats`), 404);
    const put = await request('PUT', `${api.url}/domains/${domain}`, { token: keys.superUser, json: {} });
    expect(put.status).toBe(200);
    const stats = { name: domain, contactsStats: { deleted: 2, active: 7, total: 9 } };
    expect(await get(`/domains/${domain}/stats`)).toEqual(stats);
    const none = { deleted: 0, active: 0, total: 0 };
    expect(await get('/domains/known.example.com/stats')).toEqual({ name: 'known.example.com', contactsStats: none });
  });
});

describe('reports of one domain', () => {
  const domain = 'reports.example.com';
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  const messageIds = ids.map((id) => `messageIds=${id}`).join('&');
  const HOURS = 60;

  /** The counts of message n in each of its hours. */
  const countsOf = (index: number): Record<string, number> => ({
    sent: 5 + index,
    delivered: 3 + index,
    not_delivered: 2,
    billable_sends: 4 + index,
    received: 2 + index,
  });

  beforeAll(async () => {
    for (const [index, id] of ids.entries()) {
      const counts = countsOf(index);
      const of = { domain, message_id: uuid(id), ...counts, click: 1 + index, action_click: 0 };
      await db.insert(
        'messageStats',
        Array.from({ length: HOURS }, (_, each) => ({ ...of, date: hour(index + each) })),
      );
      const sums = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * HOURS]));
      await db.insert('messages', [message(domain, id, hour(index), { ...sums, clicks: (1 + index) * HOURS })]);
    }
    // Documents of other messages and domains in the same hours.
    for (const other of ['other.example.com', 'REPORTS.example.com']) {
      const id = randomUUID();
      const counts = { sent: 1_000, delivered: 1_000, not_delivered: 0, billable_sends: 1_000, received: 9 };
      await db.insert('messageStats', [{ domain: other, message_id: uuid(id), date: hour(1), ...counts, click: 7 }]);
      await db.insert('messages', [message(other, id, hour(1), { ...counts, clicks: 7 })]);
    }
  });

  it('have every property', async () => {
    const id = ids[0] ?? '';
    const counters = {
      sent: 300,
      delivered: 180,
      notDelivered: 120,
      billableSends: 240,
      received: 120,
      actionClick: 0,
    };
    const details = { domain, messageId: id, ...counters, clicks: 60 };
    expect(await get(`/push-contacts/${domain}/messages/${id}/details?${ALL_TIME}`)).toEqual(details);
    expect(await get(`/domains/${domain}/messages/${id}/stats?${sinceStart}`)).toEqual(details);
    expect(await get(`/domains/${domain}/messages/${id.toUpperCase()}/stats?${sinceStart}`)).toEqual(details);

    const to = hour(0).toISOString();
    const period = `from=${hour(0).toISOString()}&to=${to}`;
    const counts = { sent: 5, delivered: 3, notDelivered: 2, received: 2, click: 1, actionClick: 0, billableSends: 4 };
    const grouped = `/domains/${domain}/messages/stats/grouped?messageIds=${id}&${period}&period=YEAR`;
    expect(await get(grouped)).toEqual({
      domain,
      messageIds: [id],
      dateFrom: to,
      dateTo: to,
      groupedPeriod: 'year',
      totals: counts,
      periods: [{ date: `${START.getUTCFullYear()}-01-01T00:00:00.000Z`, ...counts }],
    });

    const consumed = await askAsSuperUser(`/domains/${domain}/push-sends-consumed-count?${period}`);
    expect([consumed.status, consumed.body]).toEqual([200, { domain, from: to, to, consumed: 4 }]);
    expect(consumed.headers.get('cache-control')).toBe('public,max-age=60');

    const results = `/push-contacts/messages/delivery-results?from=${to}&to=${hour(1).toISOString()}`;
    const result = { domain, sentQuantity: 300, delivered: 180, notDelivered: 120, date: to };
    expect(await get(results)).toEqual({ items: [result], page: 1, per_page: 100 });
  });

  it.each(['', '&period=', '&period=day', '&PERIOD=Week', '&period=month', '&period=year'])(
    'agree with each other when grouped with "%s"',
    async (period) => {
      const all = ids.map((id) => get<Details>(`/push-contacts/${domain}/messages/${id}/details?${ALL_TIME}`));
      const byMessage = ids.map((id) => get<Details>(`/domains/${domain}/messages/${id}/stats?${sinceStart}`));
      const details = await Promise.all(all);
      expect(await Promise.all(byMessage)).toEqual(details);

      const query = `${messageIds}&${sinceStart}${period}`;
      const { totals, periods } = await get<Grouped>(`/domains/${domain}/messages/stats/grouped?${query}`);
      const { items } = await get<Page<DeliveryResult>>('/push-contacts/messages/delivery-results?per_page=100');
      const results = items.filter((item) => item.domain === domain);
      const { consumed } = await get<{ consumed: number }>(
        `/domains/${domain}/push-sends-consumed-count?${sinceStart}`,
      );

      const sum = <T>(list: readonly T[], of: (item: T) => number): number =>
        list.reduce((total, item) => total + of(item), 0);
      expect(totals).toEqual({
        sent: 1_080,
        delivered: 720,
        notDelivered: 360,
        received: 540,
        click: 360,
        actionClick: 0,
        billableSends: 900,
      });
      for (const name of ['sent', 'delivered', 'notDelivered', 'received', 'actionClick', 'billableSends'] as const) {
        expect([name, sum(details, (one) => one[name])]).toEqual([name, totals[name]]);
        expect([name, sum(periods, (one) => one[name])]).toEqual([name, totals[name]]);
      }
      expect(sum(details, ({ clicks }) => clicks)).toBe(totals.click);
      expect(sum(periods, ({ click }) => click)).toBe(totals.click);
      expect(sum(results, ({ sentQuantity }) => sentQuantity)).toBe(totals.sent);
      expect(sum(results, ({ delivered }) => delivered)).toBe(totals.delivered);
      expect(sum(results, ({ notDelivered }) => notDelivered)).toBe(totals.notDelivered);
      expect(consumed).toBe(totals.billableSends);
      const dates = periods.map(({ date }) => date);
      expect(dates).toEqual([...new Set(dates)].sort());
    },
  );

  it('count a message once when it is named twice or in another case', async () => {
    const id = ids[1] ?? '';
    const query = `messageIds=${id}&messageIds=${id.toUpperCase()}&${sinceStart}`;
    const { totals } = await get<Grouped>(`/domains/${domain}/messages/stats/grouped?${query}`);
    expect(totals.sent).toBe(6 * HOURS);
  });

  it('accept names in any case, and an offset whose plus is not encoded', async () => {
    const query = `FROM=${START.toISOString().replace('.000Z', '+00:00')}&To=2100-01-01&MessageIDs=${ids[0]}`;
    const { totals } = await get<Grouped>(`/domains/${domain}/messages/stats/grouped?${query}`);
    expect(totals.sent).toBe(5 * HOURS);
  });

  it('from before the kept hours are the message’s own counters if it was inserted in the period', async () => {
    const id = randomUUID();
    const inserted = new Date(Date.now() - 500 * DAY_MS);
    const counters = { sent: 9, delivered: 8, not_delivered: 1 };
    await db.insert('messages', [message('old.example.com', id, inserted, counters)]);
    const stats = (from: Date, to: Date): Promise<object> =>
      get(`/domains/old.example.com/messages/${id}/stats?from=${from.toISOString()}&to=${to.toISOString()}`);
    const zeros = { billableSends: 0, received: 0, clicks: 0, actionClick: 0 };
    const own = { domain: 'old.example.com', messageId: id, sent: 9, delivered: 8, notDelivered: 1, ...zeros };
    expect(await stats(inserted, inserted)).toEqual(own);
    expect(await stats(inserted, new Date())).toEqual(own);
    expect(await stats(new Date(inserted.getTime() + 1), new Date())).toMatchObject({ sent: 0, delivered: 0 });
    expect(await stats(new Date(Date.now() - 350 * DAY_MS), new Date())).toMatchObject({ sent: 0, delivered: 0 });
    expect(await get(`/push-contacts/old.example.com/messages/${id}/details?${ALL_TIME}`)).toEqual(own);
    const consumed = { domain: 'old.example.com', consumed: 0 };
    expect(await get(`/domains/old.example.com/push-sends-consumed-count?${ALL_TIME}`)).toMatchObject(consumed);
  });
});

it('every report agrees for a message that was really sent', async () => {
  const domain = 'sent.example.com';
  await db.addContacts(domain, [...tokens('valid', 40), ...tokens('unregistered', 5), ...tokens('sender', 3)]);
  const worker = await startProduct('worker', baseEnvironment(database, keys.folder, pushApi.url));
  const json = { title: 'T', body: 'B' };
  const before = new Date(Date.now() - 1).toISOString();
  const sent = await request('POST', `${api.url}/messages/domains/${domain}`, { token: keys.superUser, json });
  const { messageId } = sent.body as { messageId: string };
  const details = await waitFor(
    () => get<Details>(`/push-contacts/${domain}/messages/${messageId}/details?${ALL_TIME}`),
    (response) => response.sent >= 48,
  );
  expect(await worker.stop()).toBe(0);

  const counters = { sent: 48, delivered: 40, notDelivered: 8, billableSends: 45, received: 0, actionClick: 0 };
  expect(details).toEqual({ domain, messageId, ...counters, clicks: 0 });
  expect(await get(`/domains/${domain}/messages/${messageId}/stats?${sinceStart}`)).toEqual(details);
  const query = `messageIds=${messageId}&${sinceStart}&period=week`;
  const { totals, periods } = await get<Grouped>(`/domains/${domain}/messages/stats/grouped?${query}`);
  expect(totals).toEqual({ ...counters, click: 0 });
  expect(periods.map(({ date }) => new Date(date).getUTCDay())).toEqual(periods.map(() => 0));
  const { consumed } = await get<{ consumed: number }>(`/domains/${domain}/push-sends-consumed-count?${sinceStart}`);
  expect(consumed).toBe(45);
  const results = await get<Page<DeliveryResult>>(`/push-contacts/messages/delivery-results?from=${before}`);
  const ofDomain = results.items.filter((item) => item.domain === domain);
  expect(ofDomain).toMatchObject([{ sentQuantity: 48, delivered: 40, notDelivered: 8 }]);
  const { items } = await get<Page<object>>('/push-contacts/domains');
  const counted = { name: domain, pushContactActiveQuantity: 43, pushContactInactiveQuantity: 5 };
  expect(items).toContainEqual(counted);
});

function tokens(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-sent-${index}`);
}

it('every route returns 503 while MongoDB is unreachable, and works again afterwards', async () => {
  const { hostname, port } = firstMongoDb();
  const proxy = await startTcpProxy(hostname, Number(port));
  const behindProxy = await startProduct('api', {
    ...baseEnvironment(database, keys.folder, pushApi.url),
    MONGODB_URI: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
  });
  const askAll = (): Promise<HttpResponse[]> =>
    Promise.all(ROUTES.map(([path]) => request('GET', behindProxy.url + path, { token: keys.superUser })));
  const before = await askAll();
  proxy.cut();
  const refused = await askAll();
  proxy.mend();
  const after = await waitFor(askAll, (responses) => responses.every(({ status }) => status !== 503));
  const code = await behindProxy.stop();
  await proxy.stop();

  expect(before.map(({ status }) => status)).toEqual(ROUTES.map(() => 200));
  for (const response of refused) {
    expectProblem(response, 503);
    expect(response.body).toMatchObject({ type: 'urn:push-contact:error:database_unavailable' });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
  expect(code).toBe(0);
});
