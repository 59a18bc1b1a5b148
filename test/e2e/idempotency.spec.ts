import type { HttpResponse } from '../support/http.js';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { uuid } from '../support/test-database.js';

const DAY_MS = 86_400_000;
const UNKNOWN_ID = '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6';

let product: Installation;
let keys = 0;

beforeAll(async () => {
  product = await Installation.start('idempotency');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

function post(path: string, json: unknown, key: string): Promise<HttpResponse> {
  return product.askAsSuperUser('POST', path, { json, headers: { 'idempotency-key': key } });
}

function idOf({ body }: HttpResponse): string {
  return (body as { messageId: string }).messageId;
}

/** Stores one contact in the domain for each visitor guid. */
async function addVisitors(domain: string, guids: readonly string[]): Promise<void> {
  const tokens = guids.map((guid) => `${domain} ${guid}`);
  await product.db.addContacts(domain, tokens, (token) => ({ visitor_guid: token.slice(domain.length + 1) }));
}

/** The routes that accept a key, each with a body and a different one. */
const ROUTES: [string, number, (domain: string, stored: string) => [path: string, json: unknown, other: unknown]][] = [
  [
    'POST /messages/domains/{domain}',
    202,
    (domain) => [`/messages/domains/${domain}`, { title: domain, body: 'b' }, { title: domain, body: 'c' }],
  ],
  [
    'POST /push-contacts/{domain}/message',
    202,
    (domain) => [`/push-contacts/${domain}/message`, { title: domain, body: 'b' }, { title: 'other', body: 'b' }],
  ],
  [
    'POST /push-contacts/{domain}/{visitorGuid}/message',
    200,
    (domain) => [`/push-contacts/${domain}/one/message`, { title: domain, body: 'b' }, { title: domain, body: 'c' }],
  ],
  [
    'POST /messages/{messageId}/visitors/{visitorGuid}/send',
    202,
    (_, id) => [`/messages/${id}/visitors/one/send`, { fields: { a: 'b' } }, { fields: { a: 'c' } }],
  ],
  ['POST /message/{messageId}', 200, (_, id) => [`/message/${id}`, 'one', 'two']],
  [
    'POST /messages/{messageId}/visitors/send',
    202,
    (_, id) => [
      `/messages/${id}/visitors/send`,
      { visitorsFieldsList: [{ visitorGuid: 'one' }] },
      { visitorsFieldsList: [{ visitorGuid: 'two' }] },
    ],
  ],
];

describe.each(ROUTES)('%s', (name, status, requestOf) => {
  const domain = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.example.com`;

  async function prepare(suffix: string): Promise<[path: string, json: unknown, other: unknown, stored: string]> {
    const ofDomain = `${suffix}${domain}`;
    await addVisitors(ofDomain, ['one']);
    const stored = await product.store(ofDomain, { title: ofDomain });
    return [...requestOf(ofDomain, stored), stored];
  }

  it('returns the same response for the same key and body, and sends once', async () => {
    const [path, json] = await prepare('same.');
    const key = newKey();
    const first = await post(path, json, key);
    const messageId = messageIdOf(first, status);
    await product.finished(messageId);
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(messageIdOf(await post(path, json, key), status)).toBe(messageId);
    expect(await product.finished(messageId)).toMatchObject({ planned: 1, delivered: 1 });
    expect(await product.db.count('deliveries', { message_id: uuid(messageId) })).toBe(1);
    expect(await product.db.count('deliveryBatches', { message_id: uuid(messageId) })).toBe(1);
    expect(product.tokensSent(`same.${domain}`)).toEqual([`same.${domain} one`]);
  });

  it('refuses the key with another body, and stores nothing of it', async () => {
    const [path, json, other, stored] = await prepare('other.');
    const key = newKey();
    const messageId = messageIdOf(await post(path, json, key), status);
    await product.finished(messageId);
    const messages = await product.db.count('messages');
    const refused = await post(path, other, key);
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await product.db.count('messages')).toBe(messages);
    const ids = { $in: [uuid(messageId), uuid(stored)] };
    expect(await product.db.count('deliveries', { message_id: ids })).toBe(1);
    expect(await product.db.count('deliveryBatches', { message_id: ids })).toBe(1);
  });

  it('runs concurrent requests with the same key once', async () => {
    const [path, json, , stored] = await prepare('parallel.');
    const key = newKey();
    const responses = await Promise.all(Array.from({ length: 12 }, () => post(path, json, key)));
    const accepted = responses.filter((response) => response.status === status);
    expect(responses.filter((response) => response.status !== status).map((response) => response.status)).toEqual(
      Array.from({ length: 12 - accepted.length }, () => 409),
    );
    const [messageId = '', ...others] = new Set(accepted.map(idOf));
    expect(others).toEqual([]);
    expect(await product.finished(messageId)).toMatchObject({ planned: 1, delivered: 1 });
    expect(messageIdOf(await post(path, json, key), status)).toBe(messageId);
    const ids = { $in: [uuid(messageId), uuid(stored)] };
    expect(await product.db.count('deliveries', { message_id: ids })).toBe(1);
    expect(await product.db.count('deliveryBatches', { message_id: ids })).toBe(1);
    expect(await product.db.count('messages', { domain: `parallel.${domain}` })).toBe(messageId === stored ? 1 : 2);
    expect(product.tokensSent(`parallel.${domain}`)).toHaveLength(1);
  });

  it('runs each request with another key or without one', async () => {
    const [path, json] = await prepare('each.');
    const ids = [
      messageIdOf(await post(path, json, newKey()), status),
      messageIdOf(await post(path, json, newKey()), status),
    ];
    ids.push(messageIdOf(await product.askAsSuperUser('POST', path, { json }), status));
    const ended = await Promise.all([...new Set(ids)].map((id) => product.finished(id)));
    expect(ended.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(3);
  });
});

it('POST /message stores once', async () => {
  const json = { domain: 'store.example.com', message: { title: 't', body: 'b' } };
  const key = newKey();
  const responses = await Promise.all(names('any', 6).map(() => post('/message', json, key)));
  expect(new Set(responses.filter(({ status }) => status === 200).map(idOf)).size).toBe(1);
  expect(await product.db.count('messages', { domain: 'store.example.com' })).toBe(1);
  expect((await post('/message', { ...json, domain: 'other.example.com' }, key)).status).toBe(422);
});

it('the same key on another route or for another visitor is refused', async () => {
  await addVisitors('routes.example.com', ['one', 'two']);
  const key = newKey();
  const json = { title: 'Routes', body: 'b' };
  messageIdOf(await post('/messages/domains/routes.example.com', json, key), 202);
  expect((await post('/push-contacts/routes.example.com/message', json, key)).status).toBe(422);
  expect((await post('/messages/domains/other.example.com', json, key)).status).toBe(422);
  expect((await post('/push-contacts/routes.example.com/one/message', json, key)).status).toBe(422);
});

it('a key can be used again after a 400 or 404', async () => {
  await addVisitors('free.example.com', ['one']);
  const key = newKey();
  const stored = await product.store('free.example.com', { title: '[[[name]]]' });
  expect((await post('/messages/domains/free.example.com', { title: '' }, key)).status).toBe(400);
  expect((await post('/messages/domains/free.example.com', [], key)).status).toBe(400);
  expect((await post(`/messages/${UNKNOWN_ID}/visitors/one/send`, {}, key)).status).toBe(404);
  expect((await post(`/messages/${UNKNOWN_ID}/visitors/send`, { visitorsFieldsList: [] }, key)).status).toBe(404);
  expect((await post(`/messages/${stored}/visitors/send`, { visitorsFieldsList: [] }, key)).status).toBe(400);
  const path = `/messages/${stored}/visitors/one/send`;
  expect((await post(path, { replacementIsMandatory: true, fields: {} }, key)).status).toBe(400);
  const fields = { name: 'x' };
  expect(messageIdOf(await post(path, { replacementIsMandatory: true, fields }, key), 202)).toBe(stored);
});

it('a key is kept for 24 hours with its response, and can be used again after that', async () => {
  const key = newKey();
  const json = { title: 'Kept', body: 'b' };
  const before = Date.now();
  const first = messageIdOf(await post('/messages/domains/kept.example.com', json, key), 202);
  const [document] = await product.db.find('idempotencyKeys', { _id: key });
  expect(document?.message_id).toEqual(uuid(first));
  const expiresAt = (document?.expires_at as Date).getTime();
  expect(expiresAt).toBeGreaterThanOrEqual(before + DAY_MS);
  expect(expiresAt).toBeLessThanOrEqual(Date.now() + DAY_MS);
  await product.db.update('idempotencyKeys', { _id: key }, { $set: { expires_at: new Date(Date.now() - 1_000) } });
  const second = messageIdOf(await post('/messages/domains/kept.example.com', { ...json, body: 'c' }, key), 202);
  expect(second).not.toBe(first);
});

it('a request that died counts as in progress until its lock has expired', async () => {
  const key = newKey();
  const json = { title: 'Died', body: 'b' };
  const first = messageIdOf(await post('/messages/domains/died.example.com', json, key), 202);
  const lockedUntil = (ms: number): Promise<void> =>
    product.db.update(
      'idempotencyKeys',
      { _id: key },
      { $unset: { message_id: 1 }, $set: { locked_until: new Date(Date.now() + ms) } },
    );
  await lockedUntil(60_000);
  expect((await post('/messages/domains/died.example.com', json, key)).status).toBe(409);
  await lockedUntil(-1_000);
  expect((await post('/messages/domains/died.example.com', { ...json, body: 'c' }, key)).status).toBe(422);
  expect(messageIdOf(await post('/messages/domains/died.example.com', json, key), 202)).not.toBe(first);
});

it.each([
  ['empty', ''],
  ['too long', 'x'.repeat(256)],
  ['two words', 'two words'],
  ['not ASCII', 'é'],
])('a key that is %s returns 400, and nothing is stored', async (_, key) => {
  const response = await post('/messages/domains/bad-key.example.com', { title: 't', body: 'b' }, key);
  expect(response.status).toBe(400);
  expect(Object.keys((response.body as { errors: object }).errors)).toEqual(['Idempotency-Key']);
  expect(await product.db.count('messages', { domain: 'bad-key.example.com' })).toBe(0);
});
