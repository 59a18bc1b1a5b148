import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';
import { uuid } from '../support/test-database.js';

/** What callers written for Doppler's .NET services send and expect. */
let product: Installation;
let token: string;

beforeAll(async () => {
  product = await Installation.start('dotnet', { workers: 0 });
  token = product.keys.superUser;
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

describe('a route that does not exist', () => {
  it.each<[string, string, object]>([
    ['no JSON', 'text/plain', { raw: 'x' }],
    ['malformed JSON', 'application/json', { raw: '{"a":' }],
    ['more than any route accepts', 'application/json', { raw: `"${'x'.repeat(1_100_000)}"` }],
    ['an empty body', 'application/json', { raw: '' }],
  ])('is 404 for a body of %s', async (_, type, body) => {
    for (const path of ['/nowhere', '/domains/example.com/nowhere', '/push-contacts/a/b/c/d/e']) {
      const { status, body: problem } = await request('POST', product.api.url + path, {
        ...body,
        headers: { 'content-type': type },
      });
      expect({ path, status, problem }).toMatchObject({
        status: 404,
        problem: { type: 'urn:push-contact:error:route_not_found' },
      });
    }
  });

  it('is 404 for a method that the path does not have, with the headers of CORS', async () => {
    const { status, headers } = await request('POST', `${product.api.url}/domains/example.com`, {
      raw: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([404, '*']);
  });
});

describe('the links of a message', () => {
  it('are stored as their parser reads them; empty ones of an action are null', async () => {
    const actions = [
      { action: 'a', title: 'A', icon: '', link: '' },
      { action: 'b', title: 'B', icon: 'HTTPS://Example.com/i.png', link: 'https://example.com/a/../b c' },
    ];
    const json = { title: 'T', body: 'B', onClickLink: 'https://example.com', actions };
    const path = '/messages/domains/links.example.com';
    const { body } = await request('POST', product.api.url + path, { token, json });
    const { messageId } = body as { messageId: string };
    const [stored] = await product.db.find('messages', { message_id: uuid(messageId) });
    expect(stored).toMatchObject({
      on_click_link: 'https://example.com',
      actions: [
        { action: 'a', title: 'A', icon: null, link: null },
        { action: 'b', title: 'B', icon: 'https://example.com/i.png', link: 'https://example.com/b%20c' },
      ],
    });
  });
});

describe('e-mails', () => {
  it.each(['', '  '])('that are %j are null at a registration, and 400 on their own route', async (email) => {
    const deviceToken = `email-${email.length}`;
    const json = { domain: 'email.example.com', deviceToken, email };
    expect((await request('POST', `${product.api.url}/push-contacts`, { json })).status).toBe(200);
    const [contact] = (await product.db.contactsOf('email.example.com')).filter(
      ({ device_token: stored }) => stored === deviceToken,
    );
    expect(contact).toMatchObject({ email: null });
    const put = await request('PUT', `${product.api.url}/push-contacts/${deviceToken}/email`, { json: email });
    expect(put.status).toBe(400);
  });
});

describe('message ids and dates', () => {
  const id = 'df555721-5135-4b5d-9c6a-7db3565f22ae';
  const digits = id.replaceAll('-', '');

  it.each([id, id.toUpperCase(), digits, `{${id}}`, `(${id})`])('the id %s is understood', async (form) => {
    const path = `/domains/example.com/messages/${encodeURIComponent(form)}/stats?from=2026-01-01&to=2026-02-01`;
    const { status, body } = await request('GET', product.api.url + path, { token });
    expect([status, body]).toMatchObject([200, { messageId: id }]);
    const grouped = `/domains/example.com/messages/stats/grouped?messageIds=${encodeURIComponent(form)}`;
    const answer = await request('GET', `${product.api.url}${grouped}&from=2026-01-01&to=2026-02-01`, { token });
    expect([answer.status, answer.body]).toMatchObject([200, { messageIds: [id] }]);
  });

  it.each([
    ['11/24/2026', '2026-11-24T00:00:00.000Z'],
    ['11/24/2026 09:00:00', '2026-11-24T09:00:00.000Z'],
    ['11/24/2026 09:00:00 +03:00', '2026-11-24T06:00:00.000Z'],
  ])('the date %s is understood', async (text, instant) => {
    const path = `/domains/example.com/push-sends-consumed-count?from=${encodeURIComponent(text)}&to=12/01/2026`;
    const { status, body } = await request('GET', product.api.url + path, { token });
    expect([status, body]).toMatchObject([200, { from: instant }]);
  });

  it('an American date in a body is 400: it may be meant as the day before the month', async () => {
    const json = { title: 'T', body: 'B', sendAt: '11/24/2026 09:00:00' };
    const { status, body } = await request('POST', `${product.api.url}/messages/domains/x`, { token, json });
    expect([status, body]).toMatchObject([400, { errors: { sendAt: expect.anything() as unknown } }]);
  });
});

it('/swagger/index.html works, with its scripts', async () => {
  const page = await request('GET', `${product.api.url}/swagger/index.html`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  const files = [...page.text.matchAll(/(?:src|href)="([^"#]+\.(?:js|css|png))"/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const url = new URL(file, `${product.api.url}/swagger/index.html`);
    expect({ file, status: (await fetch(url)).status }).toEqual({ file, status: 200 });
  }
});
