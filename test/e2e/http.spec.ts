import Bull from 'bull';
import { readFile } from 'node:fs/promises';
import { type HttpResponse, request, type RequestOptions } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { startStandInPushApi, type StandInPushApi } from '../support/stand-in-push-api.js';
import { TestDatabase } from '../support/test-database.js';
import { TestSubscription } from '../support/subscriptions.js';
import { testEnvironment } from '../support/test-environment.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

const database = uniqueDatabase('http');
const HEX_ID = /^[0-9a-f]{24}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BROWSER = new TestSubscription('https://push.example.com/1');
const SUBSCRIPTION = BROWSER.forApi;
const STORED_SUBSCRIPTION = { endpoint: BROWSER.endpoint, p256dh: BROWSER.p256dh, auth: BROWSER.auth };
const ALL_TIME = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
const AN_ID = 'df555721-5135-4b5d-9c6a-7db3565f22ae';

// Typed as unknown, because Jest's own matchers are `any`.
const ANY_TEXT: unknown = expect.stringMatching(/./);
const ANY_DATE: unknown = expect.any(Date);
const AN_OBJECT_ID: unknown = expect.stringMatching(HEX_ID);

let keys: TestKeys;
let pushApi: StandInPushApi;
let db: TestDatabase;
let api: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  pushApi = await startStandInPushApi();
  db = await TestDatabase.open(database);
  api = await startProduct('api', baseEnvironment(database, keys.folder, pushApi.url));
});

afterAll(async () => {
  const code = await api.stop();
  await Promise.all([pushApi.stop(), db.close(), keys.remove()]);
  expect(code).toBe(0);
});

function ask(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
  return request(method, api.url + path, options);
}

function askAsSuperUser(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
  return ask(method, path, { token: keys.superUser, ...options });
}

function expectEmpty(response: HttpResponse, status = 200): void {
  expect([response.status, response.text]).toEqual([status, '']);
}

function expectProblem(response: HttpResponse, status: number, properties?: readonly string[]): void {
  expect({ status: response.status, text: response.text }).toEqual({ status, text: ANY_TEXT });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(response.body).toMatchObject({
    type: ANY_TEXT,
    title: ANY_TEXT,
    status,
    detail: ANY_TEXT,
  });
  expect(response.text).not.toMatch(/ at .*\.js|node_modules|mongodb:|127\.0\.0\.1/);
  if (properties === undefined) return;
  const { errors } = response.body as { errors?: Record<string, string[]> };
  expect(Object.keys(errors ?? {}).sort()).toEqual([...properties].sort());
}

async function storedContact(deviceToken: string): Promise<Record<string, unknown> | undefined> {
  const [contact, ...others] = await db.find('push-contacts', { device_token: deviceToken });
  expect(others).toEqual([]);
  return contact;
}

describe('tokens', () => {
  const routes: [string, string, string][] = [
    ['PUT', '/push-contacts/a-token/visitor-guid', '"guid"'],
    ['GET', '/push-contacts?domain=example.com', ''],
    ['POST', '/push-contacts/example.com/message', '{"title":"t","body":"b"}'],
    ['POST', '/messages/domains/example.com', '{"title":"t","body":"b"}'],
    ['GET', `/push-contacts/example.com/messages/${AN_ID}/details?${ALL_TIME}`, ''],
    ['PUT', '/domains/secured.example.com', '{}'],
    ['GET', '/domains/secured.example.com', ''],
  ];

  it.each(routes)('%s %s requires a super user before the body is read', async (method, path, body) => {
    const bodies = body === '' ? [undefined] : [body, '{malformed'];
    for (const raw of bodies) {
      const options = raw === undefined ? {} : { raw };
      expectProblem(await ask(method, path, options), 401);
      expectProblem(await ask(method, path, { ...options, token: 'no.jwt.atall' }), 401);
      expectProblem(await ask(method, path, { ...options, token: keys.expired }), 401);
      expectProblem(await ask(method, path, { ...options, token: keys.foreign }), 401);
      expectProblem(await ask(method, path, { ...options, token: keys.user }), 403);
    }
    expect(await db.find('domains', { name: 'secured.example.com' })).toEqual([]);
    expect(await db.find('messages', { domain: 'example.com' })).toEqual([]);
  });

  it('are accepted for every key in the folder', async () => {
    for (const token of [keys.superUser, keys.superUserByXml]) {
      expectEmpty(await ask('PUT', '/domains/keys.example.com', { token, json: {} }));
    }
  });

  it('are checked after the route is found', async () => {
    expectProblem(await ask('GET', '/no-such-route'), 404);
    expectProblem(await ask('DELETE', '/domains/example.com'), 404);
  });

  it('allow a 400 for a malformed body only if they are valid', async () => {
    expectProblem(await askAsSuperUser('POST', '/messages/domains/example.com', { raw: '{malformed' }), 400);
  });
});

describe('POST /push-contacts', () => {
  it('stores a device token that PushApi knows, field by field', async () => {
    const json = {
      domain: 'fields.example.com',
      deviceToken: 'fields/1 ü',
      email: 'a@example.com',
      visitorGuid: 'g-1',
    };
    const before = Date.now();
    expectEmpty(await ask('POST', '/push-contacts', { json }));
    const contact = await storedContact('fields/1 ü');
    expect(contact).toEqual({
      _id: AN_OBJECT_ID,
      domain: 'fields.example.com',
      device_token: 'fields/1 ü',
      email: 'a@example.com',
      visitor_guid: 'g-1',
      deleted: false,
      modified: ANY_DATE,
      subscription: null,
    });
    expect((contact?.modified as Date).getTime()).toBeGreaterThanOrEqual(before);
    expect(pushApi.deviceChecks).toContain('fields/1 ü');
  });

  it('stores null for missing values, and a subscription without a check by PushApi', async () => {
    const json = { domain: 'fields.example.com', deviceToken: 'subscribed', subscription: SUBSCRIPTION };
    expectEmpty(await ask('POST', '/push-contacts', { json }));
    expect(await storedContact('subscribed')).toMatchObject({
      email: null,
      visitor_guid: null,
      subscription: STORED_SUBSCRIPTION,
    });
    expect(pushApi.deviceChecks).not.toContain('subscribed');
  });

  it.each([
    [
      'camel',
      {
        domain: 'case.example.com',
        deviceToken: 'T',
        subscription: { endpoint: 'E', keys: { p256dh: 'K', auth: 'A' } },
      },
    ],
    [
      'upper',
      {
        DOMAIN: 'case.example.com',
        DEVICETOKEN: 'T',
        SUBSCRIPTION: { ENDPOINT: 'E', KEYS: { P256DH: 'K', AUTH: 'A' } },
      },
    ],
    [
      'pascal',
      {
        Domain: 'case.example.com',
        DeviceToken: 'T',
        Subscription: { EndPoint: 'E', Keys: { P256DH: 'K', Auth: 'A' } },
      },
    ],
  ])('accepts property names in any case: %s', async (name, body) => {
    const values: Record<string, string> = {
      T: `case-${name}`,
      E: BROWSER.endpoint,
      K: BROWSER.p256dh,
      A: BROWSER.auth,
    };
    const raw = JSON.stringify(body, (_, value: unknown) =>
      typeof value === 'string' ? (values[value] ?? value) : value,
    );
    expectEmpty(await ask('POST', '/push-contacts', { raw }));
    const stored = { domain: 'case.example.com', subscription: STORED_SUBSCRIPTION };
    expect(await storedContact(`case-${name}`)).toMatchObject(stored);
  });

  it.each([
    ['no domain', { deviceToken: 'bad' }, ['domain']],
    // 9 characters each in the path by which PushApi checks a token.
    ['a token too long for a path', { domain: 'example.com', deviceToken: '€'.repeat(889) }, ['deviceToken']],
    ['a blank domain', { domain: '  ', deviceToken: 'bad' }, ['domain']],
    ['no device token', { domain: 'bad.example.com' }, ['deviceToken']],
    ['a long device token', { domain: 'bad.example.com', deviceToken: 'b'.repeat(4_097) }, ['deviceToken']],
    ['no e-mail address', { domain: 'bad.example.com', deviceToken: 'bad', email: 'nobody' }, ['email']],
    ['a token that is not valid', { domain: 'bad.example.com', deviceToken: 'invalid-1' }, ['deviceToken']],
    [
      'an incomplete subscription with a token that is not valid',
      { domain: 'bad.example.com', deviceToken: 'invalid-2', subscription: { endPoint: 'https://a.example.com' } },
      ['deviceToken'],
    ],
  ])('refuses %s and stores nothing', async (_, json, properties) => {
    expectProblem(await ask('POST', '/push-contacts', { json }), 400, properties);
    expect(await db.contactsOf('bad.example.com')).toEqual([]);
    expect(await storedContact('bad')).toBeUndefined();
  });

  it.each([
    ['endPoint', { ...SUBSCRIPTION, endPoint: 'https://127.0.0.1/admin' }],
    ['endPoint', { ...SUBSCRIPTION, endPoint: 'https://push.example.com:8443/1' }],
    ['endPoint', { ...SUBSCRIPTION, endPoint: 'https://fcm.googleapis.com.evil.test/1' }],
    ['endPoint', { ...SUBSCRIPTION, endPoint: 'http://fcm.googleapis.com/1' }],
    ['keys.p256DH', { ...SUBSCRIPTION, keys: { ...SUBSCRIPTION.keys, p256DH: 'key' } }],
    [
      'keys.p256DH',
      { ...SUBSCRIPTION, keys: { ...SUBSCRIPTION.keys, p256DH: Buffer.alloc(65, 4).toString('base64') } },
    ],
    ['keys.auth', { ...SUBSCRIPTION, keys: { ...SUBSCRIPTION.keys, auth: 'c2VjcmV0' } }],
  ])('refuses a complete subscription by its %s: %j', async (name, subscription) => {
    const json = { domain: 'forbidden.example.com', deviceToken: 'invalid-forbidden', subscription };
    expectProblem(await ask('POST', '/push-contacts', { json }), 400, [`subscription.${name}`]);
    expect(await storedContact('invalid-forbidden')).toBeUndefined();
    const byToken = {
      domain: 'by-token.example.com',
      deviceToken: `valid-${JSON.stringify(subscription)}`,
      subscription,
    };
    expectEmpty(await ask('POST', '/push-contacts', { json: byToken }));
    expect(await storedContact(byToken.deviceToken)).toMatchObject({ subscription: null });
  });

  it.each([
    ['without keys', { endPoint: 'https://127.0.0.1/admin' }],
    ['without auth', { endPoint: SUBSCRIPTION.endPoint, keys: { p256DH: 'key' } }],
    ['without an absolute endpoint', { endPoint: '/1', keys: { p256DH: 'key', auth: 'secret' } }],
  ])('ignores a subscription %s', async (name, subscription) => {
    const json = { domain: 'incomplete.example.com', deviceToken: `incomplete ${name}`, subscription };
    expectEmpty(await ask('POST', '/push-contacts', { json }));
    expect(await storedContact(`incomplete ${name}`)).toMatchObject({ subscription: null });
    expect(pushApi.deviceChecks).toContain(`incomplete ${name}`);
  });

  it('accepts subscriptions of every browser', async () => {
    const endpoints = [
      'https://fcm.googleapis.com/fcm/send/abc:APA91b',
      'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
      'https://wns2-par02p.notify.windows.com/w/?token=BQY%2b',
      'https://web.push.apple.com/QGuQ',
    ];
    for (const endpoint of endpoints) {
      const { forApi: subscription } = new TestSubscription(endpoint);
      const json = { domain: 'browsers.example.com', deviceToken: endpoint, subscription };
      expectEmpty(await ask('POST', '/push-contacts', { json }));
    }
    const stored = await db.contactsOf('browsers.example.com');
    expect(stored.map(({ subscription }) => subscription?.endpoint).sort()).toEqual(endpoints.toSorted());
  });

  it('does not change an active contact, and revives a pruned one with the posted values', async () => {
    const first = {
      domain: 'mine.example.com',
      deviceToken: 'repeated',
      email: 'mine@example.com',
      visitorGuid: 'mine',
    };
    const other = { domain: 'yours.example.com', deviceToken: 'repeated', email: 'yours@example.com' };
    expectEmpty(await ask('POST', '/push-contacts', { json: first }));
    const stored = await storedContact('repeated');
    expectEmpty(await ask('POST', '/push-contacts', { json: other }));
    expect(await storedContact('repeated')).toEqual(stored);

    await db.update('push-contacts', { device_token: 'repeated' }, { $set: { deleted: true } });
    expectEmpty(await ask('POST', '/push-contacts', { json: other }));
    expect(await storedContact('repeated')).toMatchObject({
      domain: 'yours.example.com',
      email: 'yours@example.com',
      visitor_guid: null,
      deleted: false,
    });
  });

  it('stores the same token once when it is posted many times concurrently', async () => {
    const json = { domain: 'race.example.com', deviceToken: 'race' };
    const responses = await Promise.all(Array.from({ length: 20 }, () => ask('POST', '/push-contacts', { json })));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(await storedContact('race')).toMatchObject({ domain: 'race.example.com' });
  });

  it('returns 503 with Retry-After and stores nothing while PushApi is unreachable', async () => {
    const alone = await startProduct('api', baseEnvironment(database, keys.folder, 'http://127.0.0.1:9'));
    const json = { domain: 'away.example.com', deviceToken: 'away' };
    const refused = await request('POST', `${alone.url}/push-contacts`, { json });
    const withSubscription = { ...json, deviceToken: 'away-but-subscribed', subscription: SUBSCRIPTION };
    const accepted = await request('POST', `${alone.url}/push-contacts`, { json: withSubscription });
    expect(await alone.stop()).toBe(0);
    expectProblem(refused, 503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expectEmpty(accepted);
    const stored = await db.contactsOf('away.example.com');
    expect(stored.map(({ device_token: token }) => token)).toEqual(['away-but-subscribed']);
  });

  it('returns 413 for a body that is too large and 415 for one that is not JSON', async () => {
    const large = { domain: 'large.example.com', deviceToken: 'large', visitorGuid: 'x'.repeat(1_100_000) };
    expectProblem(await ask('POST', '/push-contacts', { json: large }), 413);
    const raw = 'domain=form.example.com&deviceToken=form';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expectProblem(await ask('POST', '/push-contacts', { raw, headers }), 415);
    expectProblem(await ask('POST', '/push-contacts', { raw: '' }), 400);
    expectProblem(await ask('POST', '/push-contacts', { raw: '[]' }), 400);
    expectProblem(await ask('POST', '/push-contacts', { raw: 'null' }), 400);
    expect(await db.contactsOf('large.example.com')).toEqual([]);
    expect(await db.contactsOf('form.example.com')).toEqual([]);
  });
});

describe('PUT /push-contacts/{deviceToken}/…', () => {
  beforeAll(() => db.addContacts('put.example.com', ['put/1']));

  it('takes a raw JSON string', async () => {
    expectEmpty(await ask('PUT', `/push-contacts/${encodeURIComponent('put/1')}/email`, { raw: '"put@example.com"' }));
    const path = `/push-contacts/${encodeURIComponent('put/1')}/visitor-guid`;
    expectEmpty(await askAsSuperUser('PUT', path, { raw: '"put-guid"' }));
    expect(await storedContact('put/1')).toMatchObject({ email: 'put@example.com', visitor_guid: 'put-guid' });
  });

  it('returns 200 for an unknown token and stores nothing', async () => {
    expectEmpty(await ask('PUT', '/push-contacts/unknown/email', { raw: '"put@example.com"' }));
    expect(await storedContact('unknown')).toBeUndefined();
  });

  it.each(['""', '"nobody"', '{"email":"a@example.com"}', '1', 'null', 'put@example.com', '"a@example.com'])(
    'returns 400 for the e-mail %s',
    async (raw) => {
      const before = await storedContact('put/1');
      expectProblem(await ask('PUT', `/push-contacts/${encodeURIComponent('put/1')}/email`, { raw }), 400);
      expect(await storedContact('put/1')).toEqual(before);
    },
  );

  it.each(['""', '"  "', '{}', '[]'])('returns 400 for the visitor guid %s', async (raw) => {
    expectProblem(await askAsSuperUser('PUT', '/push-contacts/put1/visitor-guid', { raw }), 400);
  });
});

describe('GET /push-contacts', () => {
  const domain = 'list.example.com';

  beforeAll(async () => {
    await db.addContacts(domain, ['list-1'], {
      email: 'one@example.com',
      visitor_guid: 'one',
      modified: new Date('2024-01-01T00:00:00Z'),
    });
    await db.addContacts(domain, ['list-2'], {
      subscription: STORED_SUBSCRIPTION,
      modified: new Date('2024-01-02T00:00:00Z'),
    });
    await db.addContacts(domain, ['list-deleted'], { deleted: true, modified: new Date('2024-01-01T00:00:00Z') });
    await db.addContacts(domain, ['list-old'], { modified: new Date('2024-01-03T00:00:00Z') });
    await db.update('push-contacts', { device_token: 'list-old' }, { $unset: { visitor_guid: 1, subscription: 1 } });
  });

  it('lists the active contacts of the domain, including older documents', async () => {
    const { status, body } = await askAsSuperUser('GET', `/push-contacts?domain=${domain}`);
    expect(status).toBe(200);
    const nothing = { domain, email: null, visitorGuid: null, subscription: null };
    expect(body).toHaveLength(3);
    expect(body).toEqual(
      expect.arrayContaining([
        { ...nothing, deviceToken: 'list-1', email: 'one@example.com', visitorGuid: 'one' },
        { ...nothing, deviceToken: 'list-2', subscription: SUBSCRIPTION },
        { ...nothing, deviceToken: 'list-old' },
      ]),
    );
  });

  it.each([
    ['email=one@example.com', ['list-1']],
    ['modifiedFrom=2024-01-02T00:00:00Z', ['list-2', 'list-old']],
    ['modifiedTo=2024-01-02T00:00:00', ['list-1', 'list-2']],
    ['modifiedFrom=2024-01-02T01:00:00%2B01:00&modifiedTo=2024-01-02', ['list-2']],
    ['Email=one@example.com&modifiedTo=2024-02-01', ['list-1']],
  ])('filters by %s', async (query, expected) => {
    const { status, body } = await askAsSuperUser('GET', `/push-contacts?domain=${domain}&${query}`);
    expect(status).toBe(200);
    expect((body as { deviceToken: string }[]).map(({ deviceToken }) => deviceToken).sort()).toEqual(expected);
  });

  it.each([
    ['domain=nobody.example.com', 404, undefined],
    [`domain=${domain}&email=nobody@example.com`, 404, undefined],
    [`domain=LIST.example.com`, 404, undefined],
    ['', 400, ['domain']],
    [`domain=${domain}&modifiedFrom=yesterday`, 400, ['modifiedFrom']],
    [`domain=${domain}&modifiedFrom=2024-02-01&modifiedTo=2024-01-01`, 400, ['modifiedFrom']],
  ])('responds to %j with %i', async (query, status, properties) => {
    expectProblem(await askAsSuperUser('GET', `/push-contacts?${query}`), status, properties);
  });
});

describe('domains', () => {
  it('are stored field by field and returned', async () => {
    const json = { IsPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain: 'push.example.com' };
    expectEmpty(await askAsSuperUser('PUT', '/domains/full.example.com', { json }));
    expect(await db.find('domains', { name: 'full.example.com' })).toEqual([
      {
        _id: AN_OBJECT_ID,
        name: 'full.example.com',
        is_push_feature_enabled: true,
        usesExternalPushDomain: true,
        externalPushDomain: 'push.example.com',
        modified: ANY_DATE,
      },
    ]);
    const configuration = {
      isPushFeatureEnabled: true,
      usesExternalPushDomain: true,
      externalPushDomain: 'push.example.com',
    };
    const domain = await askAsSuperUser('GET', '/domains/full.example.com');
    expect([domain.status, domain.body]).toEqual([200, { name: 'full.example.com', ...configuration }]);
    const pushConfiguration = await ask('GET', '/domains/full.example.com/push-configuration');
    expect([pushConfiguration.status, pushConfiguration.body]).toEqual([200, configuration]);
    const isEnabled = await ask('GET', '/domains/full.example.com/isPushFeatureEnabled');
    expect([isEnabled.status, isEnabled.text]).toEqual([200, 'true']);
    expect(isEnabled.headers.get('content-type')).toContain('application/json');
    expect(isEnabled.headers.get('cache-control')).toBe('public,max-age=120');
  });

  it('are replaced completely: missing values become false or null', async () => {
    const json = { isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain: 'push.example.com' };
    expectEmpty(await askAsSuperUser('PUT', '/domains/replaced.example.com', { json }));
    const [before] = await db.find('domains', { name: 'replaced.example.com' });
    expectEmpty(await askAsSuperUser('PUT', '/domains/replaced.example.com', { json: {} }));
    const documents = await db.find('domains', { name: 'replaced.example.com' });
    expect(documents).toEqual([
      expect.objectContaining({
        _id: before?._id,
        is_push_feature_enabled: false,
        usesExternalPushDomain: false,
        externalPushDomain: null,
      }),
    ]);
    expect((await ask('GET', '/domains/replaced.example.com/isPushFeatureEnabled')).text).toBe('false');
  });

  it('return an uncached 404 when they are unknown', async () => {
    expectProblem(await askAsSuperUser('GET', '/domains/none.example.com'), 404);
    expectProblem(await ask('GET', '/domains/none.example.com/push-configuration'), 404);
    const isEnabled = await ask('GET', '/domains/none.example.com/isPushFeatureEnabled');
    expectProblem(isEnabled, 404);
    expect(isEnabled.headers.get('cache-control') ?? '').not.toContain('public');
  });

  it('return 400 for a flag that is not a boolean', async () => {
    const json = { isPushFeatureEnabled: 'yes' };
    expectProblem(await askAsSuperUser('PUT', '/domains/bad.example.com', { json }), 400, ['isPushFeatureEnabled']);
    expect(await db.find('domains', { name: 'bad.example.com' })).toEqual([]);
  });
});

describe('messages', () => {
  it.each(['/push-contacts/stored.example.com/message', '/messages/domains/stored.example.com'])(
    'POST %s stores field by field, enqueues, and does not wait for a worker',
    async (path) => {
      const json = {
        title: 'The title',
        body: 'The body',
        onClickLink: 'https://example.com/click',
        imageUrl: 'https://example.com/image.png',
        iconUrl: 'https://example.com/icon.png',
        preferLargeImage: true,
        actions: [
          { action: 'buy', title: 'Buy', icon: 'https://example.com/b.png', link: 'https://example.com/b' },
          {},
        ],
      };
      await askAsSuperUser('PUT', '/domains/stored.example.com', { json: { isPushFeatureEnabled: true } });
      const { status, body } = await askAsSuperUser('POST', path, { json });
      expect([status, body]).toEqual([202, { messageId: expect.stringMatching(UUID) as unknown }]);
      const { messageId } = body as { messageId: string };
      const stored = (await db.find('messages', { domain: 'stored.example.com' })).filter(
        ({ message_id: id }) => String(id) === messageId,
      );
      const zero = expect.objectContaining({ _bsontype: 'Int32', value: 0 }) as unknown;
      expect(stored).toEqual([
        {
          _id: AN_OBJECT_ID,
          message_id: expect.objectContaining({ sub_type: 4 }) as unknown,
          domain: 'stored.example.com',
          title: 'The title',
          body: 'The body',
          on_click_link: 'https://example.com/click',
          image_url: 'https://example.com/image.png',
          icon_url: 'https://example.com/icon.png',
          prefer_large_image: true,
          sent: zero,
          delivered: zero,
          not_delivered: zero,
          billable_sends: zero,
          received: zero,
          clicks: zero,
          inserted_date: ANY_DATE,
          actions: [
            { action: 'buy', title: 'Buy', icon: 'https://example.com/b.png', link: 'https://example.com/b' },
            { action: 'action2', title: 'title2', icon: null, link: null },
          ],
        },
      ]);
    },
  );

  it('are stored with nulls when only title and body are given; empty links count as missing', async () => {
    const json = { Title: 'T', BODY: 'B', imageUrl: '' };
    expect((await askAsSuperUser('POST', '/messages/domains/least.example.com', { json })).status).toBe(202);
    const [message] = await db.find('messages', { domain: 'least.example.com' });
    expect(message).toMatchObject({
      title: 'T',
      body: 'B',
      on_click_link: null,
      icon_url: null,
      prefer_large_image: false,
    });
    expect(message?.image_url === null || message?.image_url === '').toBe(true);
  });

  it.each([
    [{ body: 'B' }, ['title']],
    [{ title: ' ', body: '' }, ['title', 'body']],
    [{ title: 'x'.repeat(1_025), body: 'B' }, ['title']],
    [{ title: 'T', body: 'x'.repeat(8_193) }, ['body']],
    [{ title: 'T', body: 'B', onClickLink: 'http://example.com' }, ['onClickLink']],
    [{ title: 'T', body: 'B', imageUrl: '/image.png', iconUrl: 'icon' }, ['imageUrl', 'iconUrl']],
    [{ title: 'T', body: 'B', preferLargeImage: 'yes' }, ['preferLargeImage']],
  ])('return 400 for %j and store nothing', async (json, properties) => {
    expectProblem(await askAsSuperUser('POST', '/messages/domains/rejected.example.com', { json }), 400, properties);
    expect(await db.find('messages', { domain: 'rejected.example.com' })).toEqual([]);
    expect(await db.find('deliveries', { domain: 'rejected.example.com' })).toEqual([]);
  });

  it('stay enqueued by mode api until a worker runs', async () => {
    const queue = new Bull('delivery-plans', testEnvironment('TEST_REDIS_URL'), {
      prefix: `{push-contact.${database}}`,
    });
    const json = { title: 'T', body: 'B' };
    expect((await askAsSuperUser('POST', '/messages/domains/waiting.example.com', { json })).status).toBe(202);
    const [delivery] = await db.find('deliveries', { domain: 'waiting.example.com' });
    const jobs = await queue.getWaiting();
    await queue.close();
    expect(jobs.map(({ data }: { data: unknown }) => data)).toContainEqual({ deliveryId: delivery?._id });
    expect(delivery?.state).toBe('planning');
    expect(pushApi.messageCalls).toEqual([]);
  });
});

describe('GET …/messages/{messageId}/details', () => {
  const path = `/push-contacts/details.example.com/messages/${AN_ID}/details`;

  it('returns zeros for an unknown message', async () => {
    const { status, body } = await askAsSuperUser('GET', `${path}?${ALL_TIME}`);
    const counters = {
      sent: 0,
      delivered: 0,
      notDelivered: 0,
      billableSends: 0,
      clicks: 0,
      received: 0,
      actionClick: 0,
    };
    expect([status, body]).toEqual([200, { domain: 'details.example.com', messageId: AN_ID, ...counters }]);
  });

  it.each([
    [path, ['from', 'to']],
    [`${path}?from=2024-01-01`, ['to']],
    [`${path}?from=soon&to=2024-01-01`, ['from']],
    [`${path}?from=2024-01-02&to=2024-01-01`, ['from']],
    [`/push-contacts/details.example.com/messages/no-uuid/details?${ALL_TIME}`, ['messageId']],
  ])('returns 400 for %s', async (bad, properties) => {
    expectProblem(await askAsSuperUser('GET', bad), 400, properties);
  });
});

describe('the site', () => {
  it('accepts CORS preflights of any origin, without credentials', async () => {
    for (const method of ['POST', 'PUT', 'GET']) {
      const response = await ask('OPTIONS', '/push-contacts', {
        headers: {
          origin: 'https://shop.example.com',
          'access-control-request-method': method,
          'access-control-request-headers': 'content-type,authorization',
        },
      });
      expect([200, 204]).toContain(response.status);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-methods')).toContain(method);
      expect(response.headers.get('access-control-allow-headers')).toMatch(/content-type.*authorization|\*/i);
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
    const headers = { origin: 'https://shop.example.com' };
    const refused = await ask('POST', '/push-contacts', { json: {}, headers });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, '*']);
  });

  it.each(['/push-contacts', '/nowhere'])('answers OPTIONS that is no preflight: %s', async (path) => {
    const response = await ask('OPTIONS', path);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  it('has Swagger with every route and the bearer scheme', async () => {
    const ui = await ask('GET', '/swagger');
    expect([ui.status, ui.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const { status, body } = await ask('GET', '/swagger/v1/swagger.json');
    expect(status).toBe(200);
    const { openapi, paths, components } = body as {
      openapi: string;
      paths: Record<string, Record<string, { security?: unknown[] }>>;
      components: { securitySchemes: Record<string, unknown> };
    };
    expect(openapi).toMatch(/^3\./);
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security = [] }]) => {
        return `${method.toUpperCase()} ${path}${security.length > 0 ? ' SU' : ''}`;
      }),
    );
    expect(described).toEqual(
      expect.arrayContaining([
        'POST /push-contacts',
        'PUT /push-contacts/{deviceToken}/email',
        'PUT /push-contacts/{deviceToken}/visitor-guid SU',
        'GET /push-contacts SU',
        'POST /push-contacts/{domain}/message SU',
        'POST /messages/domains/{domain} SU',
        'GET /push-contacts/{domain}/messages/{messageId}/details SU',
        'GET /push-contacts/visitor-guids SU',
        'GET /push-contacts/{domain}/visitor-guids SU',
        'GET /push-contacts/{domain}/{visitorGuid}',
        'GET /push-contacts/{domain}/device-tokens/{deviceToken}',
        'GET /push-contacts/domains SU',
        'GET /push-contacts/messages/delivery-results SU',
        'GET /domains/{name}/stats SU',
        'GET /domains/{domain}/push-sends-consumed-count SU',
        'GET /domains/{domain}/messages/{messageId}/stats SU',
        'GET /domains/{domain}/messages/stats/grouped SU',
        'PUT /domains/{name} SU',
        'GET /domains/{name} SU',
        'GET /domains/{name}/isPushFeatureEnabled',
        'GET /domains/{name}/push-configuration',
      ]),
    );
    const scheme = { type: 'http', scheme: 'bearer' };
    expect(Object.values(components.securitySchemes)).toContainEqual(expect.objectContaining(scheme));
  });

  it('returns its version, and excludes crawlers', async () => {
    const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const version = await ask('GET', '/version.txt');
    expect([version.status, version.text.trim()]).toEqual([200, expect.any(String)]);
    expect(version.text).toContain((JSON.parse(manifest) as { version: string }).version);
    const robots = await ask('GET', '/robots.txt');
    expect([robots.status, robots.text]).toEqual([200, 'User-agent: *\nDisallow: /\n']);
  });
});

it('mode worker serves its health and no route of the API', async () => {
  const ownDatabase = uniqueDatabase('http_worker');
  const ownDb = await TestDatabase.open(ownDatabase);
  const worker = await startProduct('worker', baseEnvironment(ownDatabase, keys.folder, pushApi.url));
  const statuses = [];
  for (const [method, path] of [
    ['GET', '/health/live'],
    ['GET', '/health/ready'],
    ['POST', '/push-contacts'],
    ['GET', '/push-contacts?domain=example.com'],
    ['PUT', '/domains/example.com'],
    ['GET', '/domains/example.com/isPushFeatureEnabled'],
    ['POST', '/messages/domains/example.com'],
    ['GET', '/swagger'],
    ['GET', '/swagger/v1/swagger.json'],
  ] as const) {
    const { status } = await request(method, worker.url + path, { token: keys.superUser });
    statuses.push(status);
  }
  expect(await worker.stop()).toBe(0);
  await ownDb.close();
  expect(statuses).toEqual([200, 200, 404, 404, 404, 404, 404, 404, 404]);
});
