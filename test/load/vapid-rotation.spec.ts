import pMap from 'p-map';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { PUSH_SERVICES } from '../../src/simulator/service-names.js';
import { hashKey } from '../../src/simulator/subscriptions/endpoint-tokens.js';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type ProductProcess, pushApiEnvironment, startProduct } from '../support/product-process.js';
import { type SimulatedSubscription, SimulatorProcess } from '../support/simulator.js';
import { createVapidKeysFolder, type VapidKeysFolder } from '../support/vapid-keys-folder.js';

const CONTACTS = 20_000;
const OF_SERVICE = CONTACTS / PUSH_SERVICES.length;
const HALF = CONTACTS / 2;
const DOMAIN = 'rotation.example.com';
const BROADCAST_MS = 240_000;

/** Browsers that visit at once. */
const VISITORS_AT_ONCE = 32;

const NO_PAIR = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '' };

const report: string[] = [];
let vapid: VapidKeysFolder;
let simulator: SimulatorProcess;
let product: Installation;
let pushApi: ProductProcess;
let first: string;
let second: string;

beforeAll(async () => {
  vapid = await createVapidKeysFolder();
  [first, second] = vapid.pairs.map(({ publicKey }) => publicKey) as [string, string];
  simulator = await SimulatorProcess.start('--set=decryptShare=0.01', '--keep-messages=1');
  const port = String(await freePort());
  const environment = { ...NO_PAIR, VAPID_KEYS_DIR: vapid.publicPath, PUSH_API_URL: `http://127.0.0.1:${port}` };
  product = await Installation.start('vapid_rotation', { environment });
  const ofPushApi = { ...pushApiEnvironment(product.keys.folder), ...NO_PAIR, ...simulator.environment, PORT: port };
  pushApi = await startProduct('push-api', { ...ofPushApi, VAPID_KEYS_DIR: vapid.path });
  await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: { isPushFeatureEnabled: true } });
});

afterAll(async () => {
  console.log(report.join('\n'));
  expect(new Set(await product.stopAndKeepData())).toEqual(new Set([0]));
  expect([await pushApi.stop(), await simulator.stop()]).toEqual([0, 0]);
  await vapid.remove();
});

/** A browser for each contact, by device token, with a subscription of this key. */
async function subscribeAll(applicationServerKey: string, start: number): Promise<Map<string, SimulatedSubscription>> {
  const order = { first: start, count: OF_SERVICE, site: DOMAIN, applicationServerKey };
  const made = await Promise.all(PUSH_SERVICES.map((service) => simulator.subscribe({ ...order, service })));
  const pairs = made.flatMap((subscriptions, service) =>
    subscriptions.map((each, index): [number, SimulatedSubscription] => [index * made.length + service, each]),
  );
  return new Map(pairs.map(([index, subscription]) => [`browser-${index}`, subscription]));
}

/** Every other contact is one from before there was a ring, which does not say its key. */
async function addContacts(subscriptions: ReadonlyMap<string, SimulatedSubscription>): Promise<void> {
  const tokens = [...subscriptions.keys()];
  for (let start = 0; start < tokens.length; start += 10_000) {
    await product.db.addContacts(DOMAIN, tokens.slice(start, start + 10_000), (token) => {
      const { endpoint = '', keys = { p256dh: '', auth: '' } } = subscriptions.get(token) ?? {};
      const isOld = Number(token.split('-')[1]) % 8 < 4;
      return {
        visitor_guid: `guid of ${token}`,
        email: `${token}@example.com`,
        subscription: { endpoint, ...keys, ...(!isOld && { vapid_public_key: first }) },
      };
    });
  }
}

/** Each browser visits, as PushScript does: it asks for the key and puts its new subscription. */
async function visitAll(api: ProductProcess, visitors: ReadonlyMap<string, SimulatedSubscription>): Promise<void> {
  const startedMs = Date.now();
  const { body } = await request('GET', `${api.url}/push-script/configuration?domain=${DOMAIN}`);
  const { vapidPublicKey } = body as { vapidPublicKey: string };
  expect(vapidPublicKey).toBe(second);
  const visit = async ([token, { endpoint, keys }]: [string, SimulatedSubscription]): Promise<number> => {
    const json = { endPoint: endpoint, keys: { p256DH: keys.p256dh, auth: keys.auth }, vapidPublicKey };
    return (await request('PUT', `${api.url}/push-contacts/${token}/subscription`, { json })).status;
  };
  const statuses = await pMap(visitors, visit, { concurrency: VISITORS_AT_ONCE });
  expect(new Set(statuses)).toEqual(new Set([200]));
  report.push(`${visitors.size} browsers got a subscription of the new key in ${Date.now() - startedMs} ms`);
}

/** What the push services have accepted, by VAPID key, after a broadcast that reached each contact once. */
async function expectReached(messageId: string, startedMs: number): Promise<Record<string, number>> {
  const progress = await product.finished(messageId, BROADCAST_MS);
  report.push(`a broadcast to ${progress.planned} contacts took ${Date.now() - startedMs} ms`);
  expect(progress).toMatchObject({
    state: 'done',
    planned: CONTACTS,
    delivered: CONTACTS,
    notDelivered: 0,
    pending: 0,
  });
  const keys: Record<string, number> = {};
  let once = 0;
  for (const service of PUSH_SERVICES) {
    const counts = await simulator.counts(service);
    expect(counts).toMatchObject({ accepted: OF_SERVICE, faults: {}, undecryptable: 0, endpoints: { repeatedly: 0 } });
    once += counts.endpoints.once;
    for (const [key, count] of Object.entries(counts.keys)) keys[key] = (keys[key] ?? 0) + count;
  }
  expect(once).toBe(CONTACTS);
  await simulator.act('/reset');
  return keys;
}

async function countByKey(): Promise<number[]> {
  const startedMs = Date.now();
  const { status, body } = await product.askAsSuperUser('GET', `/domains/${DOMAIN}/vapid-keys`);
  report.push(`GET vapid-keys with ${CONTACTS} contacts took ${Date.now() - startedMs} ms`);
  expect(status).toBe(200);
  return (body as { keys: { contacts: number }[] }).keys.map(({ contacts }) => contacts);
}

function half(
  subscriptions: ReadonlyMap<string, SimulatedSubscription>,
  which: 0 | 1,
): Map<string, SimulatedSubscription> {
  return new Map([...subscriptions].filter((_, index) => (index < HALF ? 0 : 1) === which));
}

it('the contacts of a domain are rotated to a new key through the api, none lost, each push signed with its key', async () => {
  await addContacts(await subscribeAll(first, 0));
  const before = await product.db.pick(
    'push-contacts',
    { domain: DOMAIN },
    '_id',
    'device_token',
    'email',
    'visitor_guid',
  );
  const renewed = await subscribeAll(second, OF_SERVICE);
  // The new default is served by one api, while the other one still serves the old one.
  const api = await product.startProcess('api', { VAPID_DEFAULT_KEY: second });
  expect(await countByKey()).toEqual([CONTACTS, 0, 0]);

  await visitAll(api, half(renewed, 0));
  expect(await countByKey()).toEqual([HALF, HALF, 0]);
  const mixedMs = Date.now();
  const mixed = await expectReached(await product.send(DOMAIN, { title: 'Half of them' }), mixedMs);
  expect(mixed).toEqual({ [hashKey(first)]: HALF, [hashKey(second)]: HALF });

  const duringMs = Date.now();
  const during = await product.send(DOMAIN, { title: 'While the others visit' });
  await visitAll(api, half(renewed, 1));
  const meanwhile = await expectReached(during, duringMs);
  expect((meanwhile[hashKey(first)] ?? 0) + (meanwhile[hashKey(second)] ?? 0)).toBe(CONTACTS);
  report.push(`while they visited ${meanwhile[hashKey(first)] ?? 0} were still reached by the old key`);

  expect(await countByKey()).toEqual([0, CONTACTS, 0]);
  const allMs = Date.now();
  const all = await expectReached(await product.send(DOMAIN, { title: 'All of them' }), allMs);
  expect(all).toEqual({ [hashKey(second)]: CONTACTS });

  const ofNewKey = { domain: DOMAIN, deleted: false, 'subscription.vapid_public_key': second };
  const after = await product.db.pick('push-contacts', ofNewKey, '_id', 'device_token', 'email', 'visitor_guid');
  expect(after.length).toBe(CONTACTS);
  expect(after).toEqual(before);
}, 900_000);
