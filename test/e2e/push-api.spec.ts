import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request } from '../support/http.js';
import { type ProductEnvironment, type ProductProcess, startProduct, VAPID_KEYS } from '../support/product-process.js';
import {
  type Behaviour,
  type PushedMessage,
  RETRY_AFTER_SECONDS,
  type StandInPushService,
  startStandInPushService,
} from '../support/stand-in-push-service.js';
import { TestSubscription } from '../support/subscriptions.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

interface WebPushAnswer {
  readonly responses: readonly {
    readonly isSuccess: boolean;
    readonly subscription: unknown;
    readonly exception: {
      readonly messagingErrorCode: number;
      readonly message: string;
      readonly retryAfterSeconds: number | null;
    } | null;
  }[];
  readonly successCount: number;
  readonly failureCount: number;
}

const TOKEN = 'push-api-secret';
let keys: TestKeys;
let pushService: StandInPushService;
let environment: ProductEnvironment;
let pushApi: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  pushService = await startStandInPushService();
  environment = {
    JWT_PUBLIC_KEYS_DIR: keys.folder,
    ENCRYPTION_KEY: '5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=',
    ENCRYPTION_IV: '7yZ8kT8L7UeO8JpH3Ir6jQ==',
    PUSH_API_TOKEN: TOKEN,
    VAPID_PUBLIC_KEY: VAPID_KEYS.publicKey,
    VAPID_PRIVATE_KEY: VAPID_KEYS.privateKey,
    VAPID_SUBJECT: 'mailto:tests@example.com',
    PUSH_SERVICE_HOSTS: pushService.host,
  };
  pushApi = await startProduct('push-api', environment);
});

afterAll(async () => {
  const code = await pushApi.stop();
  await Promise.all([pushService.stop(), keys.remove()]);
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

function subscribe(behaviour: Behaviour): TestSubscription {
  return pushService.subscribe(behaviour, VAPID_KEYS.publicKey);
}

async function post(json: unknown, token = TOKEN, url = pushApi.url): Promise<WebPushAnswer> {
  const { status, body } = await request('POST', `${url}/webpush`, { token, json });
  expect(status).toBe(200);
  return body as WebPushAnswer;
}

function send(subscriptions: readonly TestSubscription[], change: object = {}): Promise<WebPushAnswer> {
  return post({ ...NOTIFICATION, ...change, subscriptions: subscriptions.map(({ forPushApi }) => forPushApi) });
}

function messagesTo({ endpoint }: TestSubscription): PushedMessage[] {
  return pushService.messages.filter((message) => message.endpoint === endpoint);
}

afterEach(() => {
  expect(pushService.faults).toEqual([]);
});

test('a message reaches the browser whole, with its options', async () => {
  const subscription = subscribe('created');
  const subscriptionExtraData = {
    clickedEventEndpoint: 'https://api.example.com/clicked',
    receivedEventEndpoint: 'https://api.example.com/received',
    actionEventEndpoints: { Buy: 'https://api.example.com/actionClick/Buy' },
  };
  const answer = await post({
    ...NOTIFICATION,
    subscriptions: [{ ...subscription.forPushApi, subscriptionExtraData }],
    timeToLiveSeconds: 60,
    urgency: 'high',
    topic: 'sale-1',
  });
  expect(answer).toEqual({
    responses: [{ isSuccess: true, subscription: subscription.forPushApi, exception: null }],
    successCount: 1,
    failureCount: 0,
  });
  const [message, ...others] = messagesTo(subscription);
  expect(others).toEqual([]);
  expect(message?.payload).toEqual({
    title: 'Summer sale',
    body: 'Everything at half price 😀',
    icon: 'https://example.com/icon.png',
    image: 'https://example.com/image.png',
    data: {
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

test('without options a message is kept for four weeks', async () => {
  const subscription = subscribe('created');
  await send([subscription]);
  const headers = messagesTo(subscription)[0]?.headers;
  expect(headers).toMatchObject({ ttl: '2419200' });
  expect(headers).not.toHaveProperty('urgency');
  expect(headers).not.toHaveProperty('topic');
});

describe('every answer of a push service', () => {
  const CODES: Record<Behaviour, number | null> = {
    created: null,
    'not-found': 404,
    gone: 410,
    'too-many': 429,
    'too-many-until': 429,
    error: 500,
    'too-large': 413,
    small: null,
    redirect: 307,
    reset: 503,
    hang: 504,
    endless: 400,
    'endless-created': null,
  };
  const behaviours = Object.keys(CODES) as Behaviour[];
  let subscriptions: TestSubscription[];
  let answer: WebPushAnswer;

  beforeAll(async () => {
    subscriptions = behaviours.map(subscribe);
    answer = await send(subscriptions);
  });

  const responseOf = (behaviour: Behaviour): WebPushAnswer['responses'][number] | undefined =>
    answer.responses[behaviours.indexOf(behaviour)];

  test('has its place and its subscription', () => {
    expect(answer.responses.map(({ subscription }) => subscription)).toEqual(
      subscriptions.map(({ forPushApi }) => forPushApi),
    );
    expect([answer.successCount, answer.failureCount]).toEqual([3, behaviours.length - 3]);
  });

  test.each(behaviours)('%s', (behaviour) => {
    const code = CODES[behaviour];
    expect(responseOf(behaviour)?.isSuccess).toBe(code === null);
    expect(responseOf(behaviour)?.exception?.messagingErrorCode ?? null).toBe(code);
  });

  test('passes on how long to wait, in seconds', () => {
    expect(responseOf('too-many')?.exception?.retryAfterSeconds).toBe(RETRY_AFTER_SECONDS);
    const untilADate = responseOf('too-many-until')?.exception?.retryAfterSeconds ?? 0;
    expect(untilADate).toBeGreaterThan(40);
    expect(untilADate).toBeLessThanOrEqual(60);
    expect(responseOf('error')?.exception?.retryAfterSeconds).toBeNull();
  });

  test('quotes a short reason and no more', () => {
    expect(responseOf('gone')?.exception?.message).toBe(
      'The push service answered 410: {"reason":"ExpiredSubscription"}',
    );
    expect(responseOf('endless')?.exception?.message.length).toBeLessThan(400);
  });
});

test('what is too long is shortened to 4,096 bytes, and to 2,048 where the service demands it', async () => {
  const [general, small] = [subscribe('created'), subscribe('small')];
  const answer = await send([general, small], { notificationBody: 'año 😀 '.repeat(1_000) });
  expect(answer.successCount).toBe(2);
  const [message] = messagesTo(general);
  expect(message?.encryptedBytes).toBeGreaterThan(4_080);
  expect(message?.encryptedBytes).toBeLessThanOrEqual(4_096);
  expect(message?.payload).toMatchObject({
    title: 'Summer sale',
    body: expect.stringMatching(/^(año 😀 )+(a|añ|año|año 😀)?…$/u) as unknown,
  });
  const sizes = messagesTo(small).map(({ encryptedBytes }) => encryptedBytes);
  expect(sizes).toHaveLength(2);
  expect(sizes[1]).toBeGreaterThan(2_030);
  expect(sizes[1]).toBeLessThanOrEqual(2_048);
});

test('one that cannot be sent to is answered by itself', async () => {
  const good = subscribe('created');
  const bad = [
    { ...good.forPushApi, p256DH: Buffer.alloc(65, 4).toString('base64url') },
    { ...good.forPushApi, auth: 'short' },
    { ...good.forPushApi, p256DH: '' },
    { ...good.forPushApi, endpoint: '' },
    { ...good.forPushApi, endpoint: 'http://127.0.0.1:9/' },
    { ...good.forPushApi, endpoint: `https://${pushService.host}@evil.test/` },
    { ...good.forPushApi, endpoint: 'https://push.example.com/x' },
  ];
  const { responses } = await post({ ...NOTIFICATION, subscriptions: [...bad, good.forPushApi] });
  expect(responses.map(({ exception }) => exception?.messagingErrorCode ?? null)).toEqual([
    ...bad.map(() => 400),
    null,
  ]);
});

test('1,000 subscriptions with all their links fit into a call and share connections', async () => {
  const before = pushService.connections;
  const link = (name: string): string => `https://api.example.com/push-contacts/${'c'.repeat(64)}/messages/${name}`;
  const actions = ['a', 'b', 'c', 'd'].map((action) => ({ action, title: action }));
  const subscriptionExtraData = {
    clickedEventEndpoint: link('clicked'),
    receivedEventEndpoint: link('received'),
    actionEventEndpoints: Object.fromEntries(actions.map(({ action }) => [action, link('x'.repeat(250))])),
  };
  const subscriptions = Array.from({ length: 1_000 }, () => subscribe('created'));
  const answer = await post({
    ...NOTIFICATION,
    actions,
    subscriptions: subscriptions.map(({ forPushApi }) => ({ ...forPushApi, subscriptionExtraData })),
  });
  expect(answer.responses.filter(({ isSuccess }) => !isSuccess).map(({ exception }) => exception)).toEqual([]);
  expect(answer.successCount).toBe(1_000);
  const reached = new Set(pushService.messages.map(({ endpoint }) => endpoint));
  expect(subscriptions.filter(({ endpoint }) => !reached.has(endpoint))).toEqual([]);
  expect(pushService.connections - before).toBeLessThanOrEqual(128);
  const connected = pushService.connections;
  await send([subscribe('created')]);
  expect(pushService.connections).toBe(connected);
});

describe('POST /webpush', () => {
  test('wants the service token or a super user', async () => {
    const json = { ...NOTIFICATION, subscriptions: [subscribe('created').forPushApi] };
    const status = async (token?: string): Promise<number> =>
      (await request('POST', `${pushApi.url}/webpush`, { json, ...(token !== undefined && { token }) })).status;
    expect(await status()).toBe(401);
    expect(await status('other-secret')).toBe(401);
    expect(await status(keys.user)).toBe(403);
    expect(await status(keys.superUser)).toBe(200);
    expect(await status(TOKEN)).toBe(200);
  });

  test.each([
    ['subscriptions', { subscriptions: [] }],
    ['subscriptions', { subscriptions: undefined }],
    ['notificationTitle', { notificationTitle: ' ' }],
    ['timeToLiveSeconds', { timeToLiveSeconds: 2_419_201 }],
    ['timeToLiveSeconds', { timeToLiveSeconds: 1.5 }],
    ['urgency', { urgency: 'urgent' }],
    ['topic', { topic: 'a topic' }],
    ['topic', { topic: 't'.repeat(33) }],
  ])('names %s: %j', async (name, change) => {
    const json = { ...NOTIFICATION, subscriptions: [subscribe('created').forPushApi], ...change };
    const { status, body } = await request('POST', `${pushApi.url}/webpush`, { token: TOKEN, json });
    expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, [name]]);
  });

  test('takes larger bodies than the other routes', async () => {
    expect(await statusByLength('/message', 2_000_000)).toBe(413);
    expect(await statusByLength('/webpush', 9_000_000)).toBe(413);
    const raw = JSON.stringify({ padding: 'x'.repeat(8_000_000) });
    expect((await request('POST', `${pushApi.url}/webpush`, { token: TOKEN, raw })).status).toBe(400);
  });

  /** The answer to a body that is announced and not sent: what is too long is refused unread. */
  async function statusByLength(path: string, bytes: number): Promise<number | undefined> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': bytes };
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

  function codesOf({ responses }: WebPushAnswer): (number | null)[] {
    return responses.map(({ exception }) => exception?.messagingErrorCode ?? null);
  }

  async function shown(url: string): Promise<Record<string, unknown>[]> {
    const { status, body } = await request('GET', `${url}/sandbox/notifications`, { token: keys.superUser });
    expect(status).toBe(200);
    return body as Record<string, unknown>[];
  }

  test('answers by the name of its own subscriptions, and shows them', async () => {
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

  test('plays Firebase where there are no credentials', async () => {
    const tokens = ['device-1', 'unregistered-1', 'quota-1'];
    const { body } = await request('POST', `${pushApi.url}/message`, {
      token: TOKEN,
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

  test('keeps the last 100', async () => {
    const tokens = Array.from({ length: 150 }, (_, index) => `kept-${index}`);
    await request('POST', `${pushApi.url}/message`, { token: TOKEN, json: { tokens, ...NOTIFICATION } });
    const recipients = (await shown(pushApi.url)).map(({ recipient }) => recipient);
    expect(recipients).toEqual(tokens.slice(50).toReversed());
  });

  test('takes all in production without credentials, and says so at its start', async () => {
    const noKeys = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', VAPID_SUBJECT: '' };
    const stores = { MONGODB_URI: 'mongodb://127.0.0.1:9/x', REDIS_URL: 'redis://127.0.0.1:9' };
    const bare = await startProduct('push-api', { ...environment, ...noKeys, ...stores, NODE_ENV: 'production' });
    const subscriptions = [new TestSubscription('https://fcm.googleapis.com/fcm/send/gone-1').forPushApi];
    const answer = await post({ ...NOTIFICATION, subscriptions }, TOKEN, bare.url);
    const [notification] = await shown(bare.url);
    expect(await bare.stop()).toBe(0);
    expect(codesOf(answer)).toEqual([410]);
    expect(notification).toMatchObject({ recipient: 'https://fcm.googleapis.com/fcm/send/gone-1', code: 410 });
    expect(bare.output()).toMatch(/No VAPID keys.*sandbox/);
    expect(bare.output()).toMatch(/No Firebase.*sandbox/);
  });

  test('plays nothing in production beside real keys', async () => {
    const stores = { MONGODB_URI: 'mongodb://127.0.0.1:9/x', REDIS_URL: 'redis://127.0.0.1:9' };
    const production = await startProduct('push-api', { ...environment, ...stores, NODE_ENV: 'production' });
    const webPush = await post(json, TOKEN, production.url);
    const devices = await request('POST', `${production.url}/message`, {
      token: TOKEN,
      json: { tokens: ['device-1'], ...NOTIFICATION },
    });
    const device = await request('GET', `${production.url}/devices/device-1`);
    expect(await production.stop()).toBe(0);
    expect(codesOf(webPush)).toEqual(codes.map(() => 400));
    expect(devices.body).toMatchObject({ successCount: 0, responses: [{ exception: { messagingErrorCode: 0 } }] });
    expect(device.body).toEqual({ token: 'device-1', isValid: false });
  });
});
