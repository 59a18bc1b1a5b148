import { type HttpResponse, request, type RequestOptions } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type ProductProcess, pushApiEnvironment, startProduct, VAPID_KEYS } from '../support/product-process.js';
import { type SimulatedSubscription, SimulatorProcess } from '../support/simulator.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'composing.example.com';
const PREVIEWS = `/domains/${DOMAIN}/message-previews`;
const TESTS = `/domains/${DOMAIN}/test-sends`;

interface Answer {
  readonly accepted: boolean;
  readonly pushService: string;
  readonly reason: string | null;
  readonly status: number | null;
  readonly body: string | null;
  readonly retryAfter: string | null;
  readonly durationMs: number;
}

interface Preview {
  readonly services: readonly {
    readonly service: string;
    readonly format: string;
    readonly bytes: number;
    readonly wholeBytes: number;
    readonly limitBytes: number;
    readonly fits: boolean;
    readonly shortened: readonly string[];
    readonly body: string;
  }[];
  readonly placeholders: readonly object[];
  readonly warnings: readonly { readonly code: string }[];
}

let keys: TestKeys;
let simulator: SimulatorProcess;
let pushApi: ProductProcess;
let product: Installation;
let first = 1;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start();
  pushApi = await startProduct('push-api', { ...simulator.environment, ...pushApiEnvironment(keys.folder) });
  const environment = { PUSH_API_URL: pushApi.url, PUBLIC_URL: 'https://push.example.com' };
  product = await Installation.start('composing', { environment });
  const json = { isPushFeatureEnabled: true };
  expect((await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json })).status).toBe(200);
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
  expect(await pushApi.stop()).toBe(0);
  await Promise.all([simulator.stop(), keys.remove()]);
});

type Order = Parameters<SimulatorProcess['subscribe']>[0];

interface TestContact {
  readonly id: string;
  readonly subscription: SimulatedSubscription;
}

async function addContact(order: Order, domain = DOMAIN): Promise<TestContact> {
  first += 1;
  const [subscription] = await simulator.subscribe({ applicationServerKey: VAPID_KEYS.publicKey, first, ...order });
  if (subscription === undefined) throw new Error('The simulator made no subscription');
  const { endpoint, keys: both } = subscription;
  const [id = ''] = await product.db.addContacts(domain, [endpoint], { subscription: { endpoint, ...both } });
  return { id, subscription };
}

function post(path: string, json: object, options: RequestOptions = {}): Promise<HttpResponse> {
  return product.askAsSuperUser('POST', path, { json, ...options });
}

async function sendTest(json: object): Promise<Answer> {
  const { status, body, text } = await post(TESTS, json);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body as Answer;
}

async function preview(json: object): Promise<Preview> {
  const { status, body, text } = await post(PREVIEWS, { title: 'Sale', body: 'Half price', ...json });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body as Preview;
}

function messageTo(contactId: string, change: object = {}): object {
  return { contactId, message: { title: 'Test', body: 'Of one', ...change } };
}

function errorsOf({ status, body }: HttpResponse): string[] {
  expect(status).toBe(400);
  return Object.keys((body as { errors: object }).errors);
}

describe('a preview', () => {
  it.each(['fcm', 'mozilla', 'wns', 'apple'] as const)('has the size of what %s then gets', async (service) => {
    const domain = `${service}.example.com`;
    await addContact({ service }, domain);
    const message = { title: 'Measured', body: 'ñ'.repeat(2_500), onClickLink: 'https://example.com/', actions: [{}] };
    const { status, body } = await post(`/domains/${domain}/message-previews`, message);
    expect(status).toBe(200);
    await product.finished(await product.send(domain, message));
    const received = (await simulator.messages(service)).find(({ text }) => text.includes('"title":"Measured"'));
    const sent = JSON.parse(received?.text ?? '{}') as { title: string; body: string };
    const hosts = { fcm: 'fcm.', mozilla: 'mozilla', wns: 'windows', apple: 'apple' };
    const measured = (body as Preview).services.find((each) => each.service.includes(hosts[service]));
    expect(measured).toMatchObject({ fits: true, shortened: ['body'], ...{ title: sent.title, body: sent.body } });
    expect(measured?.bytes).toBe(received?.bodyBytes);
  });

  it('measures example values, and lists the placeholders', async () => {
    const message = { body: 'For [[[Name]]]', onClickLink: 'https://example.com/[[[name]]]' };
    const without = await preview(message);
    const value = { name: 'Ana'.repeat(10) };
    const [before, after] = [without, await preview({ ...message, fields: value })];
    expect(before.placeholders).toEqual([{ name: 'Name', places: ['body', 'links'], hasValue: false }]);
    expect(after.placeholders).toEqual([{ name: 'Name', places: ['body', 'links'], hasValue: true }]);
    // `[[[Name]]]` has ten characters, and is in the text and in the link.
    expect((after.services[0]?.bytes ?? 0) - (before.services[0]?.bytes ?? 0)).toBe(2 * (30 - 10));
  });

  it('says what fits nowhere, warns as a send does, and refuses what a send refuses', async () => {
    const long = `https://example.com/${'x'.repeat(2_000)}`;
    const { services } = await preview({ onClickLink: long, actions: [{ link: long }] });
    expect(services.map(({ fits }) => fits)).toEqual([false, false, false, false, false, true]);
    expect((await preview({ sned_at: 1 })).warnings.map(({ code }) => code)).toEqual(['unknown_property']);
    const unknown = await post('/domains/unknown.example.com/message-previews', { title: 'T', body: 'B' });
    expect((unknown.body as Preview).warnings.map(({ code }) => code)).toEqual(['domain_unknown']);
    expect(errorsOf(await post(PREVIEWS, { title: ' ', body: 'B', onClickLink: 'http://x.com' }))).toEqual(
      expect.arrayContaining(['title', 'onClickLink']),
    );
    expect(errorsOf(await post(PREVIEWS, { title: 'T', body: 'B', fields: { name: 1 } }))).toEqual(['fields.name']);
  });

  it('stores nothing, and has no entry in the audit log', async () => {
    const headers = { 'x-request-id': 'preview-1' };
    expect((await post(PREVIEWS, { title: 'Unstored', body: 'B' }, { headers })).status).toBe(200);
    expect(await product.db.find('messages', { title: 'Unstored' })).toEqual([]);
    expect(await product.db.find('auditEntries', { route: '/domains/{name}/message-previews' })).toEqual([]);
  });
});

describe('a test send', () => {
  it.each(['fcm', 'mozilla', 'wns', 'apple'] as const)('reaches a contact of %s at once', async (service) => {
    const { id, subscription } = await addContact({ service });
    const message = { title: `To ${service}`, onClickLink: 'https://example.com/[[[x]]]' };
    const answer = await sendTest({ ...messageTo(id, message), fields: { x: 'y' } });
    expect(answer).toMatchObject({ accepted: true, reason: null, status: 201, retryAfter: null });
    expect(answer.durationMs).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(answer)).not.toContain(new URL(subscription.endpoint).pathname);
    const received = (await simulator.messages(service)).filter(({ text }) => text.includes(`To ${service}`));
    expect(received).toHaveLength(1);
    expect(received[0]?.text).toContain('https://example.com/y');
  });

  it.each([
    ['gone', 410, 'gone'],
    ['not-found', 404, 'gone'],
    ['too-many', 429, 'limits'],
    ['unavailable', 503, 'unavailable'],
  ] as const)('has the raw answer of a push service that says %s, and changes nothing', async (behaviour, ...said) => {
    const [status, reason] = said;
    const { id } = await addContact({ service: 'fcm', behaviour });
    const answer = await sendTest(messageTo(id));
    expect(answer).toMatchObject({ accepted: false, pushService: 'fcm.googleapis.com', status, reason });
    expect(typeof answer.body).toBe('string');
    if (status === 429) expect(answer.retryAfter).toMatch(/^\d+$/);
    const [contact] = await product.db.find('push-contacts', { _id: id });
    expect(contact).toMatchObject({ deleted: false });
  });

  it('reaches a device token, and has the answer of Firebase', async () => {
    const tokens = [
      ...(await simulator.deviceTokens({ first: 1 })),
      ...(await simulator.deviceTokens({ first: 2, behaviour: 'unregistered' })),
    ];
    await product.db.addContacts(DOMAIN, tokens, { subscription: null });
    const [good = '', bad = ''] = tokens;
    const message = { title: 'T', body: 'B' };
    const answers = [await sendTest({ deviceToken: good, message }), await sendTest({ deviceToken: bad, message })];
    expect(answers).toMatchObject([
      { accepted: true, pushService: 'firebase', status: 200, reason: null },
      { accepted: false, pushService: 'firebase', status: 404, reason: 'unregistered' },
    ]);
    expect(answers[1]?.body).toContain('UNREGISTERED');
    expect(JSON.stringify(answers)).not.toContain(good);
  });

  it('is in no counter, event or report', async () => {
    const { id } = await addContact({ service: 'mozilla' });
    await sendTest(messageTo(id, { title: 'Uncounted' }));
    expect(await product.db.find('messages', { title: 'Uncounted' })).toEqual([]);
    for (const name of ['webPushEvent', 'messageStats', 'deliveries']) {
      expect(await product.db.find(name, { domain: DOMAIN })).toEqual([]);
    }
    expect(await product.metrics()).toContain(
      'push_contact_test_sends_total{push_service="*.push.services.mozilla.com"',
    );
  });

  it('is 400 for a contact of another domain, one that has left, none, and two', async () => {
    const message = { title: 'T', body: 'B' };
    const { id, subscription } = await addContact({ service: 'fcm' }, 'other.example.com');
    const [left = ''] = await product.db.addContacts(DOMAIN, ['left'], { deleted: true });
    expect(errorsOf(await post(TESTS, { contactId: id, message }))).toEqual(['contactId']);
    expect(errorsOf(await post(TESTS, { deviceToken: subscription.endpoint, message }))).toEqual(['deviceToken']);
    expect(errorsOf(await post(TESTS, { contactId: left, message }))).toEqual(['contactId']);
    expect(errorsOf(await post(TESTS, { message }))).toEqual(['contactId']);
    expect(errorsOf(await post(TESTS, { contactId: id, deviceToken: 'x', message }))).toEqual(['contactId']);
    expect(errorsOf(await post(TESTS, { contactId: id }))).toEqual(['message']);
    expect(errorsOf(await post(TESTS, { contactId: id, message: { title: 'T' } }))).toEqual(['message.body']);
  });

  it('calls no address that is not allowed', async () => {
    const { subscription } = await addContact({ service: 'fcm' });
    const endpoint = 'https://127.0.0.1/secret';
    const stored = { endpoint, p256dh: subscription.keys.p256dh, auth: subscription.keys.auth };
    const [id = ''] = await product.db.addContacts(DOMAIN, ['private'], { subscription: stored });
    const answer = await sendTest(messageTo(id));
    expect(answer).toMatchObject({ accepted: false, pushService: 'other', reason: 'refused', status: null });
    expect(answer.body).toBe("The endpoint is no push service's");
  });

  it('warns of properties that it does not know, and refuses them where that is preferred', async () => {
    const { id } = await addContact({ service: 'fcm' });
    const test = { ...messageTo(id), feilds: { name: 'Ann' } };
    const { warnings } = (await post(TESTS, test)).body as { warnings?: unknown };
    expect(warnings).toEqual([{ code: 'unknown_property', detail: expect.stringContaining('feilds ') as string }]);
    expect(Object.keys((await post(TESTS, messageTo(id))).body as object)).not.toContain('warnings');
    expect(errorsOf(await post(TESTS, test, { headers: { prefer: 'handling=strict' } }))).toEqual(['feilds']);
  });

  it('is in the audit log', async () => {
    const { id } = await addContact({ service: 'fcm' });
    const headers = { 'x-request-id': 'test-send-1' };
    expect((await post(TESTS, messageTo(id), { headers })).status).toBe(200);
    // The status is written after the response.
    const [entry] = await waitFor(
      () => product.db.find('auditEntries', { request_id: 'test-send-1' }),
      ([first]) => Number(first?.status) === 200,
    );
    expect(entry).toMatchObject({ route: '/domains/{name}/test-sends', domain: DOMAIN });
  });

  it('is limited for a token, beside its other requests', async () => {
    const api = await product.startProcess('api', { RATE_LIMIT_TEST_SENDS_PER_MINUTE: '2' });
    const { id } = await addContact({ service: 'fcm' });
    const token = await product.keys.sign({ domains: [DOMAIN], scope: 'send' });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await request('POST', api.url + TESTS, { token, json: messageTo(id) })).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    const json = { title: 'T', body: 'B' };
    expect((await request('POST', api.url + PREVIEWS, { token, json })).status).toBe(200);
  });

  it('says what it knows where PushApi is another, or unreachable', async () => {
    const { id } = await addContact({ service: 'fcm' });
    const token = product.keys.superUser;
    const ask = async (pushApiUrl: string): Promise<unknown> => {
      const api = await product.startProcess('api', { PUSH_API_URL: pushApiUrl });
      const response = await request('POST', api.url + TESTS, { token, json: messageTo(id) });
      expect(response.status).toBe(200);
      return response.body;
    };
    // The stand-in answers as Doppler's PushApi does.
    expect(await ask(product.pushApi.url)).toMatchObject({ accepted: true, status: null, body: null });
    expect(await ask('http://127.0.0.1:9')).toMatchObject({
      ...{ accepted: false, pushService: 'PushApi', reason: 'ECONNREFUSED', status: null },
      body: 'PushApi was not reached (ECONNREFUSED)',
    });
  });
});
