import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { PUSH_SERVICES, type PushServiceName } from '../../src/simulator/service-names.js';
import { hashKey } from '../../src/simulator/subscriptions/endpoint-tokens.js';
import { type HttpResponse, request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type ProductProcess, PUSH_API_TOKEN, startProduct, pushApiEnvironment } from '../support/product-process.js';
import { SimulatorProcess, type SimulatedSubscription } from '../support/simulator.js';
import { createVapidKeysFolder, type VapidKeysFolder } from '../support/vapid-keys-folder.js';

/** The keys of an installation that is not this one. */
const FOREIGN = generateP256KeyPair().publicKey;

const NO_PAIR = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '' };

let vapid: VapidKeysFolder;
let simulator: SimulatorProcess;
let product: Installation;
let pushApi: ProductProcess;
let worker: ProductProcess;
let first: string;
let second: string;
let third: string;

beforeAll(async () => {
  vapid = await createVapidKeysFolder();
  [first, second, third] = vapid.pairs.map(({ publicKey }) => publicKey) as [string, string, string];
  simulator = await SimulatorProcess.start();
  const port = String(await freePort());
  product = await Installation.start('vapid_keys', {
    workers: 0,
    environment: { ...NO_PAIR, VAPID_KEYS_DIR: vapid.publicPath, PUSH_API_URL: `http://127.0.0.1:${port}` },
  });
  pushApi = await startProduct('push-api', {
    ...pushApiEnvironment(product.keys.folder),
    ...NO_PAIR,
    ...simulator.environment,
    VAPID_KEYS_DIR: vapid.path,
    PUSH_API_THREADS: '2',
    PORT: port,
  });
  worker = await product.startProcess('worker');
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
  expect([await pushApi.stop(), await simulator.stop()]).toEqual([0, 0]);
  await vapid.remove();
});

beforeEach(() => simulator.act('/reset'));

interface Kind {
  readonly service: PushServiceName;
  /** The key that the browser has subscribed with. */
  readonly key: string;
  /** The key that the contact remembers, if any. */
  readonly remembers?: string;
}

let stored = 0;

/** Stores `count` contacts of each kind. Resolves with their device tokens. */
async function addContacts(domain: string, kinds: readonly Kind[], count = 1): Promise<string[]> {
  const tokens: string[] = [];
  for (const [index, { service, key, remembers }] of kinds.entries()) {
    const order = { service, first: index * count, count, applicationServerKey: key, site: domain };
    for (const { endpoint, keys } of await simulator.subscribe(order)) {
      stored += 1;
      const token = `token-${stored}`;
      const subscription = { endpoint, ...keys, ...(remembers !== undefined && { vapid_public_key: remembers }) };
      await product.db.addContacts(domain, [token], { subscription });
      tokens.push(token);
    }
  }
  return tokens;
}

function put(path: string, json: unknown): Promise<HttpResponse> {
  return product.askAsSuperUser('PUT', path, { json });
}

function linesWith(process: ProductProcess, text: string): string[] {
  return process
    .output()
    .split('\n')
    .filter((line) => line.includes(text));
}

it('each push is signed with the key of its contact, and with the first key for those who do not say theirs', async () => {
  const domain = 'signed.example.com';
  const kinds = PUSH_SERVICES.flatMap((service): Kind[] => [
    { service, key: first },
    { service, key: first, remembers: first },
    { service, key: second, remembers: second },
    { service, key: third, remembers: third },
  ]);
  await addContacts(domain, kinds, 5);

  const messageId = await product.send(domain, { title: 'Signed' });

  const progress = await product.finished(messageId);
  expect(progress).toMatchObject({ planned: 80, delivered: 80 });
  expect(progress).not.toHaveProperty('wrongKey');
  for (const service of PUSH_SERVICES) {
    const { faults, keys, endpoints } = await simulator.counts(service);
    expect(faults).toEqual({});
    expect(keys).toEqual({ [hashKey(first)]: 10, [hashKey(second)]: 5, [hashKey(third)]: 5 });
    expect(endpoints).toMatchObject({ reached: 20, once: 20 });
  }
});

it('a refusal for the key is told apart, prunes nobody, and is in the log once', async () => {
  const domain = 'wrong.example.com';
  const wrong = PUSH_SERVICES.flatMap((service): Kind[] => [
    { service, key: FOREIGN },
    { service, key: second },
    { service, key: second, remembers: third },
  ]);
  const wrongTokens = await addContacts(domain, wrong, 3);
  const fine = await addContacts(domain, [{ service: 'fcm', key: second, remembers: second }]);
  const unknown = await addContacts(domain, [{ service: 'wns', key: FOREIGN, remembers: FOREIGN }]);

  const messageId = await product.send(domain, { title: 'Wrong' });

  expect(await product.finished(messageId)).toMatchObject({
    planned: 38,
    delivered: 1,
    notDelivered: 37,
    wrongKey: 37,
  });
  const events = await product.events(messageId, [0, 3, 4, 5]);
  const seen = events.map(({ device_token: token, type, sub_type: subType, event_descriptor: what }) => [
    token,
    Number(type),
    Number(subType),
    what,
  ]);
  expect(seen.toSorted()).toEqual(
    [
      ...[...wrongTokens, ...unknown].map((token) => [token, 4, 2, 'wrong key']),
      ...fine.map((token) => [token, 0, 0, null]),
    ].toSorted(),
  );
  expect((await product.activeTokens(domain)).length).toBe(38);

  const period = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
  for (const path of [
    `/push-contacts/${domain}/messages/${messageId}/details?${period}`,
    `/domains/${domain}/messages/${messageId}/stats?from=${new Date(Date.now() - 7_200_000).toISOString()}&to=2100-01-01`,
  ]) {
    expect((await product.askAsSuperUser('GET', path)).body).toMatchObject({
      sent: 38,
      notDelivered: 37,
      wrongKey: 37,
    });
  }
  const grouped = `/domains/${domain}/messages/stats/grouped?messageIds=${messageId}&${period}&period=year`;
  expect((await product.askAsSuperUser('GET', grouped)).body).toMatchObject({
    totals: { wrongKey: 37 },
    periods: [{ notDelivered: 37, wrongKey: 37 }],
  });
  const causes = ['403 wrong-key', '401 wrong-key', '400 wrong-key'];
  expect(causes.map((cause) => linesWith(worker, cause).length)).toEqual([2, 1, 1]);
  expect(linesWith(worker, 'wrong-key').join('\n')).toContain('None of them is pruned');

  await product.finished(await product.send(domain, { title: 'Wrong again' }));

  expect(causes.map((cause) => linesWith(worker, cause).length)).toEqual([2, 1, 1]);
  expect(linesWith(pushApi, `VAPID key ${FOREIGN.slice(0, 16)}…`)).toHaveLength(1);
  expect(linesWith(pushApi, 'Subscriptions of the VAPID key')).toHaveLength(1);
});

it('GET /domains/{name}/vapid-keys counts active contacts with a subscription by key', async () => {
  const domain = 'counted.example.com';
  await put(`/domains/${domain}`, { isPushFeatureEnabled: true });
  const path = `/domains/${domain}/vapid-keys`;
  await addContacts(domain, [{ service: 'fcm', key: first }], 4);
  await addContacts(domain, [{ service: 'apple', key: first, remembers: first }], 2);
  await addContacts(domain, [{ service: 'wns', key: third, remembers: third }], 3);
  const [pruned] = await addContacts(domain, [{ service: 'mozilla', key: third, remembers: third }]);
  await product.db.update('push-contacts', { device_token: pruned }, { $set: { deleted: true } });
  await addContacts(domain, [{ service: 'fcm', key: FOREIGN, remembers: FOREIGN }]);
  await product.db.addContacts(domain, ['counted-token'], { subscription: null });
  const incomplete = { subscription: { endpoint: 'https://fcm.googleapis.com/x', p256dh: '', auth: '' } };
  await product.db.addContacts(domain, ['counted-incomplete'], incomplete);

  const { status, body } = await product.askAsSuperUser('GET', path);

  expect([status, body]).toEqual([
    200,
    {
      name: domain,
      keys: [
        { vapidPublicKey: first, contacts: 6, isKnown: true, isServed: true },
        { vapidPublicKey: second, contacts: 0, isKnown: true, isServed: false },
        { vapidPublicKey: third, contacts: 3, isKnown: true, isServed: false },
        { vapidPublicKey: FOREIGN, contacts: 1, isKnown: false, isServed: false },
      ],
    },
  ]);
  expect((await product.ask('GET', path)).status).toBe(401);
  expect((await product.ask('GET', path, { token: product.keys.user })).status).toBe(403);
  expect((await product.askAsSuperUser('GET', '/domains/nobody.example.com/vapid-keys')).status).toBe(404);
});

describe('the key of a domain', () => {
  const domain = 'own.example.com';

  async function servedKey(name?: string): Promise<unknown> {
    const query = name === undefined ? '' : `?domain=${name}`;
    const { body } = await product.ask('GET', `/push-script/configuration${query}`);
    return (body as { vapidPublicKey: unknown }).vapidPublicKey;
  }

  it('is served to its pages and to no others, until it is put without one', async () => {
    expect((await put(`/domains/${domain}`, { isPushFeatureEnabled: true, vapidPublicKey: second })).status).toBe(200);
    const { body: stored } = await product.askAsSuperUser('GET', `/domains/${domain}`);
    expect(stored).toMatchObject({ name: domain, isPushFeatureEnabled: true, vapidPublicKey: second });
    expect([
      await servedKey(domain),
      await servedKey('other.example.com'),
      await servedKey(),
      await servedKey(''),
    ]).toEqual([second, first, first, first]);
    // What was read can be sent back.
    await put(`/domains/${domain}`, stored);
    expect(await servedKey(domain)).toBe(second);

    // A caller that does not know the member, such as Doppler.
    await put(`/domains/${domain}`, { isPushFeatureEnabled: true });
    expect(await servedKey(domain)).toBe(second);

    await put(`/domains/${domain}`, { isPushFeatureEnabled: true, vapidPublicKey: null });

    expect(await servedKey(domain)).toBe(first);
    expect((await product.askAsSuperUser('GET', `/domains/${domain}`)).body).not.toHaveProperty('vapidPublicKey');
    expect(await product.db.count('domains', { name: domain, vapid_public_key: { $exists: true } })).toBe(0);
  });

  it('gives way to the default once it is no longer a key of the installation', async () => {
    await product.db.update('domains', { name: domain }, { $set: { vapid_public_key: FOREIGN } });
    expect(await servedKey(domain)).toBe(first);
  });

  it.each([
    ['another installation’s', () => FOREIGN],
    ['none', () => 'key'],
    ['half', () => second.slice(40)],
  ])('is refused when it is %s', async (_, key) => {
    const { status, body } = await put(`/domains/${domain}`, { isPushFeatureEnabled: true, vapidPublicKey: key() });
    expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, ['vapidPublicKey']]);
  });
});

describe('the key of a contact', () => {
  const domain = 'registered.example.com';
  let place = 0;

  async function subscribe(): Promise<{ endPoint: string; keys: { p256DH: string; auth: string } }> {
    place += 1;
    const order = { service: 'mozilla', site: domain, first: 1_000 + place, applicationServerKey: second } as const;
    const [{ endpoint, keys }] = (await simulator.subscribe(order)) as [SimulatedSubscription];
    return { endPoint: endpoint, keys: { p256DH: keys.p256dh, auth: keys.auth } };
  }

  function register(deviceToken: string, subscription: object): Promise<HttpResponse> {
    return product.ask('POST', '/push-contacts', { json: { domain, deviceToken, subscription } });
  }

  async function storedKey(deviceToken: string): Promise<unknown> {
    const contact = (await product.db.contactsOf(domain)).find(({ device_token: token }) => token === deviceToken);
    return contact?.subscription?.vapid_public_key;
  }

  it.each<[string, () => unknown, () => unknown]>([
    ['in base64url', () => second, () => second],
    ['in base64', () => Buffer.from(second, 'base64url').toString('base64'), () => second],
    ['null', () => null, () => undefined],
    ['empty', () => '', () => undefined],
  ])('is remembered as it was given (%s) at the registration', async (name, given, stored) => {
    const { status } = await register(`given ${name}`, { ...(await subscribe()), vapidPublicKey: given() });
    expect([status, await storedKey(`given ${name}`)]).toEqual([200, stored()]);
  });

  it('is absent for clients that do not send it, as before', async () => {
    expect((await register('absent', await subscribe())).status).toBe(200);
    const [contact] = await product.db.find('push-contacts', { device_token: 'absent' });
    expect(Object.keys(contact?.subscription as object)).toEqual(['endpoint', 'p256dh', 'auth']);
  });

  it('changes with the subscription, under the same device token', async () => {
    await register('changing', await subscribe());
    const path = '/push-contacts/changing/subscription';
    const change = async (more: object): Promise<HttpResponse> =>
      product.ask('PUT', path, { json: { ...(await subscribe()), ...more } });
    expect([(await change({ vapidPublicKey: second })).status, await storedKey('changing')]).toEqual([200, second]);
    expect([(await change({ VAPIDPUBLICKEY: third })).status, await storedKey('changing')]).toEqual([200, third]);
    expect([(await change({})).status, await storedKey('changing')]).toEqual([200, undefined]);
  });

  it.each([
    ['another installation’s', FOREIGN],
    ['no point', 'AAAA'],
    ['no base64', '!'],
    ['too long', 'A'.repeat(257)],
  ])('is refused when it is %s', async (_, key) => {
    const subscription = { ...(await subscribe()), vapidPublicKey: key };
    const registered = await register('refused', subscription);
    const changed = await product.ask('PUT', '/push-contacts/given in base64url/subscription', { json: subscription });
    const names = [registered, changed].map(({ status, body }) => [
      status,
      Object.keys((body as { errors: object }).errors),
    ]);
    expect(names).toEqual([
      [400, ['subscription.vapidPublicKey']],
      [400, ['vapidPublicKey']],
    ]);
    expect(await product.db.count('push-contacts', { device_token: 'refused' })).toBe(0);
  });

  it('is not part of the list of contacts, which has its properties as before', async () => {
    const { body } = await product.askAsSuperUser('GET', `/push-contacts?domain=${domain}`);
    const [{ subscription }] = body as [{ subscription: object }];
    expect(Object.keys(subscription)).toEqual(['endPoint', 'keys']);
  });
});

it('POST /webpush refuses a subscription of an unknown key alone, with 403, and reads keys in base64 too', async () => {
  const order = { service: 'apple', first: 5_000 } as const;
  const subscriptionOf = async (key: string, vapidPublicKey: unknown): Promise<object> => {
    const [{ endpoint, keys }] = (await simulator.subscribe({ ...order, applicationServerKey: key })) as [
      SimulatedSubscription,
    ];
    return { endpoint, p256DH: keys.p256dh, auth: keys.auth, ...(vapidPublicKey !== undefined && { vapidPublicKey }) };
  };
  const base64 = Buffer.from(third, 'base64url').toString('base64');
  const subscriptions = await Promise.all([
    subscriptionOf(first, undefined),
    subscriptionOf(first, null),
    subscriptionOf(third, base64),
    subscriptionOf(FOREIGN, FOREIGN),
    subscriptionOf(first, ''),
    subscriptionOf(second, second),
  ]);
  const json = { subscriptions, notificationTitle: 'Ring', notificationBody: 'The body' };

  const { status, body } = await request('POST', `${pushApi.url}/webpush`, { token: PUSH_API_TOKEN, json });

  expect(status).toBe(200);
  const { responses } = body as { responses: { exception: { messagingErrorCode: number } | null }[] };
  expect(responses.map(({ exception }) => exception?.messagingErrorCode ?? null)).toEqual([
    null,
    null,
    null,
    403,
    403,
    null,
  ]);
});
