import { randomBytes } from 'node:crypto';
import { Installation, messageIdOf } from '../support/installation.js';
import { request } from '../support/http.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import {
  PUSH_API_TOKEN,
  type ProductProcess,
  pushApiEnvironment,
  startProduct,
  VAPID_KEYS,
} from '../support/product-process.js';
import type { PushServiceName } from '../../src/simulator/service-names.js';
import { SimulatorProcess } from '../support/simulator.js';
import { type CollectedSpan, type StandInCollector, startStandInCollector } from '../support/stand-in-collector.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

const SERVER = 2;
const CLIENT = 3;
const CONSUMER = 5;

/** What no span and no log line may have. */
const SECRETS = {
  header: 'canary-of-the-collector',
  email: 'canary@private.example.com',
  guid: 'canary-guid',
  token: 'canary-device-token',
  title: 'Canary title',
} as const;

let redis: OwnRedis;
let collector: StandInCollector;
let simulator: SimulatorProcess;
let keys: TestKeys;
let pushApi: ProductProcess;
let product: Installation;
/** Endpoints, keys and device tokens of contacts. */
const sentSecrets: string[] = [];
let made = 0;

beforeAll(async () => {
  [redis, collector, simulator, keys] = await Promise.all([
    startOwnRedis(),
    startStandInCollector(),
    SimulatorProcess.start(),
    createTestKeys(),
  ]);
  pushApi = await startProduct('push-api', {
    ...simulator.environment,
    ...pushApiEnvironment(keys.folder),
    ...traced(),
    PUSH_API_THREADS: '2',
  });
  product = await Installation.start('tracing', {
    environment: {
      ...traced(),
      REDIS_URL: redis.url,
      PUSH_API_URL: pushApi.url,
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
    },
  });
});

afterAll(async () => {
  collector.behave('take');
  expect(await product.stop()).toEqual(product.outputs().map(() => 0));
  expect(await pushApi.stop()).toBe(0);
  await Promise.all([redis.stop(), collector.stop(), simulator.stop(), keys.remove()]);
});

function traced(): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${SECRETS.header}`,
  };
}

interface Caller {
  readonly traceId: string;
  readonly headers: { readonly traceparent: string };
}

/** A caller with a trace of its own. */
function caller(flags = '01'): Caller {
  const traceId = randomBytes(16).toString('hex');
  return { traceId, headers: { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}` } };
}

/** Stores contacts of two push services and of Firebase. */
async function addContacts(domain: string, count: number): Promise<void> {
  await addSubscribers(domain, 'fcm', count);
  await addSubscribers(domain, 'mozilla', 1);
  const [token = ''] = await simulator.deviceTokens({ first: (made += 1), count: 1 });
  sentSecrets.push(token);
  await product.db.addContacts(domain, [token], { email: SECRETS.email, visitor_guid: SECRETS.guid });
}

/** Stores contacts with subscriptions. Resolves with their device tokens. */
async function addSubscribers(
  domain: string,
  service: PushServiceName,
  count: number,
  change: object = {},
): Promise<string[]> {
  const applicationServerKey = VAPID_KEYS.publicKey;
  const subscriptions = await simulator.subscribe({ service, count, first: made, applicationServerKey });
  made += count;
  const tokens = subscriptions.map(({ endpoint }) => `${SECRETS.token}-${endpoint.slice(-30)}`);
  await product.db.addContacts(domain, tokens, (token) => {
    const { endpoint = '', keys: own = { p256dh: '', auth: '' } } = subscriptions[tokens.indexOf(token)] ?? {};
    sentSecrets.push(endpoint, own.p256dh, own.auth);
    return { subscription: { endpoint, ...own }, ...change };
  });
  return tokens;
}

/** The spans of a trace, once there are as many of each name. */
async function collect(traceId: string, names: Readonly<Record<string, number>>): Promise<CollectedSpan[]> {
  const found = await waitFor(
    () => collector.spans.filter((span) => span.traceId === traceId),
    (spans) => Object.entries(names).every(([name, count]) => named(spans, name).length >= count),
    20_000,
  );
  const count = (name: string): number => named(found, name).length;
  expect(Object.fromEntries(Object.keys(names).map((name) => [name, count(name)]))).toEqual(names);
  return found;
}

function named(spans: readonly CollectedSpan[], name: string): CollectedSpan[] {
  return spans.filter((span) => span.name === name);
}

/** From the span up to the first one: service and name of each. */
function chain(spans: readonly CollectedSpan[], span: CollectedSpan | undefined): string[] {
  if (span === undefined) return [];
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [`${span.service} ${span.name}`, ...chain(spans, parent)];
}

const REQUEST_ID = 'push_contact.request_id';
const PUSH_TO_MOZILLA = 'push *.push.services.mozilla.com';

const SERVER_SPAN = 'push-contact-api POST /messages/domains/:domain';

const WORKER_CHAIN = ['push-contact-worker batch', 'push-contact-worker plan', SERVER_SPAN];

async function send(domain: string, { headers }: Pick<Caller, 'headers'>, change: object = {}): Promise<string> {
  const json = { title: SECRETS.title, body: 'The body', ...change };
  return messageIdOf(await product.askAsSuperUser('POST', `/messages/domains/${domain}`, { json, headers }), 202);
}

describe('a broadcast', () => {
  it('has one trace from the request to each push', async () => {
    await addContacts('traced.example.com', 3);
    const { traceId, headers } = caller();
    const messageId = await send('traced.example.com', { headers });
    await product.finished(messageId);
    const spans = await collect(traceId, {
      'POST /messages/domains/:domain': 1,
      plan: 1,
      batch: 1,
      'POST /webpush': 2,
      'POST /message': 2,
      'push fcm.googleapis.com': 1,
      'push *.push.services.mozilla.com': 1,
      'push firebase': 1,
    });
    for (const [push, path] of [
      ['push fcm.googleapis.com', '/webpush'],
      ['push *.push.services.mozilla.com', '/webpush'],
      ['push firebase', '/message'],
    ] as const) {
      const call = [`push-contact-push-api POST ${path}`, `push-contact-worker POST ${path}`];
      const upwards = named(spans, push).map((span) => chain(spans, span));
      expect(upwards).toEqual(upwards.map(() => [`push-contact-push-api ${push}`, ...call, ...WORKER_CHAIN]));
    }
    expect(spans.map(({ kind }) => kind).sort()).toEqual([
      ...[SERVER, SERVER, SERVER, CLIENT, CLIENT, CLIENT, CLIENT, CLIENT],
      ...[CONSUMER, CONSUMER],
    ]);
    const [server] = named(spans, 'POST /messages/domains/:domain');
    expect(server?.parentSpanId).toBe(headers.traceparent.split('-')[2]);
    const [batch] = named(spans, 'batch');
    expect(batch?.attributes).toMatchObject({
      'push_contact.message_id': messageId,
      'push_contact.domain': 'traced.example.com',
      'push_contact.contacts': 5,
      'push_contact.delivered': 5,
      'push_contact.not_delivered': 0,
      'push_contact.retried': 0,
    });
    expect(named(spans, 'push fcm.googleapis.com')[0]?.attributes).toMatchObject({
      'http.response.status_code': 201,
      'push_contact.pushes': 3,
    });
  });

  it('tells push services nothing of its trace', async () => {
    const messages = (
      await Promise.all((['fcm', 'mozilla', 'firebase'] as const).map((name) => simulator.messages(name)))
    ).flat();
    expect(messages.length).toBeGreaterThanOrEqual(5);
    const headers = messages.flatMap((message) => Object.keys(message.headers));
    expect(headers.filter((name) => /^(trace|baggage|b3)/.test(name))).toEqual([]);
  });

  it('of many contacts has one span for each batch, call, and push service of a call', async () => {
    await addContacts('many.example.com', 120);
    const { traceId, headers } = caller();
    await product.finished(await send('many.example.com', { headers }));
    // 121 subscriptions are two calls; the second one has 21.
    const spans = await waitFor(
      () => collector.spans.filter((span) => span.traceId === traceId),
      (found) => sum(found, 'push_contact.pushes') === 122 && named(found, 'batch').length > 0,
    );
    expect(spans.length).toBeLessThan(20);
    expect(named(spans, 'push fcm.googleapis.com').length).toBeLessThanOrEqual(2);
    expect(named(spans, 'batch')).toHaveLength(1);
  });

  it('keeps its trace when Redis forgets its plan, or a batch that waits for another attempt', async () => {
    const [late, retried] = [caller(), caller()];
    await simulator.set({ outage: 'unavailable', retryAfter: 'seconds', retryAfterSeconds: 1 }, 'mozilla');
    await addSubscribers('retried.example.com', 'mozilla', 1);
    await addSubscribers('late.example.com', 'fcm', 1);
    const retriedId = await send('retried.example.com', retried);
    await waitFor(
      () => product.db.count('deliveryBatches', { domain: 'retried.example.com', waiting_for: { $exists: true } }),
      (count) => count === 1,
    );
    const lateId = await send('late.example.com', late, { sendAt: new Date(Date.now() + 2_000).toISOString() });
    await redis.flush();
    await simulator.set({ outage: 'none' }, 'mozilla');
    await Promise.all([product.finished(lateId), product.finished(retriedId)]);
    const spans = await collect(late.traceId, { plan: 1, batch: 1, 'push fcm.googleapis.com': 1 });
    const [push] = named(spans, 'push fcm.googleapis.com');
    expect(chain(spans, push).slice(3)).toEqual(WORKER_CHAIN);
    const ofRetried = await waitFor(
      () => collector.spans.filter(({ traceId }) => traceId === retried.traceId),
      (found) => named(found, PUSH_TO_MOZILLA).some(({ isFailed }) => !isFailed),
    );
    const pushes = named(ofRetried, PUSH_TO_MOZILLA);
    expect(pushes.map(({ isFailed }) => isFailed)).toEqual([true, false]);
    for (const each of pushes) expect(chain(ofRetried, each).slice(3)).toEqual(WORKER_CHAIN);
  });
});

describe('what begins a trace', () => {
  it('is every request without a traceparent, or with a malformed one', async () => {
    const malformed = {
      none: '',
      version: `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      zeros: `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
      upperCase: `00-${'A'.repeat(32)}-${'B'.repeat(16)}-01`,
      longer: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01-more`,
      two: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01, 00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`,
    };
    for (const [id, traceparent] of Object.entries(malformed)) {
      const headers = { 'x-request-id': `malformed.${id}`, ...(traceparent !== '' && { traceparent }) };
      await product.askAsSuperUser('GET', '/token', { headers });
    }
    const spans = await waitFor(
      () => collector.spans.filter(({ attributes }) => String(attributes[REQUEST_ID]).startsWith('malformed.')),
      ({ length }) => length === Object.keys(malformed).length,
    );
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(spans.map(() => undefined));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(spans.length);
    const given = Object.values(malformed).join().toLowerCase();
    expect(spans.filter(({ traceId }) => given.includes(traceId))).toEqual([]);
  });

  it('is what a caller without a token says of no trace', async () => {
    const { headers, traceId } = caller();
    const id = `anonymous-${traceId}`;
    await product.ask('GET', '/domains/none.example.com/isPushFeatureEnabled', {
      headers: { ...headers, 'x-request-id': id },
    });
    await product.ask('GET', '/token', { headers });
    const [span] = await waitFor(
      () => collector.spans.filter(({ attributes }) => attributes[REQUEST_ID] === id),
      ({ length }) => length === 1,
    );
    expect(span?.traceId).not.toBe(traceId);
    expect(collector.spans.filter((each) => each.traceId === traceId)).toEqual([]);
  });

  it('is no more than asked for: an unsampled trace is passed on and not exported', async () => {
    await addSubscribers('unsampled.example.com', 'fcm', 1);
    const { headers, traceId } = caller('00');
    await product.finished(await send('unsampled.example.com', { headers }));
    const [delivery] = await product.db.find('deliveries', { domain: 'unsampled.example.com' });
    expect(delivery?.trace_parent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    // Of a request that comes later.
    const later = caller();
    await product.askAsSuperUser('GET', '/token', { headers: later.headers });
    await collect(later.traceId, { 'GET /token': 1 });
    expect(collector.spans.filter((each) => each.traceId === traceId)).toEqual([]);
  });
});

describe('other sends', () => {
  const VISITOR = { visitor_guid: SECRETS.guid, email: SECRETS.email };

  it('to a visitor within the request has one trace', async () => {
    await addSubscribers('single.example.com', 'fcm', 1, VISITOR);
    const { traceId, headers } = caller();
    const json = { title: SECRETS.title, body: 'The body' };
    const path = `/push-contacts/single.example.com/${SECRETS.guid}/message`;
    messageIdOf(await product.askAsSuperUser('POST', path, { json, headers }), 200);
    const spans = await collect(traceId, { batch: 1, 'push fcm.googleapis.com': 1 });
    const [push] = named(spans, 'push fcm.googleapis.com');
    expect(chain(spans, push)).toEqual([
      'push-contact-push-api push fcm.googleapis.com',
      'push-contact-push-api POST /webpush',
      'push-contact-api POST /webpush',
      'push-contact-api batch',
      'push-contact-api POST /push-contacts/:domain/:visitorGuid/message',
    ]);
  });

  it('of a stored message to a visitor and to a list have one trace each', async () => {
    await addSubscribers('stored.example.com', 'fcm', 1, VISITOR);
    const messageId = await product.store('stored.example.com', { title: SECRETS.title });
    const [one, list] = [caller(), caller()];
    const single = { json: { fields: {} }, headers: one.headers };
    const many = { json: { visitorsFieldsList: [{ visitorGuid: SECRETS.guid }] }, headers: list.headers };
    await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/${SECRETS.guid}/send`, single);
    await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, many);
    const ofOne = await collect(one.traceId, { plan: 0, batch: 1, 'push fcm.googleapis.com': 1 });
    const ofList = await collect(list.traceId, { plan: 1, batch: 1, 'push fcm.googleapis.com': 1 });
    const last = (spans: readonly CollectedSpan[]): string[] =>
      chain(spans, named(spans, 'push fcm.googleapis.com')[0]).slice(3);
    expect(last(ofOne)).toEqual([
      'push-contact-worker batch',
      'push-contact-api POST /messages/:messageId/visitors/:visitorGuid/send',
    ]);
    expect(last(ofList)).toEqual([
      'push-contact-worker batch',
      'push-contact-worker plan',
      'push-contact-api POST /messages/:messageId/visitors/send',
    ]);
  });

  it('as a test, and the check of a device token, have one trace each', async () => {
    const [deviceToken = ''] = await addSubscribers('test.example.com', 'fcm', 1);
    const [test, check] = [caller(), caller()];
    const json = { deviceToken, message: { title: SECRETS.title, body: 'The body' } };
    const tested = await product.askAsSuperUser('POST', '/domains/test.example.com/test-sends', {
      json,
      headers: test.headers,
    });
    expect(tested.status).toBe(200);
    // The processes export their own, each in its time; the request's span ends last.
    const spans = await collect(test.traceId, {
      'push fcm.googleapis.com': 1,
      'POST /domains/:name/test-sends': 1,
    });
    expect(chain(spans, named(spans, 'push fcm.googleapis.com')[0])).toHaveLength(4);
    const [token] = await simulator.deviceTokens({ first: 900, count: 1 });
    const registered = { domain: 'test.example.com', deviceToken: token };
    const id = `registration-${check.traceId}`;
    await product.ask('POST', '/push-contacts', { json: registered, headers: { 'x-request-id': id } });
    const [server] = await waitFor(
      () => collector.spans.filter(({ attributes }) => attributes[REQUEST_ID] === id),
      ({ length }) => length === 1,
    );
    await collect(server?.traceId ?? '', {
      'POST /push-contacts': 1,
      'GET /devices/{token}': 1,
      'GET /devices/:token': 1,
    });
  });
});

function sum(spans: readonly CollectedSpan[], attribute: string): number {
  return spans.reduce((total, { attributes }) => total + Number(attributes[attribute] ?? 0), 0);
}

describe('what is exported and logged', () => {
  const outputs = (): string => [...product.outputs(), pushApi.output()].join('\n');

  it('has no token, key, endpoint, e-mail, guid or text of a message', () => {
    const secrets = [
      ...sentSecrets.filter((secret) => secret !== ''),
      ...[SECRETS.email, SECRETS.guid, SECRETS.token, SECRETS.title],
      ...[PUSH_API_TOKEN, product.keys.superUser, VAPID_KEYS.privateKey],
    ];
    expect(secrets.length).toBeGreaterThan(100);
    const exported = collector.received();
    expect(exported).toContain('push_contact.message_id');
    expect(secrets.filter((secret) => exported.includes(secret))).toEqual([]);
    expect(secrets.filter((secret) => outputs().includes(secret))).toEqual([]);
    expect(outputs()).not.toContain(SECRETS.header);
  });

  it('leads from a request to its message and its trace, in JSON', async () => {
    const { traceId, headers } = caller();
    const given = { headers: { ...headers, 'x-request-id': `request-${traceId}` } };
    const messageId = await send('logged.example.com', given);
    await product.finished(messageId);
    const ids = { trace_id: traceId, message_id: messageId, domain: 'logged.example.com' };
    const lines = await waitFor(
      () => readLines(outputs()).filter((line) => line.message_id === messageId),
      ({ length }) => length === 2,
    );
    expect(lines).toEqual([
      expect.objectContaining({ message: 'Accepted', request_id: `request-${traceId}`, ...ids }),
      expect.objectContaining({ message: 'Planned 0 contacts in 0 batches', context: 'Sends', ...ids }),
    ]);
  });

  it('answers with the id of the request, also where it is refused', async () => {
    const answered = async (path: string, id: string): Promise<string | null> => {
      const { headers } = await product.ask('GET', path, { headers: { 'x-request-id': id } });
      return headers.get('x-request-id');
    };
    const paths = ['/version.txt', '/domains', '/no/such/route', '/push-contacts/%zz/x/y'];
    for (const path of paths) expect(await answered(path, 'abc.DEF-1_2')).toBe('abc.DEF-1_2');
    for (const path of paths) expect(await answered(path, SECRETS.email)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a collector', () => {
  it('that refuses costs a line and a metric, and nothing of what it says is logged', async () => {
    collector.behave('refuse');
    const { headers } = caller();
    await product.finished(await send('refusing.example.com', { headers }));
    await waitFor(
      () => product.metrics(),
      (text) => /^push_contact_spans_dropped_total\{reason="export_failed"\} [1-9]/m.test(text),
    );
    const lines = readLines(product.api.output()).filter(({ context }) => context === 'Tracing');
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('answered 400') as string }),
    ]);
    expect(product.api.output()).not.toContain('a-secret-of-the-collector');
  });

  it('that takes an export but for a span costs the same', async () => {
    collector.behave('take-part');
    const tracing = await startProduct('push-api', { ...pushApiEnvironment(keys.folder), ...traced() });
    await request('GET', `${tracing.url}/devices/x`);
    await waitFor(
      async () => (await request('GET', tracing.metricsUrl)).text,
      (text) => text.includes('push_contact_spans_dropped_total{reason="rejected"} 1'),
    );
    expect(await tracing.stop()).toBe(0);
    expect(tracing.output()).toContain('1 spans were not exported (the collector took a part of an export)');
    expect(tracing.output()).not.toContain('a-secret-of-the-collector');
  });

  it('that never answers delays no send and not the end of a process', async () => {
    collector.behave('hang');
    const before = collector.requests();
    const { headers } = caller();
    await addSubscribers('hanging.example.com', 'fcm', 1);
    await waitFor(
      async () => {
        await product.askAsSuperUser('GET', '/token');
        return collector.requests();
      },
      (requests) => requests > before,
    );
    const progress = await product.finished(await send('hanging.example.com', { headers }));
    expect(progress.delivered).toBe(1);
    const other = await startProduct('push-api', { ...pushApiEnvironment(keys.folder), ...traced() });
    await request('GET', `${other.url}/devices/x`);
    const began = performance.now();
    expect(await other.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(20_000);
    collector.behave('take');
  });
});

describe('a process', () => {
  const PRINT_MODULES = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(process.cwd() + '/x.js');
    // The API of OpenTelemetry is loaded by prom-client too.
    const isOfSdk = (path) => /@opentelemetry.(?!api.)/.test(path);
    process.on('exit', () => process.stdout.write('SDK modules: ' + Object.keys(cache).filter(isOfSdk).length));`;
  const printing = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRINT_MODULES)}` };

  it('loads nothing of the SDK while nothing is traced', async () => {
    const untraced = await startProduct('push-api', { ...pushApiEnvironment(keys.folder), ...printing });
    await request('GET', `${untraced.url}/devices/x`, { headers: caller().headers });
    await untraced.stop();
    expect(untraced.output()).toMatch(/SDK modules: 0$/);
  });

  it('exports its last spans at SIGTERM', async () => {
    const { traceId, headers } = caller();
    const ending = await startProduct('push-api', { ...pushApiEnvironment(keys.folder), ...traced(), ...printing });
    await request('GET', `${ending.url}/devices/x`, { headers });
    await ending.stop();
    expect(ending.output()).toMatch(/SDK modules: [1-9]\d*$/);
    expect(collector.spans.filter((span) => span.traceId === traceId).map(({ name }) => name)).toEqual([
      'GET /devices/:token',
    ]);
  });
});

function readLines(output: string): Record<string, unknown>[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
