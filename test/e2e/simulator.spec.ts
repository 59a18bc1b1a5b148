import type { ClientRequest } from 'node:http';
import { readFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import webPush from 'web-push';
import { PUSH_SERVICES, type PushServiceName } from '../../src/simulator/service-names.js';
import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { VAPID_KEYS } from '../support/product-process.js';
import { SimulatorProcess, type SimulatedSubscription } from '../support/simulator.js';
import { waitFor } from '../support/wait-for.js';

const APPLICATION_SERVER_KEY = VAPID_KEYS.publicKey;
let simulator: SimulatorProcess;
let ca: string;

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
  ca = await readFile(simulator.certificate, 'utf8');
});

afterAll(async () => {
  expect(await simulator.stop()).toBe(0);
});

interface Sent {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

interface Change {
  readonly ttl?: number;
  readonly subject?: string;
  readonly audience?: string;
  readonly expiresIn?: number;
  readonly keys?: { readonly publicKey: string; readonly privateKey: string };
  readonly headers?: Record<string, string | undefined>;
  readonly text?: string;
}

async function subscribeOne(service: PushServiceName, order: object = {}): Promise<SimulatedSubscription> {
  const [subscription] = await simulator.subscribe({
    service,
    applicationServerKey: APPLICATION_SERVER_KEY,
    origin: 'local',
    ...order,
  });
  if (subscription === undefined) throw new Error('no subscription');
  return subscription;
}

/** The request that web-push makes, with the token of a sender who may be wrong. */
function toRequest(
  subscription: SimulatedSubscription,
  change: Change,
): ReturnType<typeof webPush.generateRequestDetails> {
  const { publicKey, privateKey } = change.keys ?? VAPID_KEYS;
  const subject = change.subject ?? 'mailto:tests@example.com';
  const details = webPush.generateRequestDetails(subscription, change.text ?? 'hello', {
    TTL: change.ttl ?? 60,
    vapidDetails: { subject: 'mailto:tests@example.com', publicKey, privateKey },
  });
  const expires = Math.floor(Date.now() / 1_000) + (change.expiresIn ?? 3_600);
  const audience = change.audience ?? new URL(subscription.endpoint).origin;
  const { Authorization } = webPush.getVapidHeaders(audience, subject, publicKey, privateKey, 'aes128gcm', expires);
  return { ...details, headers: { ...details.headers, Authorization, ...change.headers } };
}

/** Sends over HTTP/1.1. */
function send(subscription: SimulatedSubscription, change: Change = {}, method = 'POST'): Promise<Sent> {
  const { endpoint, headers, body } = toRequest(subscription, change);
  const given = Object.fromEntries(Object.entries<unknown>(headers).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      endpoint,
      { method, headers: given as Record<string, string>, ca, agent: false },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends over HTTP/1.1 without waiting for the response, which is lost when the request is destroyed. */
function startOverHttp1(subscription: SimulatedSubscription): ClientRequest {
  const { endpoint, headers, body } = toRequest(subscription, {});
  const sent = httpsRequest(endpoint, { method: 'POST', headers: headers, ca, agent: false });
  return sent.on('error', () => undefined).end(body);
}

async function openSession(): Promise<ClientHttp2Session> {
  const session = connect(simulator.origin, { ca });
  session.on('error', () => undefined);
  await new Promise((resolve) => session.once('remoteSettings', resolve));
  return session;
}

/** Sends on an HTTP/2 session. Resolves with the status, or with the code of the reset. */
function sendOn(session: ClientHttp2Session, subscription: SimulatedSubscription): Promise<number | string> {
  const { endpoint, headers, body } = toRequest(subscription, {});
  const rest = { ...headers, 'Content-Length': String(body?.length ?? 0) };
  return new Promise((resolve) => {
    const stream = session.request({ ':method': 'POST', ':path': endpoint.slice(simulator.origin.length), ...rest });
    const responded = new Promise<number>((respond) => {
      stream.on('response', (received) => {
        respond(received[':status'] ?? 0);
      });
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      resolve(stream.rstCode === constants.NGHTTP2_NO_ERROR ? responded : `reset ${stream.rstCode}`);
    });
    stream.resume().end(body);
  });
}

describe.each(PUSH_SERVICES)('the push service of %s', (service) => {
  it('accepts a message of web-push and decrypts it', async () => {
    const before = await simulator.counts(service);
    const sent = await send(await subscribeOne(service, { first: 11 }));
    const after = await simulator.counts(service);
    expect(sent.status).toBe(201);
    expect([after.accepted - before.accepted, after.decrypted - before.decrypted, after.undecryptable]).toEqual([
      1, 1, 0,
    ]);
    expect((await simulator.messages(service)).at(-1)).toMatchObject({
      index: 11,
      protocol: 'HTTP/1.1',
      text: 'hello',
      headers: { ttl: '60' },
    });
    expect(JSON.stringify(await simulator.messages(service))).not.toContain('vapid');
  });

  it('counts a message that its browser could not read', async () => {
    const [mine, other] = await Promise.all([subscribeOne(service), subscribeOne(service, { first: 99 })]);
    const before = await simulator.counts(service);
    expect((await send({ ...mine, keys: other.keys })).status).toBe(201);
    expect((await simulator.counts(service)).undecryptable - before.undecryptable).toBe(1);
  });

  it.each<[string, Change, Record<PushServiceName, number>]>([
    ['no Authorization', { headers: { Authorization: undefined } }, { fcm: 401, mozilla: 401, wns: 401, apple: 403 }],
    ['another scheme', { headers: { Authorization: 'Bearer x' } }, { fcm: 403, mozilla: 401, wns: 401, apple: 403 }],
    ['another audience', { audience: 'https://example.com' }, { fcm: 403, mozilla: 401, wns: 401, apple: 403 }],
    ['an expired token', { expiresIn: -60 }, { fcm: 403, mozilla: 401, wns: 401, apple: 403 }],
    ['another key', { keys: generateP256KeyPair() }, { fcm: 403, mozilla: 401, wns: 403, apple: 400 }],
    ['no TTL', { headers: { TTL: undefined } }, { fcm: 400, mozilla: 400, wns: 400, apple: 400 }],
    ['a TTL that is no number', { headers: { TTL: 'soon' } }, { fcm: 400, mozilla: 400, wns: 400, apple: 400 }],
    ['another urgency', { headers: { Urgency: 'urgent' } }, { fcm: 400, mozilla: 400, wns: 400, apple: 400 }],
    ['a topic with a space', { headers: { Topic: 'a b' } }, { fcm: 400, mozilla: 400, wns: 400, apple: 400 }],
    [
      'another encoding',
      { headers: { 'Content-Encoding': 'aesgcm' } },
      { fcm: 400, mozilla: 400, wns: 400, apple: 400 },
    ],
    ['too long a text', { text: 'x'.repeat(5_000) }, { fcm: 413, mozilla: 413, wns: 413, apple: 413 }],
  ])('refuses %s', async (_, change, statuses) => {
    expect((await send(await subscribeOne(service), change)).status).toBe(statuses[service]);
  });

  it('refuses other methods and unknown endpoints', async () => {
    const subscription = await subscribeOne(service);
    expect((await send(subscription, {}, 'PUT')).status).toBe(405);
    const altered = subscription.endpoint.slice(0, -2) + (subscription.endpoint.endsWith('AA') ? 'BB' : 'AA');
    expect((await send({ ...subscription, endpoint: altered })).status).toBe(404);
  });

  it('says that a dead share of the subscriptions is gone, always the same ones', async () => {
    const subscriptions = await simulator.subscribe({ service, first: 1_000, count: 20, origin: 'local' });
    await simulator.set({ deadShare: 0.5 }, service);
    const statuses = async (): Promise<number[]> =>
      (await Promise.all(subscriptions.map((subscription) => send(subscription)))).map(({ status }) => status);
    const first = await statuses();
    expect(await statuses()).toEqual(first);
    await simulator.set({ deadShare: 0 }, service);
    expect(new Set(first)).toEqual(new Set([201, 410]));
  });

  it('limits the rate of a sender, and says when to come back in the form of the settings', async () => {
    await simulator.act('/reset');
    await simulator.set({ rateLimitPerMinute: 2, rateLimitBy: 'site', retryAfter: 'seconds' }, service);
    const subscriptions = await simulator.subscribe({ service, count: 4, site: 'shop.example', origin: 'local' });
    const [other] = await simulator.subscribe({ service, site: 'other.example', origin: 'local' });
    const sent: Sent[] = [];
    for (const subscription of subscriptions) sent.push(await send(subscription));
    const limited = service === 'wns' ? 406 : 429;
    expect(sent.map(({ status }) => status)).toEqual([201, 201, limited, limited]);
    expect(Number(sent[3]?.headers['retry-after'])).toBeGreaterThan(50);
    expect((await send(other ?? fail())).status).toBe(201);
    await simulator.set({ retryAfter: 'date', retryAfterSeconds: 90 }, service);
    const date = Date.parse(String((await send(subscriptions[0] ?? fail())).headers['retry-after']));
    expect(Math.abs(date - Date.now() - 90_000)).toBeLessThan(10_000);
    await simulator.set({ rateLimitPerMinute: 0, retryAfterSeconds: 0, retryAfter: 'seconds' }, service);
  });

  it('has outages', async () => {
    const subscription = await subscribeOne(service);
    await simulator.set({ outage: 'unavailable' }, service);
    const unavailable = await send(subscription);
    await simulator.set({ outage: 'reset' }, service);
    await expect(send(subscription)).rejects.toThrow(/socket hang up|ECONNRESET/);
    await simulator.set({ outage: 'error' }, service);
    const failed = await send(subscription);
    await simulator.set({ outage: 'hang' }, service);
    const before = (await simulator.counts(service)).responses.hang ?? 0;
    const hanging = startOverHttp1(subscription);
    await waitFor(
      async () => (await simulator.counts(service)).responses.hang ?? 0,
      (hung) => hung > before,
    );
    hanging.destroy();
    await simulator.set({ outage: 'none' }, service);
    expect([unavailable.status, unavailable.headers['retry-after'], failed.status]).toEqual([503, '60', 500]);
  });

  it('has an outage for a share of the requests, and says 404 instead of 410 where it is told to', async () => {
    const subscription = await subscribeOne(service);
    await simulator.set({ outage: 'error', outageShare: 0.5 }, service);
    const sent = await Promise.all(Array.from({ length: 40 }, () => send(subscription)));
    await simulator.set({ outage: 'none', outageShare: 1, deadShare: 1, deadStatus: 404 }, service);
    const dead = await send(subscription);
    await simulator.set({ deadShare: 0, deadStatus: 410 }, service);
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([201, 500]));
    expect(dead.status).toBe(404);
  });
});

function fail(): never {
  throw new Error('no subscription');
}

describe('bodies of refusals', () => {
  it.each<[PushServiceName, Change, unknown]>([
    ['apple', { keys: generateP256KeyPair() }, { reason: 'VapidPkHashMismatch' }],
    ['apple', { subject: 'mailto:a@localhost', headers: { TTL: undefined } }, { reason: 'BadTtl' }],
    ['mozilla', { keys: generateP256KeyPair() }, expect.objectContaining({ code: 401, errno: 109 })],
    ['mozilla', { headers: { TTL: undefined } }, expect.objectContaining({ code: 400, errno: 111 })],
  ])('%s names the reason in JSON', async (service, change, body) => {
    expect(JSON.parse((await send(await subscribeOne(service), change)).body)).toEqual(body);
  });

  it('fcm names the reason in text, and wns in a header', async () => {
    const change = { keys: generateP256KeyPair() };
    expect((await send(await subscribeOne('fcm'), change)).body).toMatch(/^the VAPID credentials .* do not correspond/);
    const { headers } = await send(await subscribeOne('wns'), { ttl: 0 });
    expect(headers['x-wns-error-description']).toBe('Ttl value conflicts with X-WNS-Cache-Policy.');
    const policy = { ttl: 0, headers: { 'X-WNS-Cache-Policy': 'no-cache' } };
    expect((await send(await subscribeOne('wns'), policy)).status).toBe(201);
  });
});

describe('HTTP/2', () => {
  it('serves many streams of one connection', async () => {
    const session = await openSession();
    const subscriptions = await simulator.subscribe({ service: 'fcm', first: 5_000, count: 50, origin: 'local' });
    expect(await Promise.all(subscriptions.map((subscription) => sendOn(session, subscription)))).toEqual(
      subscriptions.map(() => 201),
    );
    session.close();
    expect((await simulator.messages('fcm')).at(-1)?.protocol).toBe('HTTP/2');
  });

  it('announces how many streams it takes at once', async () => {
    await simulator.setConnections({ maxConcurrentStreams: 7 });
    const session = await openSession();
    expect(session.remoteSettings.maxConcurrentStreams).toBe(7);
    session.close();
    await simulator.setConnections({ maxConcurrentStreams: 100 });
  });

  it('closes a connection by GOAWAY after the requests of the settings, and says which it has received', async () => {
    await simulator.act('/reset');
    await simulator.setConnections({ requestsPerConnection: 3 });
    const session = await openSession();
    const goAway = new Promise<unknown[]>((resolve) =>
      session.once('goaway', (...args) => {
        resolve(args);
      }),
    );
    const subscriptions = await simulator.subscribe({ service: 'mozilla', count: 3, origin: 'local' });
    const sent = await Promise.all(subscriptions.map((subscription) => sendOn(session, subscription)));
    const [code, lastStreamId] = await goAway;
    await simulator.setConnections({ requestsPerConnection: 0 });
    expect([sent, code]).toEqual([[201, 201, 201], constants.NGHTTP2_NO_ERROR]);
    expect(lastStreamId).toBe(5);
    expect((await simulator.counts('mozilla')).endpoints).toMatchObject({ reached: 3, once: 3, repeatedly: 0 });
  });

  it('ends all connections by GOAWAY on request, after what is in flight', async () => {
    await simulator.set({ latencyMedianMs: 300 }, 'apple');
    const session = await openSession();
    const closed = new Promise((resolve) => session.once('close', resolve));
    const before = (await simulator.counts('apple')).requests;
    const sent = sendOn(session, await subscribeOne('apple'));
    await waitFor(
      async () => (await simulator.counts('apple')).requests,
      (requests) => requests > before,
    );
    await simulator.act('/connections/go-away');
    expect(await sent).toBe(201);
    await closed;
    await simulator.set({ latencyMedianMs: 0 }, 'apple');
  });

  it('refuses a share of the streams without processing them, or loses the responses of accepted ones', async () => {
    await simulator.act('/reset');
    const session = await openSession();
    const subscription = await subscribeOne('wns', { first: 3 });
    await simulator.set({ resetShare: 1 }, 'wns');
    expect(await sendOn(session, subscription)).toBe(`reset ${constants.NGHTTP2_REFUSED_STREAM}`);
    const refused = await simulator.counts('wns');
    await simulator.set({ resetAfterAccepting: true }, 'wns');
    expect(await sendOn(session, subscription)).toBe(`reset ${constants.NGHTTP2_INTERNAL_ERROR}`);
    await simulator.set({ resetShare: 0, resetAfterAccepting: false }, 'wns');
    expect(await sendOn(session, subscription)).toBe(201);
    session.close();
    expect(refused.accepted).toBe(0);
    const { endpoints } = await simulator.counts('wns');
    expect(endpoints).toEqual({ reached: 1, once: 0, repeatedly: 1, repeated: [3], unanswered: [3] });
    const deliveries = await simulator.call('POST', '/counts/wns/deliveries', { first: 2, count: 3 });
    expect(deliveries).toEqual([0, 2, 0]);
  });

  it('breaks all connections on request', async () => {
    const session = await openSession();
    const closed = new Promise((resolve) => session.once('close', resolve));
    await simulator.act('/connections/break');
    await closed;
  });
});

it.each(['HTTP/1.1', 'HTTP/2'])('lists messages whose sender was gone before the response: %s', async (protocol) => {
  await simulator.act('/reset');
  await simulator.set({ latencyMedianMs: 500 }, 'fcm');
  const subscription = await subscribeOne('fcm', { first: 7 });
  const session = protocol === 'HTTP/2' ? await openSession() : undefined;
  const request = session === undefined ? startOverHttp1(subscription) : undefined;
  if (session !== undefined) void sendOn(session, subscription);
  await waitFor(
    async () => (await simulator.counts('fcm')).accepted,
    (accepted) => accepted === 1,
  );
  request?.destroy();
  session?.destroy();
  const { endpoints } = await waitFor(
    () => simulator.counts('fcm'),
    ({ responses }) => responses['201'] === 1,
  );
  expect(endpoints).toMatchObject({ once: 1, repeatedly: 0, unanswered: [7] });
  await simulator.set({ latencyMedianMs: 0 }, 'fcm');
});

describe('subscriptions', () => {
  it('are the same for the same seed, in any order and number', async () => {
    const order = { service: 'mozilla', applicationServerKey: APPLICATION_SERVER_KEY } as const;
    const many = await simulator.subscribe({ ...order, first: 10, count: 250 });
    const [one] = await simulator.subscribe({ ...order, first: 210 });
    const restarted = await SimulatorProcess.start();
    const [again] = await restarted.subscribe({ ...order, first: 210 });
    const other = await SimulatorProcess.start('--seed=another');
    const [different] = await other.subscribe({ ...order, first: 210 });
    await Promise.all([restarted.stop(), other.stop()]);
    expect(new Set(many.map(({ endpoint }) => endpoint)).size).toBe(250);
    expect([many[200], again]).toEqual([one, one]);
    expect(different).not.toEqual(one);
    expect(one?.endpoint).toMatch(/^https:\/\/updates\.push\.services\.mozilla\.com\/wpush\/v2\//);
  });

  it.each([
    ['service', { service: 'blackberry' }],
    ['count', { service: 'fcm', count: 0 }],
    ['applicationServerKey', { service: 'fcm', applicationServerKey: 'AAAA' }],
    ['colour', { service: 'fcm', colour: 'red' }],
  ])('name %s when it is wrong', async (name, order) => {
    await expect(simulator.call('POST', '/subscriptions', order)).rejects.toThrow(new RegExp(`400.*${name}`));
  });
});

it('names a setting that is wrong, and changes nothing', async () => {
  const before = await simulator.call('GET', '/settings');
  await expect(simulator.call('PATCH', '/settings', { deadShare: 0.3, latencyMedianMs: -1 })).rejects.toThrow(
    /400.*latencyMedianMs must be a number from 0 to 600000/,
  );
  await expect(simulator.call('PATCH', '/settings/nokia', {})).rejects.toThrow(/nokia is no service/);
  expect(await simulator.call('GET', '/settings')).toEqual(before);
});

it('ends with a line that names an option that is wrong', async () => {
  await expect(SimulatorProcess.start('--set=fcm.deadShare=2')).rejects.toThrow(
    /deadShare must be a number from 0 to 1/,
  );
  await expect(SimulatorProcess.start('--protocols=h3')).rejects.toThrow(/--protocols must be/);
});
