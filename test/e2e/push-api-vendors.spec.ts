import { request } from '../support/http.js';
import {
  PUSH_API_TOKEN,
  type ProductProcess,
  pushApiEnvironment,
  startProduct,
  VAPID_KEYS,
} from '../support/product-process.js';
import { PUSH_SERVICES, type PushServiceName } from '../../src/simulator/service-names.js';
import { SimulatorProcess, type SimulatedSubscription } from '../support/simulator.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

let keys: TestKeys;
let simulator: SimulatorProcess;
let pushApi: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start();
  pushApi = await startProduct('push-api', {
    ...simulator.environment,
    ...pushApiEnvironment(keys.folder),
  });
});

afterAll(async () => {
  expect(await pushApi.stop()).toBe(0);
  await Promise.all([simulator.stop(), keys.remove()]);
});

interface Result {
  readonly isSuccess: boolean;
  readonly exception: { readonly messagingErrorCode: number; readonly retryAfterSeconds: string | null } | null;
}

async function send(
  subscriptions: readonly SimulatedSubscription[],
  change: object = {},
  url = pushApi.url,
): Promise<readonly Result[]> {
  const json = {
    notificationTitle: 'Summer sale',
    notificationBody: 'Half price 😀',
    subscriptions: subscriptions.map(({ endpoint, keys: { p256dh, auth } }) => ({ endpoint, p256DH: p256dh, auth })),
    ...change,
  };
  const { status, body } = await request('POST', `${url}/webpush`, { token: PUSH_API_TOKEN, json });
  expect(status).toBe(200);
  return (body as { responses: Result[] }).responses;
}

function codesOf(results: readonly Result[]): (number | null)[] {
  return results.map(({ exception }) => exception?.messagingErrorCode ?? null);
}

const applicationServerKey = VAPID_KEYS.publicKey;

describe.each(PUSH_SERVICES)('the push service of %s', (service: PushServiceName) => {
  it('delivers each message of a call once, and its browser can read it', async () => {
    const subscriptions = await simulator.subscribe({ service, count: 200, applicationServerKey });
    expect(codesOf(await send(subscriptions))).toEqual(subscriptions.map(() => null));
    const { endpoints, decrypted, undecryptable, faults } = await simulator.counts(service);
    expect(endpoints).toEqual({ reached: 200, once: 200, repeatedly: 0, repeated: [], unanswered: [] });
    expect([decrypted, undecryptable, faults]).toEqual([200, 0, {}]);
    const [message] = await simulator.messages(service);
    expect(JSON.parse(message?.text ?? '')).toMatchObject({ title: 'Summer sale', body: 'Half price 😀' });
  });

  it('takes the longest message that is sent to it, and one without a time to live', async () => {
    const subscriptions = await simulator.subscribe({ service, first: 500, applicationServerKey });
    const change = { notificationBody: 'año 😀 '.repeat(1_000), timeToLiveSeconds: 0 };
    expect(codesOf(await send(subscriptions, change))).toEqual([null]);
  });

  it('has a code for each refusal', async () => {
    const order = { service, applicationServerKey };
    const wanted = [
      ['not-found', 404],
      ['gone', 410],
      ['too-many', 429],
      ['error', 500],
      ['unavailable', 503],
      ['reset', 503],
      ['too-large', 413],
    ] as const;
    const made = await Promise.all(wanted.map(([behaviour]) => simulator.subscribe({ ...order, behaviour })));
    const results = await send(made.flat());
    expect(codesOf(results)).toEqual(wanted.map(([, code]) => code));
    expect(results[2]?.exception?.retryAfterSeconds).toBe('00:00:07');
  });

  it('refuses the key of another sender, which prunes nobody', async () => {
    const other = 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8';
    const code = { fcm: 403, mozilla: 401, wns: 403, apple: 400 }[service];
    const made = await simulator.subscribe({ service, applicationServerKey: other });
    expect(codesOf(await send(made))).toEqual([code]);
  });
});

it.each(['1', '3'])(
  'answers many calls in the order of their subscriptions with PUSH_API_THREADS=%s',
  async (threads) => {
    const process = await startProduct('push-api', {
      ...simulator.environment,
      ...pushApiEnvironment(keys.folder),
      PUSH_API_THREADS: threads,
    });
    const order = { first: 10_000 * Number(threads), applicationServerKey };
    const made = await Promise.all(
      PUSH_SERVICES.map(async (service) => {
        const created = await simulator.subscribe({ ...order, service, count: 50 });
        const gone = await simulator.subscribe({ ...order, service, count: 5, behaviour: 'gone' });
        const elsewhere = created.map((each) => ({ ...each, endpoint: 'https://example.com/1' }));
        return created.flatMap((each, index) => {
          const also = index % 10 === 0 ? gone.slice(index / 10, index / 10 + 1) : [];
          return [[each, null], ...also.map((one) => [one, 410]), ...elsewhere.slice(0, 1).map((one) => [one, 400])];
        });
      }),
    );
    const call = made.flat() as [SimulatedSubscription, number | null][];
    const subscriptions = call.map(([subscription]) => subscription);
    const calls = Array.from({ length: 6 }, () => send(subscriptions, {}, process.url));
    for (const results of await Promise.all(calls)) expect(codesOf(results)).toEqual(call.map(([, code]) => code));
    expect(await process.stop()).toBe(0);
  },
);

it("FCM's v1 API delivers each message once, with an access token of the token endpoint", async () => {
  const tokens = await simulator.deviceTokens({ count: 100 });
  const [unregistered] = await simulator.deviceTokens({ behaviour: 'unregistered' });
  const json = { tokens: [...tokens, unregistered], notificationTitle: 'Sale', notificationBody: 'Half price' };
  const { body } = await request('POST', `${pushApi.url}/message`, { token: PUSH_API_TOKEN, json });
  expect(body).toMatchObject({ successCount: 100, failureCount: 1 });
  const { endpoints, faults } = await simulator.counts('firebase');
  expect([endpoints, faults]).toEqual([{ reached: 100, once: 100, repeatedly: 0, repeated: [], unanswered: [] }, {}]);
  expect((await simulator.counts('oauth')).accepted).toBe(1);
});

it("FCM's v1 API takes the options of a notification", async () => {
  const tokens = await simulator.deviceTokens({ first: 5_000 });
  const options = {
    ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', vibrate: [200, 100] },
    ...{ language: 'es', direction: 'ltr', badgeUrl: 'https://example.com/badge.png', data: { orderId: 4711 } },
  };
  const json = { tokens, notificationTitle: 'Options', notificationBody: 'Half price', ...options };
  const { body } = await request('POST', `${pushApi.url}/message`, { token: PUSH_API_TOKEN, json });
  expect(body).toMatchObject({ successCount: 1 });
  const sent = (await simulator.messages('firebase')).map(({ text }) => JSON.parse(text) as { message: object });
  expect(sent.map(({ message }) => message)).toContainEqual(
    expect.objectContaining({
      webpush: {
        headers: { TTL: '2419200' },
        notification: {
          ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', vibrate: [200, 100] },
          ...{ lang: 'es', dir: 'ltr', badge: 'https://example.com/badge.png' },
        },
        data: { data: '{"orderId":4711}' },
      },
    }),
  );
});
