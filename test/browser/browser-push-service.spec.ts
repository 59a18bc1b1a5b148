import webPush from 'web-push';
import {
  type BrowserPushService,
  type BrowserSubscription,
  startBrowserPushService,
} from './support/browser-push-service.js';

const OUR_KEYS = webPush.generateVAPIDKeys();
const OTHER_KEYS = webPush.generateVAPIDKeys();
const SUBJECT = 'mailto:push@example.com';

let service: BrowserPushService;
let subscription: BrowserSubscription;

beforeEach(async () => {
  service = await startBrowserPushService();
  subscription = service.subscribe(OUR_KEYS.publicKey);
});

afterEach(() => service.stop());

/** Sends as an application server does. Resolves with the status of the push service. */
async function send(payload: string, keys = OUR_KEYS, change: Record<string, string> = {}): Promise<number> {
  const { endpoint, method, headers, body } = webPush.generateRequestDetails(subscription, payload, {
    vapidDetails: { subject: SUBJECT, ...keys },
    TTL: 60,
    urgency: 'high',
    topic: 'sale',
    contentEncoding: 'aes128gcm',
  });
  return (
    await fetch(endpoint, {
      method,
      headers: { ...headers, ...change } as Record<string, string>,
      body: body as Uint8Array<ArrayBuffer>,
    })
  ).status;
}

it('decrypts what web-push encrypts for a subscription, and records its headers', async () => {
  const payload = JSON.stringify({ title: 'Ofertas de verano ☀️', body: 'x'.repeat(2_000) });

  expect(await send(payload)).toBe(201);
  expect(service.received).toEqual([
    { endpoint: subscription.endpoint, payload, ttlSeconds: 60, urgency: 'high', topic: 'sale', subject: SUBJECT },
  ]);
});

it.each([
  ['the key of another application server', 403, OTHER_KEYS, {}],
  ['a token of another key', 403, { publicKey: OUR_KEYS.publicKey, privateKey: OTHER_KEYS.privateKey }, {}],
  ['no authorization', 401, OUR_KEYS, { Authorization: 'none' }],
  ['no number as TTL', 400, OUR_KEYS, { TTL: 'soon' }],
  ['another encoding', 400, OUR_KEYS, { 'Content-Encoding': 'aesgcm' }],
])('refuses a message with %s: %d', async (_what, status, keys, change) => {
  expect(await send('hello', keys, change as Record<string, string>)).toBe(status);
  expect(service.received).toEqual([]);
  expect(service.refused.map((refusal) => refusal.status)).toEqual([status]);
});

it('refuses a message that was encrypted for another subscription', async () => {
  const { keys } = service.subscribe(OUR_KEYS.publicKey);
  subscription = { endpoint: subscription.endpoint, keys };

  expect(await send('hello')).toBe(400);
});

it('returns 410 for a subscription that has ended', async () => {
  service.unsubscribe(subscription.endpoint);

  expect(await send('hello')).toBe(410);
});

it('refuses as many messages as requested, with Retry-After', async () => {
  service.refuseNext(1, 429, '30');

  const statuses = [await send('hello'), await send('hello')];

  expect(statuses).toEqual([429, 201]);
});
