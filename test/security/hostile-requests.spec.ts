import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { type HttpResponse, request } from '../support/http.js';
import { Installation, names } from '../support/installation.js';
import {
  PUSH_API_TOKEN,
  type ProductProcess,
  pushApiEnvironment,
  startProduct,
  VAPID_KEYS,
} from '../support/product-process.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { type SimulatedSubscription, SimulatorProcess } from '../support/simulator.js';

/**
 * Requests of 1 MB took 23 s and 102 MB to refuse; a busy machine may take ten times what an idle one does.
 */
const REFUSAL_MS = 2_000;
const REFUSAL_LENGTH = 6_000;

const MEGABYTE = 1_000_000;
const AN_ID = 'df555721-5135-4b5d-9c6a-7db3565f22ae';
const PROTOTYPE_NAMES = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];

let keys: TestKeys;
let product: Installation;
let simulator: SimulatorProcess;
let pushApi: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start();
  pushApi = await startProduct('push-api', {
    ...simulator.environment,
    ...pushApiEnvironment(keys.folder),
  });
  const environment = {
    PUSH_API_URL: pushApi.url,
    PUBLIC_URL: 'https://p.example',
  };
  product = await Installation.start('hostile', { environment });
});

afterAll(async () => {
  expect(await pushApi.stop()).toBe(0);
  await Promise.all([simulator.stop(), keys.remove()]);
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

function repeated(item: string, bytes: number): string {
  return `[${Array(Math.floor(bytes / (item.length + 1)))
    .fill(item)
    .join(',')}]`;
}

async function expectCheapRefusal(
  answering: Promise<HttpResponse>,
  started = performance.now(),
): Promise<HttpResponse> {
  const answer = await answering;
  const milliseconds = performance.now() - started;
  process.stdout.write(`refused in ${Math.round(milliseconds)} ms with ${answer.text.length} bytes\n`);
  expect(answer.status).toBe(400);
  expect(answer.text.length).toBeLessThan(REFUSAL_LENGTH);
  expect(milliseconds).toBeLessThan(REFUSAL_MS);
  return answer;
}

describe('a refusal costs no more than its request', () => {
  const subscription = '{"endpoint":5,"p256DH":[],"auth":{},"subscriptionExtraData":[5]}';
  const action = '{"action":5,"title":[],"icon":{},"link":true}';
  it.each([
    ['a list of objects for an object', (bytes: number) => `{"domain":"a.example","message":${repeated('{}', bytes)}}`],
    ['a list of numbers for an object', (bytes: number) => `{"domain":"a.example","message":${repeated('5', bytes)}}`],
    ['lists in lists for a text', (bytes: number) => `{"domain":${repeated('[[[[[5]]]]]', bytes)},"message":{}}`],
    ['an object for a text', (bytes: number) => `{"domain":{"a":${repeated('{"b":{}}', bytes)}},"message":{}}`],
    ['wrong actions', (bytes: number) => `{"message":{"actions":${repeated(action, bytes)}}}`],
    ['numbers for actions', (bytes: number) => `{"message":{"actions":${repeated('5', bytes)}}}`],
    ['a long name', (bytes: number) => `{"${'x'.repeat(bytes)}":5}`],
    [
      'many names',
      (bytes: number) =>
        `{${names('n', bytes / 14)
          .map((name) => `"${name}":{}`)
          .join(',')}}`,
    ],
    ['a list', (bytes: number) => repeated('{}', bytes)],
  ])('of the api, for a super user: %s', async (_, build) => {
    const raw = build(MEGABYTE);
    expect(raw.length).toBeLessThan(1_048_576);
    await expectCheapRefusal(product.askAsSuperUser('POST', '/message', { raw }));
  });

  it('of the api, for a visitor’s fields', async () => {
    const messageId = await product.store('fields.example.com', { title: '[[[name]]]' });
    const path = `/messages/${messageId}/visitors/someone/send`;
    for (const raw of [
      `{"fields":${repeated('{}', MEGABYTE)}}`,
      `{"fields":{"${'n'.repeat(MEGABYTE)}":5}}`,
      `{"fields":{${names('n', MEGABYTE / 14)
        .map((name) => `"${name}":{}`)
        .join(',')}}}`,
    ]) {
      await expectCheapRefusal(product.askAsSuperUser('POST', path, { raw }));
    }
  });

  it.each([
    ['/webpush', `{"subscriptions":${repeated(subscription, 8 * MEGABYTE)}}`],
    ['/webpush', `{"subscriptions":[${Array(1_000).fill(subscription).join(',')}]}`],
    ['/webpush', `{"subscriptions":${repeated('{}', 8 * MEGABYTE)}}`],
    [
      '/webpush',
      `{"subscriptions":[{"subscriptionExtraData":{"actionEventEndpoints":${repeated('{}', 8 * MEGABYTE)}}}]}`,
    ],
    ['/webpush', `{"actions":${repeated(action, 8 * MEGABYTE)}}`],
    ['/message', `{"tokens":${repeated('{}', MEGABYTE)}}`],
    ['/message', `{"tokens":${repeated('"\\ud800"', MEGABYTE)}}`],
  ])('of PushApi: POST %s %.60s', async (path, raw) => {
    await expectCheapRefusal(request('POST', pushApi.url + path, { token: PUSH_API_TOKEN, raw }));
  });

  it.each([
    ['POST', '/push-contacts', (items: string) => `{"domain":"a.example","deviceToken":"a","subscription":${items}}`],
    ['PUT', '/push-contacts/x/subscription', (items: string) => `{"endPoint":"https://a","keys":${items}}`],
    ['PUT', '/push-contacts/x/email', (items: string) => items],
  ])('of the api, for anybody: %s %s', async (method, path, build) => {
    for (const item of ['{}', '5', '[]', '{"auth":5}']) {
      await expectCheapRefusal(product.ask(method, path, { raw: build(repeated(item, 16_000)) }));
      expect((await product.ask(method, path, { raw: build(repeated(item, 17_000)) })).status).toBe(413);
    }
  });

  it('names at most 20 properties', async () => {
    const actions = Array(50).fill({ action: 5, title: 5, icon: 5, link: 5 });
    const json = { domain: 'a.example', message: { title: 't', body: 'b', actions } };
    const { body } = await expectCheapRefusal(product.askAsSuperUser('POST', '/message', { json }));
    expect(Object.keys((body as { errors: object }).errors)).toHaveLength(20);
  });

  it('takes no more than 50 actions', async () => {
    const buildBody = (count: number): object => ({
      title: 't',
      body: 'b',
      actions: Array(count).fill({ title: 'A' }),
    });
    for (const [count, status] of [
      [50, 202],
      [51, 400],
    ] as const) {
      const answer = await product.askAsSuperUser('POST', '/messages/domains/a.example', { json: buildBody(count) });
      expect([count, answer.status]).toEqual([count, status]);
    }
  });
});

describe('text that is not well-formed Unicode', () => {
  const HALF = '\\ud800';
  const contact = '"domain":"a.example","deviceToken":"half"';
  it.each([
    ['POST', '/push-contacts', `{"domain":"${HALF}","deviceToken":"half"}`, 'domain'],
    ['POST', '/push-contacts', `{"domain":"a.example","deviceToken":"a${HALF}b"}`, 'deviceToken'],
    ['POST', '/push-contacts', `{${contact},"email":"${HALF}@example.com"}`, 'email'],
    ['POST', '/push-contacts', `{${contact},"visitorGuid":"\\udc00\\ud800"}`, 'visitorGuid'],
    ['POST', '/push-contacts', `{${contact},"subscription":{"endPoint":"${HALF}"}}`, 'subscription.endPoint'],
    ['PUT', '/push-contacts/half/email', `"${HALF}@example.com"`, 'email'],
    ['PUT', '/push-contacts/half/visitor-guid', `"${HALF}"`, 'visitorGuid'],
    ['POST', '/message', `{"domain":"a.example","message":{"title":"${HALF}","body":"b"}}`, 'message.title'],
    ['POST', '/messages/domains/a.example', `{"title":"t","body":"${HALF}"}`, 'body'],
    [
      'POST',
      '/messages/domains/a.example',
      `{"title":"t","body":"b","actions":[{"action":"${HALF}"}]}`,
      'actions.0.action',
    ],
    ['PUT', '/domains/a.example', `{"externalPushDomain":"${HALF}"}`, 'externalPushDomain'],
  ])('is 400: %s %s %s', async (method, path, raw, name) => {
    const { status, body } = await product.askAsSuperUser(method, path, { raw });
    expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, [name]]);
  });

  it('is 400 in the fields of visitors', async () => {
    const messageId = await product.store('a.example', { title: '[[[name]]]' });
    const fields = `{"name":"${HALF}"}`;
    const one = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/v/send`, {
      raw: `{"fields":${fields}}`,
    });
    expect([one.status, Object.keys((one.body as { errors: object }).errors)]).toEqual([400, ['fields']]);
  });

  it('is 400 in paths and queries', async () => {
    const half = '%ED%A0%80';
    expect((await product.ask('PUT', `/push-contacts/${half}/email`, { raw: '"a@example.com"' })).status).toBe(400);
    expect((await product.ask('GET', `/push-contacts/a.example/${half}`)).status).toBe(400);
  });
});

describe('NUL in a text', () => {
  it.each([
    ['/domains/a.example/messages?text=%00', 'text'],
    ['/domains/a.example/messages?text=sale%00sale', 'text'],
  ])('is 400 where MongoDB has none: %s', async (path, name) => {
    const { status, body } = await product.askAsSuperUser('GET', path);
    expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, [name]]);
  });

  it.each([
    ['GET', '/domains?text=%00', ''],
    ['GET', '/domains?cursor=%00', ''],
    ['GET', '/domains/%00/messages', ''],
    ['GET', '/domains/%00/contacts/growth', ''],
    ['GET', '/domains/%00/contacts?deviceToken=%00', ''],
    ['GET', '/domains/%00/contacts?visitorGuid=%00', ''],
    ['GET', '/push-contacts?domain=%00&email=%00', ''],
    ['GET', '/push-contacts/visitor-guids?domain=%00&nextCursor=%00', ''],
    ['GET', '/visitors/%00/data', ''],
    ['GET', '/visitors/data?email=%00', ''],
    ['GET', '/audit?domain=%00', ''],
    ['POST', '/push-contacts', '{"domain":"\\u0000","deviceToken":"nul\\u0000"}'],
    ['PUT', '/domains/%00', '{"isPushFeatureEnabled":true}'],
    ['POST', '/messages/domains/a.example', '{"title":"\\u0000t","body":"b","data":{"\\u0000":1}}'],
  ])('is no fault of ours: %s %s', async (method, path, raw) => {
    const { status } = await product.askAsSuperUser(method, path, raw === '' ? {} : { raw });
    expect(status).toBeLessThan(500);
  });

  it('is none in the fields of visitors', async () => {
    const messageId = await product.store('a.example', { title: '[[[name]]]' });
    const raw = '{"visitorsFieldsList":[{"visitorGuid":"v\\u0000","fields":{"a\\u0000":"b","name":"\\u0000"}}]}';
    expect((await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { raw })).status).toBe(202);
  });
});

/** The simulated subscription with this number. */
async function subscribe(first: number): Promise<SimulatedSubscription> {
  const [made] = await simulator.subscribe({ service: 'fcm', first, applicationServerKey: VAPID_KEYS.publicKey });
  if (made === undefined) throw new Error('The simulator made no subscription');
  return made;
}

/** `data` of each payload that the browser of this subscription has received. */
async function readData(index: number): Promise<{ actionEventEndpoints: object; actionClickLinks: object }[]> {
  const messages = (await simulator.messages('fcm')).filter((message) => message.index === index);
  return messages.map(
    ({ text }) => (JSON.parse(text) as { data: { actionEventEndpoints: object; actionClickLinks: object } }).data,
  );
}

describe('names of Object.prototype', () => {
  it.each(PROTOTYPE_NAMES)('are fields, properties and values like any other: %s', async (name) => {
    const key = JSON.stringify(name);
    const title = `For ${name} [[[${name}]]]`;
    const messageId = await product.store('names.example.com', { title });
    const send = `/messages/${messageId}/visitors`;
    const fields = `{${key}:"x"}`;
    const one = await product.askAsSuperUser('POST', `${send}/v/send`, {
      raw: `{"replacementIsMandatory":true,"fields":${fields}}`,
    });
    expect(one.status).toBe(202);
    const missing = await product.askAsSuperUser('POST', `${send}/v/send`, { raw: '{"replacementIsMandatory":true}' });
    expect([missing.status, missing.body]).toEqual([400, expect.objectContaining({ missingFieldsInTitle: [name] })]);
    const list = await product.askAsSuperUser('POST', `${send}/send`, {
      raw: `{"visitorsFieldsList":[{"visitorGuid":${key},"fields":${fields}}]}`,
    });
    expect(list.status).toBe(202);
    for (const wrong of [
      `{"domain":{${key}:{"PROTOTYPE":{}}}}`,
      `{"domain":"a.example","message":{${key}:{"prototype":{}}}}`,
    ]) {
      expect((await product.askAsSuperUser('POST', '/message', { raw: wrong })).status).toBe(400);
    }
    expect((await product.ask('GET', `/domains/${name}/push-configuration`)).status).toBe(404);
    expect((await product.ask('GET', `/push-contacts/${name}/${name}`)).text).toBe('false');
  });

  it('are actions like any other, from the api to what the browser gets', async () => {
    const { endpoint, keys: secrets } = await subscribe(0);
    await product.db.addContacts('actions.example.com', ['actions'], { subscription: { endpoint, ...secrets } });
    for (const action of PROTOTYPE_NAMES) {
      const actions = [{ action, title: action, link: 'https://example.com/' }];
      const messageId = await product.send('actions.example.com', { title: action, actions });
      expect(await product.finished(messageId)).toMatchObject({ delivered: 1, notDelivered: 0 });
    }
    const found = (await readData(0)).map((data) => {
      return [Object.keys(data.actionEventEndpoints), Object.keys(data.actionClickLinks)];
    });
    expect(found).toEqual(PROTOTYPE_NAMES.map((name) => [[name], [name]]));
  });

  it('are actions like any other in the payload of PushApi', async () => {
    for (const [index, name] of PROTOTYPE_NAMES.entries()) {
      const { endpoint, keys: secrets } = await subscribe(index + 1);
      const raw = `{"subscriptions":[{"endpoint":${JSON.stringify(endpoint)},"p256DH":"${secrets.p256dh}",
        "auth":"${secrets.auth}","subscriptionExtraData":{"actionEventEndpoints":{${JSON.stringify(name)}:"https://p.example/a"}}}],
        "notificationTitle":"t","notificationBody":"b","actions":[{"action":${JSON.stringify(name)},"title":"A","link":"https://p.example/l"},
        {"action":"other","title":"O"}]}`;
      const { status, body } = await request('POST', `${pushApi.url}/webpush`, { token: PUSH_API_TOKEN, raw });
      expect([status, body]).toEqual([200, expect.objectContaining({ successCount: 1 })]);
      const [data] = await readData(index + 1);
      expect(Object.entries(data?.actionEventEndpoints ?? {})).toEqual([[name, 'https://p.example/a']]);
      expect(Object.entries(data?.actionClickLinks ?? {})).toEqual([[name, 'https://p.example/l']]);
    }
  });
});

describe('a list that is refused', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterAll(() => {
    agent.destroy();
  });

  function start(method: string, path: string, headers: Record<string, string | number>): ClientRequest {
    const url = new URL(product.api.url + path);
    return httpRequest(url, {
      method,
      agent,
      headers: { authorization: `Bearer ${product.keys.superUser}`, ...headers },
    });
  }

  async function readStatus(sent: ClientRequest): Promise<number> {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode ?? 0;
  }

  it.each([
    ['by its start', 400, (messageId: string) => `/messages/${messageId}/visitors/send`],
    ['by its message', 404, () => `/messages/${AN_ID}/visitors/send`],
    ['by its id', 400, () => '/messages/none/visitors/send'],
  ])('%s leaves its connection to the next request', async (_, status, toPath) => {
    const messageId = await product.store('list.example.com', { title: 'List' });
    for (const bytes of [200_000, 3_000_000]) {
      const raw = `{"visitorsFieldsList":[5,${repeated('{"visitorGuid":"g"}', bytes)}]}`;
      const sent = start('POST', toPath(messageId), {
        'content-type': 'application/json',
        'content-length': raw.length,
      });
      sent.end(raw);
      expect(await readStatus(sent)).toBe(status);
      const next = start('GET', '/health/live', {});
      next.end();
      expect(await readStatus(next)).toBe(200);
    }
  });
});

it.each(['application/json', 'application/x-www-form-urlencoded', 'application/x-ignored'])(
  'DELETE /messages/{id}/delivery with type %s and no body cancels',
  async (type) => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const messageId = await product.send('cancelled.example.com', { title: 'Later', sendAt });
    const { status, body } = await product.askAsSuperUser('DELETE', `/messages/${messageId}/delivery`, {
      headers: { 'content-type': type },
    });
    expect([status, body]).toEqual([200, expect.objectContaining({ state: 'cancelled' })]);
  },
);

it.each(['application/x-streamed-json', 'application/x-ignored'])('the type %s lifts no limit', async (type) => {
  const headers = { 'content-type': type };
  const raw = JSON.stringify({ domain: 'a.example', deviceToken: 'a', visitorGuid: 'x'.repeat(2_000_000) });
  for (const path of ['/push-contacts', '/message', `/messages/${AN_ID}/visitors/send`]) {
    expect((await product.askAsSuperUser('POST', path, { raw, headers })).status).toBe(415);
  }
});
