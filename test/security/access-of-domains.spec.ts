import { connect } from 'node:net';
import { once } from 'node:events';
import { type HttpResponse, request, type RequestOptions } from '../support/http.js';
import { Installation, messageIdOf } from '../support/installation.js';
import { PUSH_API_TOKEN, pushApiEnvironment, startProduct } from '../support/product-process.js';

const OWN = 'own.example';
const FOREIGN = 'foreign.example';
const PERIOD = 'from=2020-01-01&to=2099-01-01';
const UNKNOWN_ID = '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6';

let product: Installation;
let token: string;
let foreignToken: string;
let ownMessage: string;
let foreignMessage: string;

beforeAll(async () => {
  product = await Installation.start('access_of_domains', { workers: 0 });
  const scope = 'contacts send reports manage';
  token = await product.keys.sign({ domains: [OWN], scope });
  foreignToken = await product.keys.sign({ domains: [FOREIGN], scope });
  for (const domain of [OWN, FOREIGN]) {
    await product.askAsSuperUser('PUT', `/domains/${domain}`, { json: { isPushFeatureEnabled: true } });
    await product.db.addContacts(domain, [`token-of-${domain}`], { visitor_guid: `guid-of-${domain}` });
  }
  ownMessage = await product.send(OWN, { title: 'Own' });
  foreignMessage = await product.send(FOREIGN, { title: 'Foreign' });
  const counters = { sent: 7, delivered: 7, billable_sends: 7 };
  await product.db.update('messages', { domain: FOREIGN }, { $set: counters });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

function ask(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
  return product.ask(method, path, { token, ...options });
}

/** Sends a request line that no client library would. */
async function askRaw(target: string): Promise<string> {
  const { hostname, port } = new URL(product.api.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return text;
}

it.each([
  `/push-contacts?domain=${FOREIGN}`,
  `/push-contacts?DOMAIN=${FOREIGN}`,
  `/push-contacts?domain=${OWN}&domain=${FOREIGN}`,
  `/push-contacts?domain=${FOREIGN}&domain=${OWN}`,
  `/push-contacts?domain[]=${OWN}&domain[]=${FOREIGN}`,
  `/push-contacts?domain=${OWN}&DOMAIN=${FOREIGN}`,
  `/push-contacts?Domain=${OWN}&domain=${FOREIGN}`,
  `/push-contacts?%64omain=${OWN}&domain=${FOREIGN}`,
  `/push-contacts?domain=${OWN}&%44OMAIN=${FOREIGN}`,
  `/push-contacts?domain=${OWN}%00&domain=${FOREIGN}`,
  `/push-contacts?domain=${OWN};domain=${FOREIGN}`,
  `/PUSH-CONTACTS/?domain=${FOREIGN}`,
  `/push-contacts/visitor-guids?domain=${OWN}&Domain=${FOREIGN}`,
  `/push-contacts/visitor-guids?domain=${FOREIGN}`,
  `/push-contacts/${FOREIGN}/visitor-guids`,
  `/push-contacts/${FOREIGN}/visitor-guids?domain=${OWN}`,
  `/Push-Contacts/%66oreign.example/Visitor-Guids/`,
  `/push-contacts/${OWN}%2F..%2F${FOREIGN}/visitor-guids`,
  `/push-contacts/${OWN}/../${FOREIGN}/visitor-guids`,
  `//push-contacts/${FOREIGN}/visitor-guids`,
  `/push-contacts//${FOREIGN}/visitor-guids`,
  `/push-contacts/${OWN}%00${FOREIGN}/visitor-guids`,
  `/push-contacts/${OWN};${FOREIGN}/visitor-guids`,
  `/domains/%66%6F%72%65%69%67%6E.example/stats`,
  `/DOMAINS/${FOREIGN}/STATS`,
  `/domains/${FOREIGN}%20/stats`,
  `http://x/domains/${FOREIGN}/stats`,
  `/domains/${FOREIGN}?name=${OWN}`,
  `/domains/${FOREIGN}#${OWN}`,
])('%s shows nothing of another domain', async (target) => {
  const text = await askRaw(target);
  expect(text).toMatch(/^HTTP\/1\.1 (200|400|404) /);
  expect(text).not.toContain('token-of-foreign');
  expect(text).not.toContain('guid-of-foreign');
  expect(text).not.toContain('"active":');
  expect(text).not.toContain('isPushFeatureEnabled');
});

it('serves the own domain in every spelling of the path that names it', async () => {
  for (const path of [`/domains/${OWN}/stats`, `/DOMAINS/%6Fwn.example/Stats/`]) {
    expect((await ask('GET', path)).body).toMatchObject({ name: OWN, contactsStats: { active: 1 } });
  }
  expect((await ask('GET', `/push-contacts?DOMAIN=${OWN}`)).body).toHaveLength(1);
});

it('finds the message of the path in every form of its id, and the domain of the path decides', async () => {
  for (const id of [ownMessage.toUpperCase(), ownMessage.replaceAll('-', ''), `{${ownMessage}}`]) {
    expect((await ask('GET', `/messages/${encodeURIComponent(id)}/progress`)).status).toBe(200);
  }
  for (const id of [foreignMessage.toUpperCase(), foreignMessage.replaceAll('-', ''), `(${foreignMessage})`]) {
    expect((await ask('GET', `/messages/${encodeURIComponent(id)}/progress`)).status).toBe(404);
  }
  const superUsers = await product.askAsSuperUser('GET', '/messages/no-guid/progress');
  const { status, text } = await ask('GET', '/messages/no-guid/progress');
  expect([status, text]).toEqual([400, superUsers.text]);
});

it('reports a message of another domain as one that is unknown', async () => {
  const paths = (id: string): string[] => [
    `/push-contacts/${OWN}/messages/${id}/details?${PERIOD}`,
    `/domains/${OWN}/messages/${id}/stats?${PERIOD}`,
    `/domains/${OWN}/messages/stats/grouped?messageIds=${id}&messageIds=${ownMessage}&period=day&${PERIOD}`,
  ];
  for (const [index, path] of paths(foreignMessage).entries()) {
    const { status, text } = await ask('GET', path);
    const unknown = await ask('GET', paths(UNKNOWN_ID)[index] ?? '');
    expect([status, text]).toEqual([200, unknown.text.replaceAll(UNKNOWN_ID, foreignMessage)]);
  }
});

it.each([
  ['another domain', { domain: FOREIGN }],
  ['another domain in upper case', { DOMAIN: FOREIGN }],
  ['both, the foreign one last', { domain: OWN, Domain: FOREIGN }],
  ['a list', { domain: [OWN, FOREIGN] }],
  ['an object', { domain: { toString: OWN } }],
  ['null', { domain: null }],
  ['nothing', {}],
])('stores no message for a body with %s', async (_, names) => {
  const before = await product.db.count('messages');
  const { status } = await ask('POST', '/message', { json: { ...names, message: { title: 't', body: 'b' } } });
  expect([400, 404]).toContain(status);
  expect(await product.db.count('messages')).toBe(before);
});

it('stores a message of the own domain for a body that names it last, and reads a body strictly', async () => {
  const json = { domain: FOREIGN, DOMAIN: OWN, message: { title: 'Last', body: 'b' } };
  const headers = { prefer: 'handling=strict' };
  const messageId = messageIdOf(await ask('POST', '/message', { json, headers }), 200);
  expect(await product.db.pick('messages', { domain: OWN, title: 'Last' }, 'title')).toHaveLength(1);
  expect((await ask('GET', `/messages/${messageId}/progress`)).status).toBe(404);
  const raw = `{"domain":"${OWN}","__proto__":{"domain":"${FOREIGN}"},"message":{"title":"t","body":"b"}}`;
  const refused = await ask('POST', '/message', { raw, headers });
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({ errors: { ['__proto__']: expect.anything() as unknown } });
});

it('refuses a broadcast to another domain before its body is read', async () => {
  const { status, body } = await ask('POST', `/messages/domains/${FOREIGN}`, { raw: '{'.repeat(900_000) });
  expect([status, body]).toMatchObject([404, { type: 'urn:push-contact:error:resource_not_found' }]);
});

it('sets the visitor guid of own contacts alone', async () => {
  const put = (name: string): Promise<HttpResponse> =>
    ask('PUT', `/push-contacts/${name}/visitor-guid`, { json: 'new' });
  expect((await put(`token-of-${OWN}`)).status).toBe(200);
  const [foreign, unknown] = [await put(`token-of-${FOREIGN}`), await put('unknown')];
  expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
  const [contact] = await product.db.contactsOf(FOREIGN);
  expect(contact).toMatchObject({ visitor_guid: `guid-of-${FOREIGN}` });
});

it('keeps the Idempotency-Keys of domains apart', async () => {
  const headers = { 'idempotency-key': 'order-1' };
  const json = { title: 'Once', body: 'b' };
  const send = async (domain: string, sender: string): Promise<string> =>
    messageIdOf(await product.ask('POST', `/messages/domains/${domain}`, { token: sender, json, headers }), 202);
  const first = await send(OWN, token);
  const other = await send(FOREIGN, foreignToken);
  const superUsers = await send(FOREIGN, product.keys.superUser);
  expect(new Set([first, other, superUsers]).size).toBe(3);
  const renewed = await product.keys.sign({ domains: ['x.example', OWN], scope: 'send', sub: 'renewed' });
  expect(await send(OWN, renewed)).toBe(first);
  expect(await send(FOREIGN, foreignToken)).toBe(other);
  expect(await send(FOREIGN, product.keys.superUser)).toBe(superUsers);
});

it('the built-in PushApi serves super users, not domains', async () => {
  const pushApi = await startProduct('push-api', pushApiEnvironment(product.keys.folder));
  const json = { notificationTitle: 't', notificationBody: 'b', tokens: [], subscriptions: [] };
  const statusesOf = (sender: string): Promise<number[]> =>
    Promise.all(
      ['POST /message', 'POST /webpush', 'GET /sandbox/notifications'].map(async (route) => {
        const [method = '', path = ''] = route.split(' ');
        const options = { token: sender, ...(method === 'POST' && { json }) };
        return (await request(method, pushApi.url + path, options)).status;
      }),
    );
  expect(await statusesOf(token)).toEqual([403, 403, 403]);
  // A call to no subscription is not valid.
  for (const sender of [product.keys.superUser, PUSH_API_TOKEN])
    expect(await statusesOf(sender)).toEqual([200, 400, 200]);
  expect(await pushApi.stop()).toBe(0);
});

it('a response that may be cached by anybody is kept for its token alone', async () => {
  const { status, headers } = await ask('GET', `/domains/${OWN}/push-sends-consumed-count?${PERIOD}`);
  expect([status, headers.get('cache-control')]).toEqual([200, 'public,max-age=60']);
  expect(headers.get('vary')?.toLowerCase()).toContain('authorization');
});
