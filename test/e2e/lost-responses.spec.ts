import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';
import { type ProductProcess, startProduct } from '../support/product-process.js';

/** Two pauses, 20 s and 40 s, each longer by up to a fifth. */
const GIVEN_UP_WITHIN_MS = 120_000;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('lost_responses');
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

it('repeats a call whose response is lost twice, with the same key and recipients, and then gives up', async () => {
  const domain = 'lost.example.com';
  await product.db.addContacts(domain, ['fine-1', 'fine-2', 'unregistered-3']);
  product.pushApi.breakCalls(domain, () => 'status-201');
  const messageId = await product.send(domain, { title: domain });

  expect(await product.finished(messageId, GIVEN_UP_WITHIN_MS)).toMatchObject({ delivered: 0, notDelivered: 3 });
  const calls = product.pushApi.calls.filter(({ title }) => title === domain);
  expect(calls.map(({ keys }) => keys.toSorted())).toEqual([1, 2, 3].map(() => ['fine-1', 'fine-2', 'unregistered-3']));
  const [first] = calls;
  expect(first?.idempotencyKey).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
  expect(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  const [event] = await product.events(messageId, [3]);
  expect(event?.error_message).toBe('PushApi answered 201; it may have been delivered');
  // A lost response says nothing of a token.
  expect(await product.activeTokens(domain)).toHaveLength(3);
}, 150_000);

it.each([
  ['cut-in-the-middle', 'unknown-outcome'],
  ['status-201', 'unknown-outcome'],
  ['status-400', 'push-api-unavailable'],
] as const)(
  'says what the last attempt has brought (%s) when the time to live ends before the next one',
  async (behaviour, cause) => {
    const domain = `${behaviour}.ended.example.com`;
    await product.db.addContacts(domain, [domain]);
    product.pushApi.breakCalls(domain, () => behaviour);
    const messageId = await product.send(domain, { title: domain, timeToLiveSeconds: 3 });

    expect(await product.finished(messageId)).toMatchObject({ delivered: 0, notDelivered: 1 });
    const { body: outcomes } = await product.askAsSuperUser('GET', `/messages/${messageId}/outcomes`);
    expect(outcomes).toMatchObject({ items: [{ pushService: 'PushApi', contacts: 1 }] });
    const asked = new URLSearchParams({ deviceToken: domain, messageId });
    const { body } = await product.askAsSuperUser('GET', `/domains/${domain}/diagnosis?${asked.toString()}`);
    expect(body).toMatchObject({ cause });
  },
);

it('sends a call once that reaches the built-in PushApi twice with the same key', async () => {
  const { superUser: token, folder } = product.keys;
  const pushApi: ProductProcess = await startProduct('push-api', { JWT_PUBLIC_KEYS_DIR: folder });
  const json = { tokens: ['a', 'unregistered-b'], notificationTitle: 't', notificationBody: 'b' };
  const send = (key: string): ReturnType<typeof request> =>
    request('POST', `${pushApi.url}/message`, { token, json, headers: { 'idempotency-key': key } });

  const [first, repeated] = [await send('"one"'), await send('"one"')];
  expect(first).toMatchObject({ status: 200, body: { successCount: 1, failureCount: 1 } });
  expect(repeated.body).toEqual(first.body);
  const sent = await request('GET', `${pushApi.url}/sandbox/notifications`, { token });
  expect(sent.body).toHaveLength(2);

  await send('"two"');
  expect((await request('GET', `${pushApi.url}/sandbox/notifications`, { token })).body).toHaveLength(4);
  expect(await send('x'.repeat(256))).toMatchObject({ status: 400 });
  expect(await pushApi.stop()).toBe(0);
});
