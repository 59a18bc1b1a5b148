import { gzipSync } from 'node:zlib';
import { Installation } from '../support/installation.js';
import { type StandInResponse, type StandInServer, startStandInServer } from '../support/stand-in-server.js';

/** Longer than a dozen attempts at the pauses that the responses ask for. */
const OUTAGE_MS = 20_000;

/** The attempts of our own pauses (5, 10, 20 s) up to the end of the outage, and the one that succeeds. */
const MAX_ATTEMPTS = 5;

const CONTACTS = 20;

interface SendBody {
  readonly notificationTitle: string;
  readonly tokens?: readonly string[];
  readonly subscriptions?: readonly { readonly endpoint: string }[];
}

type Respond = (keys: readonly string[]) => StandInResponse;

const wholeCall =
  (status: number, retryAfter: string): Respond =>
  () => ({ status, headers: { 'retry-after': retryAfter } });

const eachToken =
  (messagingErrorCode: number, retryAfterSeconds: unknown): Respond =>
  (keys) => ({
    status: 200,
    body: {
      responses: keys.map((deviceToken) => ({
        isSuccess: false,
        deviceToken,
        exception: { messagingErrorCode, message: 'Later', retryAfterSeconds },
      })),
    },
  });

const eachSubscription =
  (messagingErrorCode: number, retryAfterSeconds: unknown): Respond =>
  (keys) => ({
    status: 200,
    body: {
      responses: keys.map((endpoint) => ({
        isSuccess: false,
        subscription: { endpoint, p256DH: 'key', auth: 'secret' },
        exception: { messagingErrorCode, message: 'Later', retryAfterSeconds },
      })),
    },
  });

/** What PushApi says during the outage, by the domain that it is said to. */
const OUTAGES: readonly (readonly [string, Respond])[] = [
  ['calls-0.example.com', wholeCall(503, '0')],
  ['calls-1.example.com', wholeCall(503, '1')],
  ['calls-past.example.com', wholeCall(503, 'Wed, 21 Oct 2015 07:28:00 GMT')],
  ['calls-429.example.com', wholeCall(429, '1')],
  ['calls-negative.example.com', wholeCall(503, '-5')],
  ['calls-500.example.com', wholeCall(500, '0')],
  ['tokens-5.example.com', eachToken(5, 0)],
  ['tokens-3.example.com', eachToken(3, 1)],
  ['subscriptions-503.example.com', eachSubscription(503, 0)],
  ['subscriptions-429.example.com', eachSubscription(429, '00:00:01')],
];

const ofSubscriptions = (domain: string): boolean => domain.startsWith('subscriptions-');

const succeed: Respond = (keys) => ({
  status: 200,
  body: {
    responses: keys.flatMap((key) => [
      { isSuccess: true, deviceToken: key, messageId: 'id', exception: null },
      { isSuccess: true, subscription: { endpoint: key, p256DH: 'key', auth: 'secret' }, exception: null },
    ]),
  },
});

/** Responses that keep the results from the caller, though PushApi may have sent. */
const LOST: readonly (readonly [string, Respond])[] = [
  ['gateway-timeout.example.com', () => ({ status: 504 })],
  [
    'compressed.example.com',
    (keys) => {
      const text = JSON.stringify(succeed(keys).body);
      return { status: 200, bytes: gzipSync(text), headers: { 'content-encoding': 'gzip' } };
    },
  ],
];

let product: Installation;
let pushApi: StandInServer;
const messageIds = new Map<string, string>();
const calls = new Map<string, { readonly startedMs: number; readonly key: unknown; readonly keys: string }[]>();

beforeAll(async () => {
  const responses = new Map([...OUTAGES, ...LOST]);
  pushApi = await startStandInServer(({ headers, body }) => {
    const { notificationTitle: domain, tokens, subscriptions } = body as SendBody;
    const keys = tokens ?? subscriptions?.map(({ endpoint }) => endpoint) ?? [];
    const before = calls.get(domain) ?? [];
    const startedMs = Date.now();
    calls.set(domain, [...before, { startedMs, key: headers['idempotency-key'], keys: keys.toSorted().join() }]);
    const firstMs = before[0]?.startedMs ?? startedMs;
    const isOver = OUTAGES.some(([each]) => each === domain) && startedMs - firstMs >= OUTAGE_MS;
    return (isOver ? succeed : (responses.get(domain) ?? succeed))(keys);
  });
  product = await Installation.start('outage_of_push_api', { workers: 0 });
  await product.startProcess('worker', { PUSH_API_URL: pushApi.url });
  // All at once, because they mostly wait.
  for (const domain of responses.keys()) messageIds.set(domain, await sendTo(domain));
}, 60_000);

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
  await pushApi.stop();
});

async function sendTo(domain: string): Promise<string> {
  const keys = Array.from({ length: CONTACTS }, (_, index) => `${domain}-${index}`);
  await product.db.addContacts(domain, keys, (key) =>
    ofSubscriptions(domain)
      ? { subscription: { endpoint: `https://${domain}/${key}`, p256dh: 'key', auth: 'secret' } }
      : {},
  );
  return product.send(domain, { title: domain });
}

it('delivers to all after an outage, whatever PushApi has asked for meanwhile', async () => {
  for (const [domain] of OUTAGES) {
    const progress = await product.finished(messageIds.get(domain) ?? '', 120_000);
    expect([domain, progress]).toEqual([domain, expect.objectContaining({ delivered: CONTACTS, notDelivered: 0 })]);
    expect(calls.get(domain)?.length).toBeGreaterThan(1);
    expect(calls.get(domain)?.length).toBeLessThanOrEqual(MAX_ATTEMPTS);
  }
}, 180_000);

it('repeats a call at most twice, with the same key and recipients, when a proxy keeps its results', async () => {
  for (const [domain] of LOST) {
    const progress = await product.finished(messageIds.get(domain) ?? '', 120_000);
    expect([domain, progress]).toEqual([domain, expect.objectContaining({ delivered: 0, notDelivered: CONTACTS })]);
    const made = calls.get(domain) ?? [];
    expect(made).toHaveLength(3);
    expect(new Set(made.map(({ key, keys }) => `${String(key)} ${keys}`)).size).toBe(1);
    expect(await product.activeTokens(domain)).toHaveLength(CONTACTS);
  }
}, 180_000);
