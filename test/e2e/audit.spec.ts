import { randomUUID } from 'node:crypto';
import { VAPID_KEY_EXAMPLE } from '../../src/core/validation/request-vapid-key.js';
import type { HttpResponse } from '../support/http.js';
import { request } from '../support/http.js';
import { itUnsharded } from '../support/it-unsharded.js';
import { Installation } from '../support/installation.js';
import { fetchDocument, listRoutes, type Route, Schemas, toUrl } from '../support/openapi-document.js';
import { bsonTypeOf, CLEAN_UP_MS } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'audited.example.com';
const PERSONAL = {
  guid: 'guid-of-somebody',
  email: 'somebody@example.com',
  token: 'token-of-somebody',
  title: 'Title that nobody may keep',
};

interface Entry {
  readonly at: string;
  readonly subject: string | null;
  readonly keyId: string;
  readonly method: string;
  readonly route: string;
  readonly domain: string | null;
  readonly messageId: string | null;
  readonly requestId: string;
  readonly status: number | null;
  readonly outcome: string;
}

interface Page {
  readonly items: readonly Entry[];
  readonly nextCursor: string | null;
}

let product: Installation;
let schemas: Schemas;
let routes: readonly Route[];
let messageId: string;

beforeAll(async () => {
  const environment = { VAPID_PUBLIC_KEY: VAPID_KEY_EXAMPLE, VAPID_PRIVATE_KEY: '', AUDIT_RETENTION_DAYS: '30' };
  product = await Installation.start('audit', { workers: 0, environment });
  const document = await fetchDocument(product.api.url);
  schemas = new Schemas(document);
  routes = listRoutes(document).filter(
    ({ security, method, path }) => security !== undefined && method !== 'GET' && !path.endsWith('/message-previews'),
  );
  const { guid, email, token } = PERSONAL;
  await product.db.addContacts(DOMAIN, [token], { visitor_guid: guid, email });
  messageId = await product.send(DOMAIN, { title: PERSONAL.title });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
}, CLEAN_UP_MS);

async function list(query: Readonly<Record<string, string>> = {}, token = product.keys.superUser): Promise<Page> {
  const { status, body } = await product.ask('GET', `/audit?${new URLSearchParams(query).toString()}`, { token });
  expect(status).toBe(200);
  return body as Page;
}

async function listAll(): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await list({ cursor, per_page: '7' });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** The entries of a call, once its outcome is known. */
function entriesOf(requestId: string): Promise<readonly Entry[]> {
  return waitFor(
    async () => (await list({ per_page: '1000' })).items.filter((entry) => entry.requestId === requestId),
    (entries) => entries.every(({ status }) => status !== null),
  );
}

/** A call of a route with everything personal in its path, query and body. */
function call(route: Route, requestId: string, options: { token?: string; raw?: string } = {}): Promise<HttpResponse> {
  const media = route.requestBody?.content['application/json'];
  const sample = media === undefined ? undefined : JSON.stringify(schemas.sample(media));
  const raw = options.raw ?? sample?.replaceAll('example.com"', `${DOMAIN}"`);
  const { guid, email, token } = PERSONAL;
  const values = { domain: DOMAIN, name: DOMAIN, messageId, deviceToken: token, visitorGuid: guid, email };
  return request(route.method, product.api.url + toUrl(route, values), {
    token: options.token ?? product.keys.superUser,
    headers: { 'x-request-id': requestId },
    ...(raw !== undefined && { raw }),
  });
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

it('has one entry for each call to every route that changes something, accepted or refused', async () => {
  expect(routes.length).toBeGreaterThan(12);
  const scopeless = await product.keys.sign({ domains: [DOMAIN], scope: 'nothing', sub: 'a platform' });
  const foreign = await product.keys.sign({ domains: ['other.example.com'], scope: 'contacts send reports manage' });
  const variants = {
    accepted: {},
    malformed: { raw: '{' },
    scopeless: { token: scopeless },
    foreign: { token: foreign },
  };
  const statuses = new Map<string, number>();
  for (const route of routes) {
    for (const [variant, options] of Object.entries(variants)) {
      const requestId = `${variant}:${route.operationId}`;
      const { status, headers } = await call(route, requestId, options);
      expect(headers.get('x-request-id')).toBe(requestId);
      statuses.set(requestId, status);
    }
  }
  const entries = await waitFor(listAll, (all) => all.every(({ status }) => status !== null));

  for (const route of routes) {
    for (const variant of Object.keys(variants)) {
      const requestId = `${variant}:${route.operationId}`;
      const found = entries.filter((entry) => entry.requestId === requestId);
      const status = statuses.get(requestId);
      expect(found).toMatchObject([{ method: route.method, route: route.path, status, keyId: 'first.pem' }]);
      expect([nameOf(route), status]).not.toEqual([nameOf(route), 401]);
    }
  }
  const accepted = [...statuses].filter(([id, status]) => id.startsWith('accepted') && status < 300);
  expect(accepted.length).toBeGreaterThan(10);
  expect(entries.some(({ subject, outcome }) => subject === 'a platform' && outcome === 'refused')).toBe(true);
  const stored = JSON.stringify([entries, await product.db.pick('auditEntries', {})]);
  for (const value of [...Object.values(PERSONAL), product.keys.superUser]) expect(stored).not.toContain(value);
});

it('has no entry for a call without a valid token, to an anonymous route, or that only reads', async () => {
  const before = (await listAll()).length;
  for (const route of routes) {
    expect((await call(route, 'nobody', { token: product.keys.expired })).status).toBe(401);
    expect((await call(route, 'nobody', { token: product.keys.foreign })).status).toBe(401);
  }
  await product.ask('PUT', `/push-contacts/${PERSONAL.token}/email`, { token: product.keys.superUser, json: 'a@b.co' });
  await product.askAsSuperUser('GET', `/domains/${DOMAIN}`);
  expect((await listAll()).length).toBe(before);
});

it('names the message, the domain and the time of a send', async () => {
  const requestId = randomUUID();
  const before = Date.now();
  const json = { title: 'T', body: 'B' };
  const headers = { 'x-request-id': requestId };
  const sent = await product.send(DOMAIN, json, { headers });
  const [entry] = await entriesOf(requestId);
  expect(entry).toEqual({
    at: entry?.at,
    subject: null,
    keyId: 'first.pem',
    method: 'POST',
    route: '/messages/domains/{domain}',
    domain: DOMAIN,
    domains: [DOMAIN],
    messageId: sent,
    contactId: null,
    requestId,
    isRepeat: false,
    status: 202,
    outcome: 'accepted',
  });
  expect(Math.abs(new Date(entry?.at ?? 0).getTime() - before)).toBeLessThan(30_000);
  const again = randomUUID();
  await product.askAsSuperUser('POST', `/messages/${sent}/visitors/nobody/send`, {
    json: {},
    headers: { 'x-request-id': again },
  });
  expect(await entriesOf(again)).toMatchObject([{ domain: DOMAIN, messageId: sent, status: 202 }]);
});

it('makes a request id where none is given, or none that may be kept', async () => {
  for (const given of [undefined, '', 'x'.repeat(129), 'somebody@example.com and more', '{"$gt":""}']) {
    const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given };
    const response = await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: {}, headers });
    const requestId = response.headers.get('x-request-id') ?? '';
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await entriesOf(requestId)).toHaveLength(1);
  }
});

it('has the id of the log lines of a request that none was given for', async () => {
  const json = { title: 'Logged', body: 'The body' };
  const { status, headers } = await product.askAsSuperUser('POST', `/messages/domains/${DOMAIN}`, { json });
  const requestId = headers.get('x-request-id') ?? 'none';
  expect(status).toBe(202);
  expect(await entriesOf(requestId)).toHaveLength(1);
  expect(
    product.api
      .output()
      .split('\n')
      .filter((line) => line.includes(requestId)),
  ).toHaveLength(1);
});

it('records each repeat of a request with an Idempotency-Key', async () => {
  const ids = [randomUUID(), randomUUID()];
  const key = randomUUID();
  for (const requestId of ids) {
    const headers = { 'x-request-id': requestId, 'idempotency-key': key };
    await product.send(DOMAIN, { title: 'Once' }, { headers });
  }
  for (const requestId of ids) expect(await entriesOf(requestId)).toMatchObject([{ status: 202, outcome: 'accepted' }]);
});

describe('GET /audit', () => {
  it('pages by cursor, the latest first, while entries are added', async () => {
    const all = await listAll();
    const first = await list({ per_page: '2' });
    await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: {} });
    const second = await list({ per_page: '2', cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ requestId }) => requestId)).toEqual(
      all.slice(0, 4).map(({ requestId }) => requestId),
    );
    const times = all.map(({ at }) => new Date(at).getTime());
    expect(times).toEqual([...times].sort((one, other) => other - one));
  });

  itUnsharded('is limited to a domain and a period, by index', async () => {
    await product.askAsSuperUser('PUT', '/domains/other.example.com', { json: {} });
    const ofOther = await list({ domain: 'other.example.com' });
    expect(new Set(ofOther.items.map(({ domain }) => domain))).toEqual(new Set(['other.example.com']));
    const [latest] = ofOther.items;
    const at = latest?.at ?? '';
    const exactly = await list({ domain: 'other.example.com', from: at, to: at });
    expect(exactly.items).toContainEqual(latest);
    const before = await list({ domain: 'other.example.com', to: new Date(new Date(at).getTime() - 1).toISOString() });
    expect(before.items).not.toContainEqual(latest);
    const queries: Record<string, string>[] = [
      {},
      { domain: DOMAIN },
      { from: at },
      { domain: DOMAIN, from: at, to: at, per_page: '1' },
    ];
    const plans = await product.db.plansDuring('auditEntries', async () => {
      for (const query of queries) await list(query);
    });
    expect(new Set(plans)).toEqual(new Set(['IXSCAN { _id: 1 }', 'IXSCAN { domain: 1, _id: 1 }']));
  });

  it('shows a token with the scope manage its own domains alone', async () => {
    const token = await product.keys.sign({ domains: [DOMAIN], scope: 'manage' });
    const { items } = await list({ domain: DOMAIN }, token);
    expect(new Set(items.map(({ domain }) => domain))).toEqual(new Set([DOMAIN]));
    expect((await product.ask('GET', '/audit?domain=other.example.com', { token })).status).toBe(404);
    expect((await product.ask('GET', '/audit', { token })).status).toBe(400);
  });

  it.each([
    ['cursor', 'cursor=x'],
    ['cursor', 'cursor=%7B%7D'],
    ['from', 'from=yesterday'],
    ['from', 'from=2026-02-01&to=2026-01-01'],
    ['per_page', 'per_page=1001'],
    ['domain', `domain=${'x'.repeat(254)}`],
  ])('refuses a wrong %s by its name (%s)', async (name, query) => {
    const { status, body } = await product.askAsSuperUser('GET', `/audit?${query}`);
    expect([status, Object.keys((body as { errors?: object }).errors ?? {})]).toEqual([400, [name]]);
  });

  it('keeps entries for the days of the setting', async () => {
    const [entry] = await product.db.find('auditEntries');
    expect(bsonTypeOf(entry?.at)).toBe('Date');
    expect(await product.db.lifetimeSeconds('auditEntries', 'at_1')).toBe(30 * 86_400);
    await product.startProcess('api', { AUDIT_RETENTION_DAYS: '31' });
    expect(await product.db.lifetimeSeconds('auditEntries', 'at_1')).toBe(31 * 86_400);
  });
});
