import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { retryAfterSeconds } from '../../src/core/http/retry-after.js';
import { request } from '../support/http.js';
import {
  PUSH_API_TOKEN,
  type ProductEnvironment,
  type ProductProcess,
  pushApiEnvironment,
  startProduct,
  VAPID_KEYS,
} from '../support/product-process.js';
import { SimulatorProcess } from '../support/simulator.js';
import { TestSubscription } from '../support/subscriptions.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import type { ReceivedMessage } from '../../src/simulator/messages.js';

interface WebPushResponse {
  readonly responses: readonly {
    readonly isSuccess: boolean;
    readonly subscription: unknown;
    readonly exception: {
      readonly messagingErrorCode: number;
      readonly message: string;
      readonly retryAfterSeconds: string | null;
    } | null;
  }[];
  readonly successCount: number;
  readonly failureCount: number;
}

/** The simulator has one set of rules for each push service; those of Chrome's are used here. */
const SERVICE = 'fcm';

/** What the simulator tells to wait for the behaviour `too-many`. */
const RETRY_AFTER_SECONDS = 7;

/** Codes of PushApi by what the push service does; null for a delivery. */
const CODES = {
  created: null,
  'not-found': 404,
  gone: 410,
  'too-many': 429,
  'too-many-until': 429,
  error: 500,
  unavailable: 503,
  'too-large': 413,
  small: null,
  redirect: 307,
  reset: 503,
  hang: 504,
  endless: 400,
  'endless-created': null,
} as const;

type Behaviour = keyof typeof CODES;

/** A subscription of the simulator. */
interface Subscribed {
  readonly index: number;
  readonly forPushApi: TestSubscription['forPushApi'];
}

let subscribed = 0;
let keys: TestKeys;
let simulator: SimulatorProcess;
let environment: ProductEnvironment;
let pushApi: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start();
  environment = {
    ...pushApiEnvironment(keys.folder),
    PUSH_SERVICE_HOSTS: new URL(simulator.origin).host,
    NODE_EXTRA_CA_CERTS: simulator.certificate,
  };
  pushApi = await startProduct('push-api', environment);
});

afterAll(async () => {
  const code = await pushApi.stop();
  await Promise.all([simulator.stop(), keys.remove()]);
  expect(code).toBe(0);
});

const NOTIFICATION = {
  notificationTitle: 'Summer sale',
  notificationBody: 'Everything at half price 😀',
  notificationOnClickLink: 'https://example.com/sale',
  imageUrl: 'https://example.com/image.png',
  iconUrl: 'https://example.com/icon.png',
  messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
  actions: [{ action: 'Buy', title: 'Buy now', icon: null, link: 'https://example.com/buy' }],
};

/** Makes subscriptions at the simulator's own address, which is private and named in PUSH_SERVICE_HOSTS. */
async function subscribeMany(count: number, behaviour: Behaviour = 'created'): Promise<Subscribed[]> {
  const first = subscribed;
  subscribed += count;
  const applicationServerKey = VAPID_KEYS.publicKey;
  const order = { service: SERVICE, first, count, behaviour, applicationServerKey, origin: 'local' } as const;
  const made = await simulator.subscribe(order);
  return made.map(({ endpoint, keys: { p256dh, auth } }, offset) => ({
    index: first + offset,
    forPushApi: { endpoint, p256DH: p256dh, auth },
  }));
}

async function subscribe(behaviour: Behaviour): Promise<Subscribed> {
  const [subscription] = await subscribeMany(1, behaviour);
  if (subscription === undefined) throw new Error('The simulator made no subscription');
  return subscription;
}

async function post(json: unknown, token = PUSH_API_TOKEN, url = pushApi.url): Promise<WebPushResponse> {
  const { status, body } = await request('POST', `${url}/webpush`, { token, json });
  expect(status).toBe(200);
  return body as WebPushResponse;
}

function send(subscriptions: readonly Subscribed[], change: object = {}): Promise<WebPushResponse> {
  return post({ ...NOTIFICATION, ...change, subscriptions: subscriptions.map(({ forPushApi }) => forPushApi) });
}

/** What the subscription's browser has received and could decrypt. */
async function messagesTo({ index }: Subscribed): Promise<ReceivedMessage[]> {
  return (await simulator.messages(SERVICE)).filter((message) => message.index === index);
}

function payloadOf(message: ReceivedMessage | undefined): unknown {
  return JSON.parse(message?.text ?? '');
}

afterEach(async () => {
  const { faults, undecryptable } = await simulator.counts(SERVICE);
  expect([faults, undecryptable]).toEqual([{}, 0]);
});

it('a message reaches the browser completely, with its options', async () => {
  const subscription = await subscribe('created');
  const subscriptionExtraData = {
    clickedEventEndpoint: 'https://api.example.com/clicked',
    receivedEventEndpoint: 'https://api.example.com/received',
    actionEventEndpoints: { Buy: 'https://api.example.com/actionClick/Buy' },
  };
  const response = await post({
    ...NOTIFICATION,
    subscriptions: [{ ...subscription.forPushApi, subscriptionExtraData }],
    timeToLiveSeconds: 60,
    urgency: 'high',
    topic: 'sale-1',
  });
  expect(response).toEqual({
    responses: [{ isSuccess: true, subscription: subscription.forPushApi, exception: null }],
    successCount: 1,
    failureCount: 0,
  });
  const [message, ...others] = await messagesTo(subscription);
  expect(others).toEqual([]);
  expect(payloadOf(message)).toEqual({
    title: 'Summer sale',
    body: 'Everything at half price 😀',
    icon: 'https://example.com/icon.png',
    image: 'https://example.com/image.png',
    data: {
      source: 'push-contact',
      messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
      clickLink: 'https://example.com/sale',
      clickedEventEndpoint: 'https://api.example.com/clicked',
      receivedEventEndpoint: 'https://api.example.com/received',
      actionEventEndpoints: { Buy: 'https://api.example.com/actionClick/Buy' },
      actionClickLinks: { Buy: 'https://example.com/buy' },
    },
    actions: [{ action: 'Buy', title: 'Buy now', icon: null }],
  });
  expect(message?.headers).toMatchObject({ ttl: '60', urgency: 'high', topic: 'sale-1' });
});

it('a message without options has a TTL of four weeks', async () => {
  const subscription = await subscribe('created');
  await send([subscription]);
  const headers = (await messagesTo(subscription))[0]?.headers;
  expect(headers).toMatchObject({ ttl: '2419200' });
  expect(headers).not.toHaveProperty('urgency');
  expect(headers).not.toHaveProperty('topic');
});

describe('results of a push service', () => {
  const behaviours = Object.keys(CODES) as Behaviour[];
  let subscriptions: Subscribed[];
  let response: WebPushResponse;

  beforeAll(async () => {
    subscriptions = await Promise.all(behaviours.map(subscribe));
    response = await send(subscriptions);
  });

  const responseOf = (behaviour: Behaviour): WebPushResponse['responses'][number] | undefined =>
    response.responses[behaviours.indexOf(behaviour)];

  it('are in the order of the subscriptions', () => {
    expect(response.responses.map(({ subscription }) => subscription)).toEqual(
      subscriptions.map(({ forPushApi }) => forPushApi),
    );
    expect([response.successCount, response.failureCount]).toEqual([3, behaviours.length - 3]);
  });

  it.each(behaviours)('have the code for %s', (behaviour) => {
    const code = CODES[behaviour];
    expect(responseOf(behaviour)?.isSuccess).toBe(code === null);
    expect(responseOf(behaviour)?.exception?.messagingErrorCode ?? null).toBe(code);
  });

  it('passes on how long to wait, as a .NET time span', () => {
    const pauseOf = (behaviour: Behaviour): unknown => responseOf(behaviour)?.exception?.retryAfterSeconds;
    expect(pauseOf('too-many')).toMatch(/^\d{2}:\d{2}:\d{2}$/);
    expect(retryAfterSeconds(pauseOf('too-many'), new Date())).toBe(RETRY_AFTER_SECONDS);
    const untilADate = retryAfterSeconds(pauseOf('too-many-until'), new Date());
    expect(untilADate).toBeGreaterThan(40);
    expect(untilADate).toBeLessThanOrEqual(60);
    expect(responseOf('error')?.exception?.retryAfterSeconds).toBeNull();
  });

  it('quote only the beginning of the reason', () => {
    expect(responseOf('gone')?.exception?.message).toBe(
      'The push service answered 410: push subscription has unsubscribed or expired.',
    );
    expect(responseOf('endless')?.exception?.message.length).toBeLessThan(400);
  });
});

it('a long message is shortened to 4,096 bytes, and to 2,048 if the service requires it', async () => {
  const [general, small] = [await subscribe('created'), await subscribe('small')];
  const refusedBefore = (await simulator.counts(SERVICE)).responses['413'] ?? 0;
  const response = await send([general, small], { notificationBody: 'año 😀 '.repeat(1_000) });
  expect(response.successCount).toBe(2);
  const [message] = await messagesTo(general);
  expect(message?.bodyBytes).toBeGreaterThan(4_080);
  expect(message?.bodyBytes).toBeLessThanOrEqual(4_096);
  expect(payloadOf(message)).toMatchObject({
    title: 'Summer sale',
    body: expect.stringMatching(/^(año 😀 )+(a|añ|año|año 😀)?…$/u) as unknown,
  });
  const sizes = (await messagesTo(small)).map(({ bodyBytes }) => bodyBytes);
  expect(sizes).toHaveLength(1);
  expect(sizes[0]).toBeGreaterThan(2_030);
  expect(sizes[0]).toBeLessThanOrEqual(2_048);
  expect((await simulator.counts(SERVICE)).responses['413']).toBe(refusedBefore + 1);
});

it('a subscription that cannot be sent to fails alone', async () => {
  const good = await subscribe('created');
  const bad = [
    { ...good.forPushApi, p256DH: Buffer.alloc(65, 4).toString('base64url') },
    { ...good.forPushApi, auth: 'short' },
    { ...good.forPushApi, p256DH: '' },
    { ...good.forPushApi, endpoint: '' },
    { ...good.forPushApi, endpoint: 'http://127.0.0.1:9/' },
    { ...good.forPushApi, endpoint: `https://${new URL(simulator.origin).host}@evil.test/` },
    { ...good.forPushApi, endpoint: 'https://push.example.com/x' },
  ];
  const { responses } = await post({ ...NOTIFICATION, subscriptions: [...bad, good.forPushApi] });
  expect(responses.map(({ exception }) => exception?.messagingErrorCode ?? null)).toEqual([
    ...bad.map(() => 400),
    null,
  ]);
});

it('a call takes 1,000 subscriptions with all their links and shares connections', async () => {
  const before = await simulator.connections();
  const link = (name: string): string => `https://api.example.com/push-contacts/${'c'.repeat(64)}/messages/${name}`;
  const actions = ['a', 'b', 'c', 'd'].map((action) => ({ action, title: action }));
  const subscriptionExtraData = {
    clickedEventEndpoint: link('clicked'),
    receivedEventEndpoint: link('received'),
    actionEventEndpoints: Object.fromEntries(actions.map(({ action }) => [action, link('x'.repeat(250))])),
  };
  const subscriptions = await subscribeMany(1_000);
  const response = await post({
    ...NOTIFICATION,
    actions,
    subscriptions: subscriptions.map(({ forPushApi }) => ({ ...forPushApi, subscriptionExtraData })),
  });
  expect(response.responses.filter(({ isSuccess }) => !isSuccess).map(({ exception }) => exception)).toEqual([]);
  expect(response.successCount).toBe(1_000);
  const range = { first: subscriptions[0]?.index, count: subscriptions.length };
  const deliveries = await simulator.call('POST', `/counts/${SERVICE}/deliveries`, range);
  expect(deliveries).toEqual(subscriptions.map(() => 1));
  const connected = await simulator.connections();
  expect(connected - before).toBeLessThanOrEqual(128);
  await send([await subscribe('created')]);
  expect(await simulator.connections()).toBe(connected);
});

describe('POST /webpush', () => {
  it('requires the service token or a super user', async () => {
    const json = { ...NOTIFICATION, subscriptions: [(await subscribe('created')).forPushApi] };
    const status = async (token?: string): Promise<number> =>
      (await request('POST', `${pushApi.url}/webpush`, { json, ...(token !== undefined && { token }) })).status;
    expect(await status()).toBe(401);
    expect(await status('other-secret')).toBe(401);
    expect(await status(keys.user)).toBe(403);
    expect(await status(keys.superUser)).toBe(200);
    expect(await status(PUSH_API_TOKEN)).toBe(200);
  });

  it('is open to everybody where PUSH_API_ANONYMOUS_WEBPUSH says so, and no other route is', async () => {
    const open = await startProduct('push-api', { ...environment, PUSH_API_ANONYMOUS_WEBPUSH: 'true' });
    const json = { ...NOTIFICATION, subscriptions: [(await subscribe('created')).forPushApi] };
    const sent = await request('POST', `${open.url}/webpush`, { json });
    const refused = await request('POST', `${open.url}/message`, { json: { ...NOTIFICATION, tokens: ['t'] } });
    expect(await open.stop()).toBe(0);
    expect([sent.status, sent.body, refused.status]).toMatchObject([200, { successCount: 1 }, 401]);
  });

  it.each([
    ['subscriptions', { subscriptions: [] }],
    ['subscriptions', { subscriptions: undefined }],
    ['notificationTitle', { notificationTitle: undefined }],
    ['notificationBody', { notificationBody: null }],
    ['timeToLiveSeconds', { timeToLiveSeconds: 2_419_201 }],
    ['timeToLiveSeconds', { timeToLiveSeconds: 1.5 }],
    ['urgency', { urgency: 'urgent' }],
    ['topic', { topic: 'a topic' }],
    ['topic', { topic: 't'.repeat(33) }],
  ])('returns 400 and names %s: %j', async (name, change) => {
    const json = { ...NOTIFICATION, subscriptions: [(await subscribe('created')).forPushApi], ...change };
    const { status, body } = await request('POST', `${pushApi.url}/webpush`, { token: PUSH_API_TOKEN, json });
    expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, [name]]);
  });

  it.each([{ notificationTitle: '' }, { notificationTitle: ' ' }, { notificationBody: '' }])(
    'takes a text of which a visitor’s values have left nothing: %j',
    async (change) => {
      const subscriptions = [(await subscribe('created')).forPushApi];
      const json = { ...NOTIFICATION, subscriptions, ...change };
      const sent = await request('POST', `${pushApi.url}/webpush`, { token: PUSH_API_TOKEN, json });
      expect([sent.status, sent.body]).toMatchObject([200, { successCount: 1 }]);
      const toTokens = { ...NOTIFICATION, tokens: [], ...change };
      expect((await request('POST', `${pushApi.url}/message`, { token: PUSH_API_TOKEN, json: toTokens })).status).toBe(
        200,
      );
    },
  );

  it('accepts larger bodies than the other routes', async () => {
    expect(await statusByLength('/message', 2_000_000)).toBe(413);
    expect(await statusByLength('/webpush', 9_000_000)).toBe(413);
    const raw = JSON.stringify({ padding: 'x'.repeat(8_000_000) });
    expect((await request('POST', `${pushApi.url}/webpush`, { token: PUSH_API_TOKEN, raw })).status).toBe(400);
  });

  /** Returns the status for a body that is announced and not sent; one that is too long is refused unread. */
  async function statusByLength(path: string, bytes: number): Promise<number | undefined> {
    const headers = {
      authorization: `Bearer ${PUSH_API_TOKEN}`,
      'content-type': 'application/json',
      'content-length': bytes,
    };
    const announced = httpRequest(pushApi.url + path, { method: 'POST', headers });
    announced.flushHeaders();
    const [response] = (await once(announced, 'response')) as [IncomingMessage];
    announced.destroy();
    return response.statusCode;
  }
});

describe('the sandbox', () => {
  const json = {
    ...NOTIFICATION,
    subscriptions: ['fine', 'gone-1', 'too-many/2', 'not-found', 'forbidden'].map(
      (name) => new TestSubscription(`https://push-service.invalid/${name}`).forPushApi,
    ),
    topic: 'sale',
  };
  const codes = [null, 410, 429, 404, 403];

  function codesOf({ responses }: WebPushResponse): (number | null)[] {
    return responses.map(({ exception }) => exception?.messagingErrorCode ?? null);
  }

  async function shown(url: string): Promise<Record<string, unknown>[]> {
    const { status, body } = await request('GET', `${url}/sandbox/notifications`, { token: keys.superUser });
    expect(status).toBe(200);
    return body as Record<string, unknown>[];
  }

  it('returns results by the name of its own subscriptions, and lists the notifications', async () => {
    expect(codesOf(await post(json))).toEqual(codes);
    const notifications = await shown(pushApi.url);
    expect(notifications.slice(0, 5).map(({ code }) => code)).toEqual(codes.toReversed());
    expect(notifications[4]).toMatchObject({
      channel: 'webPush',
      recipient: 'https://push-service.invalid/fine',
      isSuccess: true,
      content: { title: 'Summer sale', body: NOTIFICATION.notificationBody },
      headers: { TTL: '2419200', Topic: 'sale' },
    });
    expect((await request('GET', `${pushApi.url}/sandbox/notifications`)).status).toBe(401);
    expect(pushApi.output()).not.toContain('push-service.invalid');
  });

  it.each([[[]], [null], [undefined]])('returns 200 and an empty list for the tokens %j', async (tokens) => {
    const json = { tokens, ...NOTIFICATION };
    const { status, body } = await request('POST', `${pushApi.url}/message`, { token: PUSH_API_TOKEN, json });
    expect([status, body]).toEqual([200, { responses: [], successCount: 0, failureCount: 0 }]);
  });

  it('simulates Firebase without credentials', async () => {
    const tokens = ['device-1', 'unregistered-1', 'quota-1'];
    const { body } = await request('POST', `${pushApi.url}/message`, {
      token: PUSH_API_TOKEN,
      json: { tokens, ...NOTIFICATION, urgency: 'low' },
    });
    expect(body).toMatchObject({
      responses: [
        { isSuccess: true, deviceToken: 'device-1', exception: null },
        { isSuccess: false, deviceToken: 'unregistered-1', exception: { messagingErrorCode: 6 } },
        { isSuccess: false, deviceToken: 'quota-1', exception: { messagingErrorCode: 3 } },
      ],
      successCount: 1,
      failureCount: 2,
    });
    expect((await shown(pushApi.url)).slice(0, 3).map(({ recipient }) => recipient)).toEqual(tokens.toReversed());
    const device = async (name: string): Promise<unknown> =>
      (await request('GET', `${pushApi.url}/devices/${name}`)).body;
    expect(await device('device-1')).toEqual({ token: 'device-1', isValid: true });
    expect(await device('invalid-token-1')).toEqual({ token: 'invalid-token-1', isValid: false });
  });

  it('keeps the last 100 notifications', async () => {
    const tokens = Array.from({ length: 150 }, (_, index) => `kept-${index}`);
    await request('POST', `${pushApi.url}/message`, { token: PUSH_API_TOKEN, json: { tokens, ...NOTIFICATION } });
    const recipients = (await shown(pushApi.url)).map(({ recipient }) => recipient);
    expect(recipients).toEqual(tokens.slice(50).toReversed());
  });

  it('accepts everything in production without credentials, and logs it at the start', async () => {
    const noKeys = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', VAPID_SUBJECT: '' };
    const stores = { MONGODB_URI: 'mongodb://127.0.0.1:9/x', REDIS_URL: 'redis://127.0.0.1:9' };
    const bare = await startProduct('push-api', { ...environment, ...noKeys, ...stores, NODE_ENV: 'production' });
    const subscriptions = [new TestSubscription('https://fcm.googleapis.com/fcm/send/gone-1').forPushApi];
    const response = await post({ ...NOTIFICATION, subscriptions }, PUSH_API_TOKEN, bare.url);
    const [notification] = await shown(bare.url);
    const ready = await request('GET', `${bare.url}/health/ready`);
    expect(await bare.stop()).toBe(0);
    expect(ready).toMatchObject({ status: 200, body: { dependencies: { webPush: 'sandbox', firebase: 'sandbox' } } });
    expect(codesOf(response)).toEqual([410]);
    expect(notification).toMatchObject({ recipient: 'https://fcm.googleapis.com/fcm/send/gone-1', code: 410 });
    expect(bare.output()).toMatch(/No VAPID keys.*sandbox/);
    expect(bare.output()).toMatch(/No Firebase.*sandbox/);
  });

  it('is off in production with real keys', async () => {
    const stores = { MONGODB_URI: 'mongodb://127.0.0.1:9/x', REDIS_URL: 'redis://127.0.0.1:9' };
    const production = await startProduct('push-api', { ...environment, ...stores, NODE_ENV: 'production' });
    const webPush = await post(json, PUSH_API_TOKEN, production.url);
    const devices = await request('POST', `${production.url}/message`, {
      token: PUSH_API_TOKEN,
      json: { tokens: ['device-1'], ...NOTIFICATION },
    });
    const device = await request('GET', `${production.url}/devices/device-1`);
    const ready = await request('GET', `${production.url}/health/ready`);
    expect(await production.stop()).toBe(0);
    expect(ready).toMatchObject({ status: 200, body: { dependencies: { webPush: 'up', firebase: 'unconfigured' } } });
    expect(production.output()).toMatch(/No Firebase.*refused/);
    expect(codesOf(webPush)).toEqual(codes.map(() => 400));
    expect(devices.body).toMatchObject({ successCount: 0, responses: [{ exception: { messagingErrorCode: 0 } }] });
    expect(device.body).toEqual({ token: 'device-1', isValid: false });
  });
});
