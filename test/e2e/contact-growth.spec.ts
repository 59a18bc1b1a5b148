import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'growth.example';

interface Growth {
  readonly countedSince: string | null;
  readonly items: readonly Readonly<Record<string, number>>[];
}

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('contact_growth');
  // Contacts of before counters were kept.
  await product.db.addContacts(DOMAIN, ['older-1', 'older-2', 'unregistered-1']);
  await product.db.addContacts(DOMAIN, ['older-3'], { deleted: true });
  await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: { isPushFeatureEnabled: true } });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

const askGrowth = async (query = '') => product.askAsSuperUser('GET', `/domains/${DOMAIN}/contacts/growth${query}`);

async function findStats(): Promise<unknown> {
  const { body } = await product.askAsSuperUser('GET', `/domains/${DOMAIN}/stats`);
  return (body as { contactsStats: unknown }).contactsStats;
}

async function register(deviceToken: string): Promise<void> {
  const json = { domain: DOMAIN, deviceToken, visitorGuid: `guid of ${deviceToken}` };
  expect((await product.ask('POST', '/push-contacts', { json })).status).toBe(200);
}

it('counts contacts that were there, and each change since', async () => {
  await register('new-1');
  const counted = await waitFor(
    async () => (await askGrowth()).body as Growth,
    ({ countedSince }) => countedSince !== null,
    30_000,
  );
  expect(counted.items.at(-1)).toMatchObject({ registered: 1, active: 4 });
  expect(await findStats()).toEqual({ active: 4, deleted: 1, total: 5 });

  for (const token of ['new-2', 'new-3', 'new-4', 'older-3']) await register(token);
  await register('new-2');
  await Promise.all(['new-2', 'new-3'].map((token) => product.ask('DELETE', `/push-contacts/${token}`)));
  await register('new-3');
  await product.askAsSuperUser('DELETE', `/visitors/${encodeURIComponent('guid of new-4')}/data`);
  await product.finished(await product.send(DOMAIN, { title: 'Prunes' }));

  const { items } = (await askGrowth()).body as Growth;
  const sum = (name: string): number => items.reduce((total, item) => total + (item[name] ?? 0), 0);
  const names = ['registered', 'returned', 'pruned', 'unsubscribed', 'erased'];
  expect(names.map(sum)).toEqual([4, 2, 1, 2, 1]);
  expect(items.at(-1)?.active).toBe(5);
  const contacts = { active: 5, deleted: 3, total: 8, unsubscribed: 2 };
  expect(await findStats()).toEqual(contacts);
  const { body } = await product.askAsSuperUser('GET', `/domains?text=${DOMAIN}`);
  expect(body).toMatchObject({ items: [{ name: DOMAIN, isPushFeatureEnabled: true, contacts }] });
}, 60_000);

it.each([
  ['?from=2026-01-02&to=2026-01-01', 400, 'from'],
  ['?from=2024-01-01&to=2026-01-01', 400, 'from'],
  ['?from=soon', 400, 'from'],
  ['?to=2026-13-01', 400, 'to'],
])('refuses %s', async (query, status, name) => {
  const response = await askGrowth(query);
  expect(response.status).toBe(status);
  expect(response.body).toMatchObject({ errors: { [name]: expect.anything() as unknown } });
});

it('is for the scope reports of the domain, and has no unknown domain', async () => {
  const path = `${product.api.url}/domains/${DOMAIN}/contacts/growth`;
  const reports = await product.keys.sign({ domains: [DOMAIN], scope: 'reports' });
  expect((await request('GET', path, { token: reports })).status).toBe(200);
  const manage = await product.keys.sign({ domains: [DOMAIN], scope: 'manage' });
  expect((await request('GET', path, { token: manage })).status).toBe(403);
  expect((await product.askAsSuperUser('GET', '/domains/nobody.example/contacts/growth')).status).toBe(404);
  await product.db.addContacts('alone.example', ['alone']);
  const { status, body } = await product.askAsSuperUser('GET', '/domains/alone.example/contacts/growth');
  expect([status, body]).toEqual([200, { countedSince: null, items: [] }]);
});
