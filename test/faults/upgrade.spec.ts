import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import { clickAway, countedOf } from '../support/clicking.js';
import { Installation } from '../support/installation.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'before.example.com';
const CONTACTS = { tokens: 14_000, subscriptions: 6_000 };
const OLD_MESSAGES = 300;
const CLICKED = '0b0e6d52-9a4c-4f0c-8f5e-0d6a1f6f0a01';

let product: Installation;

/** A database as an earlier version left it: none of the indexes and collections that were added since. */
beforeAll(async () => {
  product = await Installation.start('upgrade', { workers: 0, latencyMs: 100 });
  await product.remove(product.api, (api) => api.stop());
  await product.db.dropCollections();
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0, 0, 0]);
});

interface Counted {
  readonly deleted: number;
  readonly active: number;
  readonly total: number;
}

function oldMessage(index: number): object {
  const id = index === 0 ? CLICKED : `0b0e6d52-9a4c-4f0c-8f5e-${String(index).padStart(12, '0')}`;
  return {
    _id: `old-message-${index}`,
    message_id: uuid(id),
    domain: DOMAIN,
    title: 'Old',
    body: 'Old body',
    actions: [{ action: 'buy', title: 'Buy' }],
    sent: 3,
    delivered: 2,
    not_delivered: 1,
    inserted_date: new Date('2021-03-01'),
  };
}

/** Registers contacts as an earlier version does, which goes on beside the new one for a while. */
function registerAsBefore(): { stop(): Promise<number> } {
  let isStopping = false;
  const run = async (): Promise<number> => {
    let stored = 0;
    for (; !isStopping; stored += 1) {
      await product.db.addContacts('beside.example.com', [`beside-${stored}`]);
      await sleep(5);
    }
    return stored;
  };
  const running = run();
  return {
    stop() {
      isStopping = true;
      return running;
    },
  };
}

it('starts on old documents under load: each contact has one outcome, each click and contact is counted once', async () => {
  const audience = await addAudience(product, DOMAIN, CONTACTS);
  await product.db.insert('domains', [{ _id: 'old-domain', name: DOMAIN, is_push_feature_enabled: true }]);
  await product.db.insert(
    'messages',
    Array.from({ length: OLD_MESSAGES }, (_, index) => oldMessage(index)),
  );
  const contacts = await product.db.pick('push-contacts', { domain: DOMAIN }, '_id');
  const before = registerAsBefore();

  const api = await product.startProcess('api');
  const ids = contacts.map(({ _id }) => _id as string);
  const clicking = clickAway(api.url, ids, CLICKED, 2);
  await product.startProcess('worker');
  const sent = await broadcast(product, DOMAIN, audience);
  await product.startProcess('api');
  await product.startProcess('worker');
  await expectSettled(product, sent);
  await clicking.stop();
  const beside = await before.stop();

  const [received, clicks, actionClicks] = await countedOf(product, CLICKED);
  expect([received, clicks, actionClicks]).toEqual(clicking.accepted);
  expect(received + clicks + actionClicks).toBeGreaterThan(0);
  const gone = [...audience.values()].filter(([type, subType]) => type === 4 && subType === 1).length;
  const all = CONTACTS.tokens + CONTACTS.subscriptions;
  const counted = await waitFor(
    async () => (await product.askAsSuperUser('GET', `/domains/${DOMAIN}/stats`)).body as { contactsStats: Counted },
    ({ contactsStats: { total, deleted } }) => total === all && deleted === gone,
  );
  expect(counted.contactsStats).toEqual({ deleted: gone, active: all - gone, total: all });
  expect(await product.db.count('push-contacts', { domain: 'beside.example.com' })).toBe(beside);
  expect((await product.askAsSuperUser('GET', `/messages/${CLICKED}/report`)).status).toBe(200);
}, 300_000);
