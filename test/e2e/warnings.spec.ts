import type { HttpResponse } from '../support/http.js';
import { Installation, messageIdOf } from '../support/installation.js';
import { itUnsharded } from '../support/it-unsharded.js';
import { uuid } from '../support/test-database.js';

interface Warning {
  readonly code: string;
  readonly detail: string;
}

const STRICT = { prefer: 'handling=strict' };

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('warnings');
  await product.askAsSuperUser('PUT', '/domains/on.example.com', { json: { isPushFeatureEnabled: true } });
  await product.askAsSuperUser('PUT', '/domains/off.example.com', { json: { isPushFeatureEnabled: false } });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

function warningsOf({ body }: HttpResponse): readonly Warning[] | undefined {
  return (body as { warnings?: readonly Warning[] }).warnings;
}

function codesOf(response: HttpResponse): string[] {
  return (warningsOf(response) ?? []).map(({ code }) => code);
}

/** Everything that a request can store. */
async function countStored(): Promise<number[]> {
  const collections = ['messages', 'deliveries', 'deliveryBatches', 'push-contacts', 'domains', 'idempotencyKeys'];
  return Promise.all(collections.map((name) => product.db.count(name)));
}

const MESSAGE = { title: 'Title', body: 'Body' };

/** Path and body of a request to a domain, the body with more properties. */
type ToRequest = (domain: string, more: object) => Promise<[path: string, json: object]>;

/** The routes that send or store a message, and where the properties of their bodies are. */
const ROUTES: [route: string, status: number, path: string, toRequest: ToRequest][] = [
  [
    'POST /messages/domains/{domain}',
    202,
    '',
    (domain, more) => Promise.resolve([`/messages/domains/${domain}`, { ...MESSAGE, ...more }]),
  ],
  [
    'POST /push-contacts/{domain}/message',
    202,
    '',
    (domain, more) => Promise.resolve([`/push-contacts/${domain}/message`, { ...MESSAGE, ...more }]),
  ],
  [
    'POST /push-contacts/{domain}/{visitorGuid}/message',
    200,
    '',
    (domain, more) => Promise.resolve([`/push-contacts/${domain}/one/message`, { ...MESSAGE, ...more }]),
  ],
  [
    'POST /message',
    200,
    'message.',
    (domain, more) => Promise.resolve(['/message', { domain, message: { ...MESSAGE, ...more } }]),
  ],
  [
    'POST /messages/{messageId}/visitors/{visitorGuid}/send',
    202,
    '',
    async (domain, more) => [`/messages/${await product.store(domain, MESSAGE)}/visitors/one/send`, more],
  ],
  [
    'POST /messages/{messageId}/visitors/send',
    202,
    'visitorsFieldsList.0.',
    async (domain, more) => {
      const path = `/messages/${await product.store(domain, MESSAGE)}/visitors/send`;
      return [path, { visitorsFieldsList: [{ visitorGuid: 'one', ...more }] }];
    },
  ],
];

describe.each(ROUTES)('%s', (_, status, prefix, toRequest) => {
  async function send(
    domain: string,
    more: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResponse> {
    const [path, json] = await toRequest(domain, more);
    return product.askAsSuperUser('POST', path, { json, headers });
  }

  it('has no warnings, and the same bytes as ever, when there is nothing to warn of', async () => {
    const response = await send('on.example.com');
    expect(response.text).toBe(JSON.stringify({ messageId: messageIdOf(response, status) }));
    expect(response.headers.get('preference-applied')).toBeNull();
  });

  it('warns of an unknown domain, also when it differs in case alone', async () => {
    for (const domain of ['nowhere.example.com', 'ON.example.com']) {
      const response = await send(domain);
      messageIdOf(response, status);
      expect(warningsOf(response)).toEqual([{ code: 'domain_unknown', detail: expect.any(String) as string }]);
    }
  });

  it('warns of a domain that is switched off', async () => {
    const response = await send('off.example.com');
    messageIdOf(response, status);
    expect(warningsOf(response)).toEqual([{ code: 'domain_disabled', detail: expect.any(String) as string }]);
  });

  it('warns of unknown properties as they were written', async () => {
    const response = await send('off.example.com', { ttl: 5, Sned_At: '2026-01-01' });
    messageIdOf(response, status);
    expect(codesOf(response)).toEqual(['domain_disabled', 'unknown_property', 'unknown_property']);
    expect(warningsOf(response)?.[1]?.detail).toContain(`${prefix}ttl `);
    expect(warningsOf(response)?.[2]?.detail).toContain(`${prefix}Sned_At `);
  });

  it('refuses unknown properties with handling=strict, and stores nothing', async () => {
    const [path, json] = await toRequest('on.example.com', { ttl: 5, Sned_At: '2026-01-01' });
    const before = await countStored();
    const headers = { ...STRICT, 'idempotency-key': `strict ${path}`.replaceAll(/\W/g, '-') };
    const response = await product.askAsSuperUser('POST', path, { json, headers });
    expect(response.status).toBe(400);
    expect(response.headers.get('preference-applied')).toBe('handling=strict');
    expect(response.body).toMatchObject({ type: 'urn:push-contact:error:validation_failed' });
    const { errors } = response.body as { errors: object };
    expect(Object.keys(errors)).toEqual([`${prefix}ttl`, `${prefix}Sned_At`]);
    expect(await countStored()).toEqual(before);
  });

  it('accepts what it knows with handling=strict', async () => {
    const response = await send('off.example.com', {}, STRICT);
    messageIdOf(response, status);
    expect(response.headers.get('preference-applied')).toBe('handling=strict');
    expect(codesOf(response)).toEqual(['domain_disabled']);
  });

  it('warns a repeated idempotency key of what holds now, with the first message id', async () => {
    const domain = `repeated-${ROUTES.findIndex(([, , , other]) => other === toRequest)}.example.com`;
    const [path, json] = await toRequest(domain, {});
    const headers = { 'idempotency-key': domain };
    const first = await product.askAsSuperUser('POST', path, { json, headers });
    expect(codesOf(first)).toEqual(['domain_unknown']);
    await product.askAsSuperUser('PUT', `/domains/${domain}`, { json: {} });
    const second = await product.askAsSuperUser('POST', path, { json, headers });
    expect(codesOf(second)).toEqual(['domain_disabled']);
    expect(messageIdOf(second, status)).toBe(messageIdOf(first, status));
  });
});

it('POST /message/{messageId}, whose body has no properties, warns of the domain', async () => {
  const path = `/message/${await product.store('off.example.com', MESSAGE)}`;
  const response = await product.askAsSuperUser('POST', path, { json: 'one', headers: STRICT });
  messageIdOf(response, 200);
  expect(codesOf(response)).toEqual(['domain_disabled']);
  expect(response.headers.get('preference-applied')).toBeNull();
});

it('a domain that is switched off is sent to nevertheless', async () => {
  await product.db.addContacts('off.example.com', ['sent to']);
  const messageId = await product.send('off.example.com', { title: 'Nevertheless' });
  expect(await product.finished(messageId)).toMatchObject({ planned: 1, delivered: 1 });
});

it("what Doppler's callers send is not called unknown", async () => {
  const message = {
    Title: 'T',
    Body: 'B',
    OnClickLink: null,
    ImageUrl: null,
    IconUrl: null,
    PreferLargeImage: false,
    Actions: [{ Action: 'a', Title: 'A', Icon: null, Link: null }],
  };
  const visitor = { VisitorGuid: 'one', Fields: { any: 'x' }, ReplaceFields: true };
  const stored = await product.store('on.example.com', MESSAGE);
  const configuration = { IsPushFeatureEnabled: true, UsesExternalPushDomain: false, ExternalPushDomain: null };
  const requests: [string, string, object][] = [
    ['POST', '/messages/domains/on.example.com', message],
    ['POST', '/message', { Domain: 'on.example.com', Message: message }],
    ['POST', `/messages/${stored}/visitors/one/send`, { ReplacementIsMandatory: false, Fields: { any: 'x' } }],
    ['POST', `/messages/${stored}/visitors/send`, { ReplacementIsMandatory: false, VisitorsFieldsList: [visitor] }],
    ['PUT', '/domains/on.example.com', { Name: 'on.example.com', ...configuration }],
  ];
  for (const [method, path, json] of requests) {
    const { status, text } = await product.askAsSuperUser(method, path, { json, headers: STRICT });
    expect({ path, status, text }).toMatchObject({ status: path.startsWith('/messages/') ? 202 : 200 });
    expect(text).not.toContain('warnings');
  }
});

it('names at most 20 of many unknown properties, in little time and space', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`unknown-${index}`, index]));
  const json = { ...MESSAGE, ...unknown };
  const path = '/messages/domains/on.example.com';
  const started = performance.now();
  const accepted = await product.askAsSuperUser('POST', path, { json });
  const refused = await product.askAsSuperUser('POST', path, { json, headers: STRICT });
  expect(performance.now() - started).toBeLessThan(2_000);
  messageIdOf(accepted, 202);
  expect(codesOf(accepted)).toEqual(Array.from({ length: 20 }, () => 'unknown_property'));
  expect(refused.status).toBe(400);
  expect(Object.keys((refused.body as { errors: object }).errors)).toHaveLength(20);
  for (const { text } of [accepted, refused]) expect(text.length).toBeLessThan(5_000);
});

it('names __proto__ and cuts long names', async () => {
  const raw = `{"title":"t","body":"b","__proto__":{"a":1},"\\ud800${'x'.repeat(9_000)}":1}`;
  const path = '/messages/domains/on.example.com';
  const accepted = await product.askAsSuperUser('POST', path, { raw });
  expect(warningsOf(accepted)?.[0]?.detail).toContain('__proto__ ');
  expect(warningsOf(accepted)?.[1]?.detail).toMatch(/^\ufffdx{199}… /);
  const refused = await product.askAsSuperUser('POST', path, { raw, headers: STRICT });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('"__proto__":["__proto__ is not a property of this request"]');
});

it('names unknown properties together with those of the wrong kind', async () => {
  const json = { title: ['t'], body: 'b', ttl: 1 };
  const { body } = await product.askAsSuperUser('POST', '/messages/domains/on.example.com', { json, headers: STRICT });
  expect(Object.keys((body as { errors: object }).errors)).toEqual(['title', 'ttl']);
});

describe('routes without a response body', () => {
  const contact = { domain: 'on.example.com', deviceToken: 'strict-1' };
  const subscription = {
    endpoint: 'https://fcm.googleapis.com/fcm/send/x',
    expirationTime: null,
    keys: { p256dh: 'p', auth: 'a' },
  };

  it.each<[string, string, object, string]>([
    ['POST', '/push-contacts', { ...contact, deviceTokens: [] }, 'deviceTokens'],
    ['POST', '/push-contacts', { ...contact, subscription: { ...subscription, key: {} } }, 'subscription.key'],
    ['PUT', '/push-contacts/strict-1/subscription', { ...subscription, key: {} }, 'key'],
  ])('%s %s %j refuse an unknown property with handling=strict alone', async (method, path, json, name) => {
    const before = await countStored();
    const refused = await product.askAsSuperUser(method, path, { json, headers: STRICT });
    expect([refused.status, refused.headers.get('preference-applied')]).toEqual([400, 'handling=strict']);
    expect(Object.keys((refused.body as { errors: object }).errors)).toEqual([name]);
    expect(await countStored()).toEqual(before);
    const lenient = await product.askAsSuperUser(method, path, { json, headers: { prefer: 'handling=lenient' } });
    expect(lenient.headers.get('preference-applied')).toBeNull();
    expect(lenient.text).not.toContain('is not a property');
  });

  it('PUT /domains/{name} has one only where a property is unknown', async () => {
    const json = { isPushFeatureEnabled: false, cancelPendingDelivery: true };
    const path = '/domains/typo.example.com';
    const refused = await product.askAsSuperUser('PUT', path, { json, headers: STRICT });
    expect([refused.status, refused.headers.get('preference-applied')]).toEqual([400, 'handling=strict']);
    expect(Object.keys((refused.body as { errors: object }).errors)).toEqual(['cancelPendingDelivery']);
    expect((await product.askAsSuperUser('GET', path)).status).toBe(404);

    const detail = 'cancelPendingDelivery is not a property of this request; it is ignored.';
    const warned = await product.askAsSuperUser('PUT', path, { json });
    expect([warned.status, warned.body]).toEqual([200, { warnings: [{ code: 'unknown_property', detail }] }]);
    const { status, text } = await product.askAsSuperUser('PUT', path, { json: { isPushFeatureEnabled: false } });
    expect([status, text]).toEqual([200, '']);
  });

  it("accept a browser's subscription with handling=strict", async () => {
    const json = { ...contact, deviceToken: 'strict-2', subscription };
    const { status, headers, text } = await product.ask('POST', '/push-contacts', { json, headers: STRICT });
    expect([status, headers.get('preference-applied'), text]).toEqual([200, 'handling=strict', '']);
  });
});

it("a page's script may send Prefer and read Preference-Applied", async () => {
  const origin = 'https://shop.example.com';
  const preflight = await product.ask('OPTIONS', '/push-contacts', {
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'prefer' },
  });
  expect(preflight.headers.get('access-control-allow-headers')).toMatch(/prefer|\*/i);
  const { headers } = await product.ask('POST', '/push-contacts', { json: {}, headers: { origin, ...STRICT } });
  expect(headers.get('access-control-expose-headers')).toContain('Preference-Applied');
});

itUnsharded('reads the domain once for each send, by its index, and not for a registration', async () => {
  const messageId = await product.store('on.example.com', MESSAGE);
  const visitorsFieldsList = Array.from({ length: 1_200 }, (_, index) => ({ visitorGuid: `visitor-${index}` }));
  const ofSend = await product.db.plansDuring('domains', () =>
    product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json: { visitorsFieldsList } }),
  );
  expect(ofSend).toEqual([expect.stringMatching(/IXSCAN.*name: 1/)]);
  const json = { domain: 'on.example.com', deviceToken: 'not-looked-up' };
  const ofRegistration = await product.db.plansDuring('domains', () => product.ask('POST', '/push-contacts', { json }));
  expect(ofRegistration).toEqual([]);
  expect(await product.db.count('push-contacts', { device_token: 'not-looked-up' })).toBe(1);
  expect(await product.db.count('deliveries', { message_id: uuid(messageId) })).toBe(1);
});
