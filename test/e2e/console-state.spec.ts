import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('console_state');
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

const getToken = async (token: string) => request('GET', `${product.api.url}/token`, { token });

describe('GET /token', () => {
  it('says of a super user that nothing is limited', async () => {
    const token = await product.keys.sign({ isSU: 'True', sub: 'ops', domains: ['a.example'], scope: 'send' });
    const { status, body, headers } = await getToken(token);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ isSuperUser: true, subject: 'ops', domains: null });
    expect((body as { scopes: string[] }).scopes).toEqual(['contacts', 'send', 'reports', 'manage']);
    const { expiresAt } = body as { expiresAt: string };
    expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now());
  });

  it('says of another token which domains and scopes it has', async () => {
    const claims = { domains: ['a.example', 'A.example'], scope: 'reports other send' };
    const { body } = await getToken(await product.keys.sign(claims));
    expect(body).toMatchObject({ isSuperUser: false, subject: null, domains: ['a.example', 'A.example'] });
    expect((body as { scopes: string[] }).scopes).toEqual(['send', 'reports']);
    const none = await getToken(await product.keys.sign({ sub: 'nobody' }));
    expect(none).toMatchObject({ status: 200, body: { subject: 'nobody', domains: [], scopes: [] } });
  });

  it('refuses what is no valid token', async () => {
    expect((await request('GET', `${product.api.url}/token`)).status).toBe(401);
    expect((await getToken(await product.keys.sign({ isSU: true }, -3_600))).status).toBe(401);
  });
});

describe('GET /domains', () => {
  interface Page {
    readonly items: readonly { name: string; isPushFeatureEnabled: boolean | null; contacts: object }[];
    readonly nextCursor: string | null;
  }
  const list = async (query: string): Promise<Page> =>
    (await product.askAsSuperUser('GET', `/domains?${query}`)).body as Page;
  const namesOf = ({ items }: Page): string[] => items.map(({ name }) => name);

  beforeAll(async () => {
    for (const [name, isPushFeatureEnabled] of [
      ['on.example', true],
      ['off.example', false],
      ['\u{1F600}.example', true],
      ['a.b/c?d', true],
    ] as const)
      await product.askAsSuperUser('PUT', `/domains/${encodeURIComponent(name)}`, { json: { isPushFeatureEnabled } });
    await product.db.addContacts('on.example', ['on-1', 'on-2']);
    await product.db.addContacts('on.example', ['on-3'], { deleted: true });
    await product.db.addContacts('only.example', ['only-1']);
    await product.db.addContacts('\uFFFD.example', ['replacement']);
  });

  it('lists those with a configuration and those with contacts alone, by name', async () => {
    const page = await list('');
    expect(page.items).toEqual([
      { name: 'a.b/c?d', isPushFeatureEnabled: true, contacts: { active: 0, deleted: 0, total: 0 } },
      { name: 'off.example', isPushFeatureEnabled: false, contacts: { active: 0, deleted: 0, total: 0 } },
      { name: 'on.example', isPushFeatureEnabled: true, contacts: { active: 2, deleted: 1, total: 3 } },
      { name: 'only.example', isPushFeatureEnabled: null, contacts: { active: 1, deleted: 0, total: 1 } },
      { name: '\uFFFD.example', isPushFeatureEnabled: null, contacts: { active: 1, deleted: 0, total: 1 } },
      { name: '\u{1F600}.example', isPushFeatureEnabled: true, contacts: { active: 0, deleted: 0, total: 0 } },
    ]);
    expect(page.nextCursor).toBeNull();
  });

  it.each([1, 2, 4, 5, 6])('has each once in pages of %i', async (perPage) => {
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`per_page=${perPage}&cursor=${encodeURIComponent(cursor)}`);
      names.push(...namesOf(page));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(namesOf(await list('')));
  });

  it('lists those that begin with a text', async () => {
    expect(namesOf(await list('text=on'))).toEqual(['on.example', 'only.example']);
    expect(namesOf(await list('text=on&cursor=on.example'))).toEqual(['only.example']);
    expect(namesOf(await list('text=on&cursor=z'))).toEqual([]);
    expect(namesOf(await list('text=.*'))).toEqual([]);
    expect(namesOf(await list(`text=${encodeURIComponent('\u{1F600}')}`))).toEqual(['\u{1F600}.example']);
  });

  it('is for super users alone', async () => {
    const token = await product.keys.sign({ domains: ['on.example'], scope: 'reports manage' });
    expect((await request('GET', `${product.api.url}/domains`, { token })).status).toBe(403);
    expect((await product.askAsSuperUser('GET', '/domains?per_page=101')).status).toBe(400);
  });
});

describe('GET /system', () => {
  it('describes queues, dependencies and versions', async () => {
    const { status, body } = await product.askAsSuperUser('GET', '/system');
    expect(status).toBe(200);
    const idle = { waiting: 0, active: 0, delayed: 0, failed: 0 };
    expect(body).toMatchObject({
      queues: ['delivery-plans', 'delivery-batches', 'visitor-batches', 'doppler-visitors'].map((name) => ({
        name,
        ...idle,
      })),
      unfinished: { deliveries: 0, oldestPlanSeconds: null, oldestBatchSeconds: null },
      throttledPushServices: [],
      openPruneBreakers: [],
      dependencies: ['mongodb', 'redis', 'pushApi'].map((name) => ({ name, status: 'up', detail: null })),
    });
    const { versions } = body as { versions: Record<string, string> };
    for (const version of Object.values(versions)) expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(versions.node).toBe(process.versions.node);
  });

  it('tells of what waits and of what is held back', async () => {
    const untilMs = Date.now() + 60_000;
    const paused = { version: 1, until_ms: untilMs, expires_at: new Date(untilMs) };
    await product.db.insert('throttles', [
      { _id: 'fcm.googleapis.com slow.example', ...paused },
      { _id: `fcm.googleapis.com slow.example ${'k'.repeat(87)}`, ...paused, until_ms: untilMs + 5_000 },
      { _id: 'fcm.googleapis.com done.example', ...paused, until_ms: Date.now() - 1 },
      { _id: 'web.push.apple.com', ...paused, until_ms: untilMs + 1_000 },
      { _id: 'rate: domain slow.example', next_ms: untilMs, expires_at: new Date(untilMs) },
    ]);
    await product.db.insert('pruneBreakers', [
      { _id: 'doubt.example', is_open: true, opened_at: new Date(0), withheld: 7 },
      { _id: 'calm.example', is_open: false, opened_at: new Date(0), withheld: 7 },
    ]);
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await product.send('later.example', { title: 'Later', sendAt });
    const { body } = await product.askAsSuperUser('GET', '/system');
    expect(body).toMatchObject({
      unfinished: { deliveries: 1, oldestPlanSeconds: null, oldestBatchSeconds: null },
      throttledPushServices: [
        { service: 'fcm.googleapis.com', domain: 'slow.example', until: new Date(untilMs + 5_000).toISOString() },
        { service: 'web.push.apple.com', domain: null, until: new Date(untilMs + 1_000).toISOString() },
      ],
      openPruneBreakers: [{ domain: 'doubt.example', openedAt: '1970-01-01T00:00:00.000Z', withheld: 7 }],
    });
  });
});
