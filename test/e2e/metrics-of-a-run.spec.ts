import { readFileSync } from 'node:fs';
import { request } from '../support/http.js';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { type ProductProcess, pushApiEnvironment, startProduct, VAPID_KEYS } from '../support/product-process.js';
import { Scraped } from '../support/scraped.js';
import { SimulatorProcess } from '../support/simulator.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { firstMongoDb, testEnvironment } from '../support/test-environment.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

const TOKENS = 30;
const SUBSCRIPTIONS = 20;
const applicationServerKey = VAPID_KEYS.publicKey;

let simulator: SimulatorProcess;
let keys: TestKeys;
let pushApi: ProductProcess;
let product: Installation;
let worker: ProductProcess;
let proxy: TcpProxy;
let mongoDbProxy: TcpProxy;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start();
  pushApi = await startProduct('push-api', { ...simulator.environment, ...pushApiEnvironment(keys.folder) });
  product = await Installation.start('metrics_run', { workers: 0, environment: { PUSH_API_URL: pushApi.url } });
  worker = await product.startProcess('worker');
  const { hostname, port } = new URL(testEnvironment('TEST_REDIS_URL'));
  proxy = await startTcpProxy(hostname, Number(port));
  const mongoDb = firstMongoDb();
  mongoDbProxy = await startTcpProxy(mongoDb.hostname, Number(mongoDb.port));
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
  expect(await pushApi.stop()).toBe(0);
  await Promise.all([simulator.stop(), keys.remove(), proxy.stop(), mongoDbProxy.stop()]);
});

async function addSubscribers(domain: string, order: Parameters<SimulatorProcess['subscribe']>[0]): Promise<void> {
  const subscriptions = await simulator.subscribe({ applicationServerKey, ...order });
  for (const { endpoint, keys: subscriptionKeys } of subscriptions) {
    await product.db.addContacts(domain, [endpoint], { subscription: { endpoint, ...subscriptionKeys } });
  }
}

/** Scrapes until a value is as expected: what is read from stores is read every 10 s at most. */
async function scrapeUntil(
  process: ProductProcess,
  [name, labels]: readonly [string, Readonly<Record<string, string>>?],
  isExpected: (sum: number) => boolean,
): Promise<Scraped> {
  let scraped = await Scraped.from(process);
  const ask = async (): Promise<number | undefined> => {
    scraped = await Scraped.from(process);
    return scraped.sum(`push_contact_${name}`, labels);
  };
  await waitFor(ask, (sum) => sum !== undefined && isExpected(sum));
  return scraped;
}

it('counts a broadcast from its acceptance to its outcomes, and measures what it takes', async () => {
  const domain = 'whole.example.com';
  await product.db.addContacts(domain, await simulator.deviceTokens({ count: TOKENS }));
  await addSubscribers(domain, { service: 'mozilla', count: SUBSCRIPTIONS });
  const messageId = await product.send(domain, { title: 'Whole' });
  expect(await product.finished(messageId)).toMatchObject({ delivered: TOKENS + SUBSCRIPTIONS });

  const scraped = await Scraped.from(product.api, worker, pushApi);
  const mozilla = '*.push.services.mozilla.com';
  const sums = (name: string, labels: Readonly<Record<string, string>> = {}) =>
    scraped.sum(`push_contact_${name}`, labels);
  expect({
    accepted: sums('accepted_sends_total', { kind: 'broadcast' }),
    planned: sums('planned_contacts_total'),
    firebase: sums('settled_contacts_total', { outcome: 'delivered', push_service: 'firebase' }),
    mozilla: sums('settled_contacts_total', { outcome: 'delivered', push_service: mozilla }),
    calls: sums('push_api_request_duration_seconds_count', { status: '200' }),
    results: sums('send_results_total', { reason: 'delivered' }),
    toFirebase: sums('push_service_request_duration_seconds_count', { push_service: 'firebase', status: '200' }),
    toMozilla: sums('push_service_request_duration_seconds_count', { push_service: mozilla, status: '201' }),
    settlements: sums('coalesced_write_size_sum', { write: 'settlements' }),
    modes: scraped.valuesOf('push_contact_build_info', 'mode'),
  }).toEqual({
    accepted: 1,
    planned: TOKENS + SUBSCRIPTIONS,
    firebase: TOKENS,
    mozilla: SUBSCRIPTIONS,
    calls: 2,
    results: TOKENS + SUBSCRIPTIONS,
    toFirebase: TOKENS,
    toMozilla: SUBSCRIPTIONS,
    settlements: 1,
    modes: ['api', 'push-api', 'worker'],
  });
  const commands = scraped.valuesOf('push_contact_mongodb_command_duration_seconds_count', 'command');
  expect(commands).toEqual(expect.arrayContaining(['find', 'insert', 'update', 'commitTransaction', 'findAndModify']));
  expect(sums('redis_command_duration_seconds_count', { command: 'evalsha', outcome: 'ok' })).toBeGreaterThan(0);
  // What waits for a job would wait for seconds.
  expect(sums('redis_command_duration_seconds_sum', { command: 'other' })).toBeLessThan(5);
  expect(scraped.sum('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
});

it('counts sends to single visitors with their contacts, and lists', async () => {
  const domain = 'visitors.example.com';
  const [token = ''] = await simulator.deviceTokens({ first: 1_000, count: 1 });
  await product.db.addContacts(domain, [token], { visitor_guid: 'one' });
  const json = { title: 'One', body: 'One' };
  await product.askAsSuperUser('POST', `/push-contacts/${domain}/one/message`, { json });
  const messageId = await product.store(domain, { title: 'List' });
  const list = { json: { visitorsFieldsList: [{ visitorGuid: 'one', fields: {} }] } };
  messageIdOf(await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, list), 202);
  await product.finished(messageId);
  // The text of the metrics is kept for a second.
  await scrapeUntil(product.api, ['accepted_sends_total', { kind: 'visitors' }], (sends) => sends === 1);
  const accepted = ['accepted_sends_total', { kind: 'visitor' }] as const;
  const scraped = await scrapeUntil(product.api, accepted, (sends) => sends === 1);
  expect(scraped.sum('push_contact_accepted_contacts_total')).toBe(1);
});

it('counts a transaction that runs again because of another one', async () => {
  const domain = 'conflicts.example.com';
  const register = async (first: number): Promise<number> => {
    const [subscription] = await simulator.subscribe({ service: 'fcm', first, count: 1, applicationServerKey });
    const { endpoint: endPoint = '', keys: { p256dh: p256DH = '', auth = '' } = {} } = subscription ?? {};
    const json = { domain, deviceToken: `token-${first}`, subscription: { endPoint, keys: { p256DH, auth } } };
    return (await product.ask('POST', '/push-contacts', { json })).status;
  };
  expect(await register(1)).toBe(200);
  const retries = { reason: 'write-conflict' };
  let registered: Promise<number> | undefined;
  await product.db.whileWritten('contactDays', { domain }, async () => {
    registered = register(2);
    await scrapeUntil(product.api, ['mongodb_transaction_retries_total', retries], (count) => count > 0);
  });
  expect(await registered).toBe(200);
});

it('has no series for what a caller or a peer makes up', async () => {
  const { url } = product.api;
  for (const path of ['/made-up-1', '/made-up-2/secret']) await request('GET', url + path);
  await request('PROPFIND', `${url}/made-up-3`);
  const unknown = ['http_request_duration_seconds_count', { route: 'unknown' }] as const;
  const scraped = await scrapeUntil(product.api, unknown, (count) => count === 3);
  const routes = scraped.valuesOf('push_contact_http_request_duration_seconds_count', 'route');
  expect(routes.filter((route) => route.includes('made-up') || route.includes('secret'))).toEqual([]);
});

it('shows who refuses, what waits for another attempt, and a message that is not done', async () => {
  const domain = 'refused.example.com';
  await addSubscribers(domain, { service: 'mozilla', first: 2_000, count: 8, behaviour: 'too-many' });
  const messageId = await product.send(domain, { title: 'Refused' });
  await scrapeUntil(product.api, ['contacts_waiting_for_retry'], (contacts) => contacts >= 8);
  const scraped = await scrapeUntil(product.api, ['paused_push_services', { scope: 'domain' }], (count) => count === 1);
  expect(scraped.valuesOf('push_contact_contacts_waiting_for_retry', 'cause').join()).toMatch(/limits|throttled/);
  expect(scraped.valuesOf('push_contact_paused_push_services', 'push_service')).toEqual([
    '*.push.services.mozilla.com',
  ]);
  expect(scraped.sum('push_contact_oldest_unfinished_message_age_seconds')).toBeGreaterThan(0);
  const pushes = ['push_service_request_duration_seconds_count', { status: '429' }] as const;
  await scrapeUntil(pushApi, pushes, (count) => count > 0);
  await product.askAsSuperUser('DELETE', `/messages/${messageId}/delivery`);
});

it('counts a domain whose pruning is stopped', async () => {
  const domain = 'gone.example.com';
  await addSubscribers(domain, { service: 'fcm', first: 4_000, count: 25, behaviour: 'gone' });
  await product.finished(await product.send(domain, { title: 'Gone' }));
  await scrapeUntil(product.api, ['open_prune_breakers'], (domains) => domains === 1);
  // The gauge is 0 again by the test of what MongoDB stores.
  expect((await product.askAsSuperUser('POST', `/domains/${domain}/prune-breaker/release`)).status).toBe(200);
});

it('counts a lease that another worker has taken', async () => {
  const domain = 'leases.example.com';
  await product.db.addContacts(domain, await simulator.deviceTokens({ first: 3_000, count: 1 }));
  await simulator.set({ latencyMedianMs: 4_000, latencyP99Ms: 4_000 }, 'firebase');
  await product.send(domain, { title: 'Leases' });
  await waitFor(
    () => product.db.count('deliveryBatches', { domain, lease_number: 1 }),
    (count) => count === 1,
  );
  await product.db.update('deliveryBatches', { domain }, { $inc: { lease_number: 1 } });
  await scrapeUntil(worker, ['leases_lost_total'], (count) => count === 1);
  await simulator.set({ latencyMedianMs: 0, latencyP99Ms: 0 }, 'firebase');
});

it('tells from the API alone that no worker is there, and what waits for one', async () => {
  const calm = await scrapeUntil(product.api, ['workers'], (count) => count === 1);
  expect(calm.sum('push_contact_oldest_overdue_plan_age_seconds')).toBe(0);
  expect(await product.remove(worker, (each) => each.stop())).toBe(0);
  await product.db.addContacts('waiting.example.com', names('waiting', 3));
  await product.send('waiting.example.com', { title: 'Waiting' });
  const scraped = await scrapeUntil(product.api, ['workers'], (count) => count === 0);
  expect(scraped.sum('push_contact_queue_jobs', { queue: 'delivery-plans', state: 'waiting' })).toBe(1);
  await scrapeUntil(product.api, ['oldest_overdue_plan_age_seconds'], (seconds) => seconds > 1);
});

it('shows a PushApi that is away, and stores that are cut off, in the process that they are cut off from', async () => {
  const redis = new URL(testEnvironment('TEST_REDIS_URL'));
  redis.host = `127.0.0.1:${proxy.port}`;
  const cut = await product.startProcess('worker', {
    PUSH_API_URL: 'http://127.0.0.1:9',
    REDIS_URL: redis.href,
    MONGODB_URI: `mongodb://127.0.0.1:${mongoDbProxy.port}/?directConnection=true`,
  });
  const away = await scrapeUntil(cut, ['dependency_up', { dependency: 'push-api' }], (up) => up === 0);
  expect(away.sum('push_contact_push_api_request_duration_seconds_count', { status: 'none' })).toBeGreaterThan(0);
  const waiting = { cause: 'ECONNREFUSED' };
  await scrapeUntil(product.api, ['contacts_waiting_for_retry', waiting], (contacts) => contacts >= 3);

  proxy.cut();
  const down = await scrapeUntil(cut, ['dependency_up', { dependency: 'redis' }], (up) => up === 0);
  expect(down.sum('push_contact_dependency_up', { dependency: 'mongodb' })).toBe(1);
  expect(down.sum('push_contact_queue_jobs')).toBeUndefined();
  expect(down.sum('push_contact_workers')).toBeUndefined();
  expect((await Scraped.from(product.api)).sum('push_contact_dependency_up', { dependency: 'redis' })).toBe(1);
  proxy.mend();

  mongoDbProxy.cut();
  await scrapeUntil(cut, ['dependency_up', { dependency: 'mongodb' }], (up) => up === 0);
  const ofMongoDb = ['oldest_unfinished_message_age_seconds', 'contacts_waiting_for_retry', 'open_prune_breakers'];
  await waitFor(
    () => Scraped.from(cut),
    (scraped) => ofMongoDb.every((name) => scraped.sum(`push_contact_${name}`) === undefined),
  );
  expect((await Scraped.from(product.api)).sum('push_contact_dependency_up', { dependency: 'mongodb' })).toBe(1);
  mongoDbProxy.mend();
  await scrapeUntil(cut, ['dependency_up', { dependency: 'mongodb' }], (up) => up === 1);
});

it('tells what MongoDB stores, and of its disk', async () => {
  // What takes longer than 2 s to read is left out, and shown to a later scrape.
  const ofContacts = ['mongodb_storage_bytes', { collection: 'push-contacts' }] as const;
  const scraped = await scrapeUntil(product.api, ofContacts, (bytes) => bytes > 0);
  const stored = (collection: string) => scraped.sum('push_contact_mongodb_storage_bytes', { collection });
  expect(stored('push-contacts')).toBeGreaterThan(0);
  expect(stored('deliveryBatches')).toBeGreaterThan(0);
  const [used, total] = ['used', 'total'].map((state) => scraped.sum('push_contact_mongodb_disk_bytes', { state }));
  expect(used).toBeGreaterThan(0);
  expect(total).toBeGreaterThan(used ?? 0);
  await scrapeUntil(product.api, ['open_prune_breakers'], (domains) => domains === 0);
});

it('exports every metric of docs/metrics.md from some process, and no other of ours', async () => {
  const documented = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^### `(push_contact_\w+)`/gm)];
  const other = await product.startProcess('worker');
  const { names: exported } = await Scraped.from(product.api, other, pushApi);
  const ours = [...exported].filter((name) => name.startsWith('push_contact_'));
  // Loaded only where traces are exported.
  const untraced = documented.map(([, name]) => name).filter((name) => name !== 'push_contact_spans_dropped_total');
  expect(ours.sort()).toEqual(untraced.sort());
});
