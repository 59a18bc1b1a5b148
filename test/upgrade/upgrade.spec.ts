import { join } from 'node:path';
import { addAudience, type Audience, isGone } from '../support/audience.js';
import { type Broadcast, broadcast, inTheMiddle } from '../support/broadcasts.js';
import { encryptId, Installation } from '../support/installation.js';
import type { ProductProcess } from '../support/product-process.js';
import { request } from '../support/http.js';
import { testEnvironment } from '../support/test-environment.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

/** The folder of a built earlier version: docs/upgrading.md says how to make one. */
const PREVIOUS = join(testEnvironment('TEST_PREVIOUS_VERSION'), 'dist/main.js');

let product: Installation;
const clicks = new Map<string, number>();

beforeAll(async () => {
  product = await Installation.start('upgrade', {
    main: PREVIOUS,
    workers: 2,
    latencyMs: 100,
    environment: { PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0, 0]);
});

describe('an upgrade from the earlier version, and back', () => {
  it('runs both versions side by side, and settles each contact of every broadcast once', async () => {
    const oldApi = product.api;
    const oldWorkers = product.running().filter((process) => process !== oldApi);
    const domains = ['before', 'during', 'after', 'back'].map((name) => `${name}.example.com`);
    const audiences = new Map<string, Audience>();
    for (const domain of domains) {
      audiences.set(domain, await addAudience(product, domain, { tokens: 8_000, subscriptions: 2_000 }));
    }
    const send = (domain: string): Promise<Broadcast> => broadcast(product, domain, audiences.get(domain) ?? new Map());

    // Workers first, one by one, in the middle of a broadcast of the earlier api.
    const before = await send('before.example.com');
    await inTheMiddle(product, before, 0.1);
    const newWorkers = [];
    for (const worker of oldWorkers) {
      newWorkers.push(await product.startProcess('worker'));
      await stop(worker);
    }
    await settled(before);
    await click(before, oldApi);

    // Both apis: the earlier one sends, the new one reads and sends too.
    const newApi = await product.startProcess('api');
    const during = await send('during.example.com');
    const statusOf = ({ url }: ProductProcess): Promise<unknown> =>
      request('GET', `${url}/messages/${during.messageId}/progress`, { token: product.keys.superUser });
    expect(await statusOf(newApi)).toMatchObject({ status: 200 });
    await settled(during);
    await Promise.all([click(during, oldApi), click(during, newApi), click(before, newApi)]);
    await stop(oldApi);
    const after = await send('after.example.com');

    // And back, in the middle of a broadcast of the new api: apis first.
    await inTheMiddle(product, after, 0.1);
    await product.startProcess('api', {}, PREVIOUS);
    await stop(newApi);
    for (const worker of newWorkers) {
      await product.startProcess('worker', {}, PREVIOUS);
      await stop(worker);
    }
    const back = await send('back.example.com');
    await Promise.all([settled(after), settled(back)]);
    await click(after, product.api);
    for (const sent of [before, during, after, back]) await expectExact(sent);
  }, 600_000);
});

async function stop(process: ProductProcess): Promise<void> {
  expect(await product.remove(process, (each) => each.stop())).toBe(0);
}

async function settled({ messageId }: Broadcast): Promise<void> {
  await waitFor(
    () => product.progress(messageId),
    ({ state }) => state === 'done',
    300_000,
  );
}

/** A click of the next contact, at one api. */
async function click({ domain, messageId }: Broadcast, { url }: ProductProcess): Promise<void> {
  const clicked = clicks.get(messageId) ?? 0;
  clicks.set(messageId, clicked + 1);
  const contacts = await product.db.pick('push-contacts', { domain, deleted: false }, '_id');
  const path = `/push-contacts/${encryptId(String(contacts[clicked]?._id))}/messages/${encryptId(messageId)}/clicked`;
  expect((await request('POST', url + path)).status).toBe(202);
}

/** Each contact has one outcome, was sent to once, and all counters agree. */
async function expectExact({ domain, messageId, audience }: Broadcast): Promise<void> {
  const outcomes = [...audience.values()];
  const delivered = outcomes.filter(([type]) => type === 0).length;
  const counted = {
    sent: outcomes.length,
    delivered,
    not_delivered: outcomes.length - delivered,
    billable_sends: delivered + outcomes.filter(isGone).length,
  };
  const { message, stats } = await product.counters(messageId);
  expect([message, stats]).toMatchObject([counted, { ...counted, click: clicks.get(messageId) ?? 0 }]);
  const events = await product.db.pick(
    'webPushEvent',
    { message_id: uuid(messageId), type: { $in: [0, 3, 4, 5] } },
    'device_token',
  );
  expect(new Set(events.map(({ device_token: token }) => token))).toEqual(new Set(audience.keys()));
  expect(events).toHaveLength(audience.size);
  const keys = product.pushApi.calls.filter(({ title }) => title === domain).flatMap((call) => [...call.keys]);
  expect([keys.length, new Set(keys).size]).toEqual([audience.size, audience.size]);
}
