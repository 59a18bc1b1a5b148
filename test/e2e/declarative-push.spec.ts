import { Installation, messageIdOf } from '../support/installation.js';
import { countedOf } from '../support/clicking.js';
import { trackingPath } from '../support/link-signatures.js';
import type { HttpResponse, RequestOptions } from '../support/http.js';
import { type ProductProcess, pushApiEnvironment, startProduct, VAPID_KEYS } from '../support/product-process.js';
import { SimulatorProcess } from '../support/simulator.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

const PUBLIC_URL = 'https://push.example.com';

const SIGNED = /\/open\?s=[0-9a-z]{4}[\w-]{22}$/;

interface Declared {
  readonly web_push?: number;
  readonly mutable?: boolean;
  readonly notification?: {
    readonly title: string;
    readonly navigate: string;
    readonly actions: readonly { readonly action: string; readonly navigate: string }[];
    readonly data: Readonly<Record<string, unknown>>;
  };
  readonly data: { readonly clickLink: string | null; readonly clickedEventEndpoint: string | null };
}

let keys: TestKeys;
let simulator: SimulatorProcess;
let pushApi: ProductProcess;
let product: Installation;
let subscribed = 0;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start();
  pushApi = await startProduct('push-api', { ...simulator.environment, ...pushApiEnvironment(keys.folder) });
  product = await Installation.start('declarative', { environment: { PUSH_API_URL: pushApi.url, PUBLIC_URL } });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
  expect(await pushApi.stop()).toBe(0);
  await Promise.all([simulator.stop(), keys.remove()]);
});

/** A contact with a subscription of Safari, and one of Firefox. Resolves with the id of Safari's. */
async function addContacts(domain: string, visitorGuid: string | null = null): Promise<string> {
  const order = { first: (subscribed += 1), applicationServerKey: VAPID_KEYS.publicKey };
  const made = await Promise.all(
    (['apple', 'mozilla'] as const).map((service) => simulator.subscribe({ service, ...order })),
  );
  const subscriptions = made.flat().map(({ endpoint, keys: { p256dh, auth } }) => ({ endpoint, p256dh, auth }));
  const tokens = subscriptions.map(({ endpoint }) => endpoint);
  const [safari = ''] = await product.db.addContacts(domain, tokens, (token) => ({
    visitor_guid: visitorGuid,
    subscription: subscriptions.find(({ endpoint }) => endpoint === token) ?? null,
  }));
  return safari;
}

/** What the browsers of a message with this title have read. */
async function readBy(service: 'apple' | 'mozilla', title: string): Promise<Declared> {
  const messages = (await simulator.messages(service)).map(
    ({ text }) => JSON.parse(text) as Declared & { title: string },
  );
  const [message, ...others] = messages.filter((each) => each.title === title);
  if (message === undefined || others.length > 0)
    throw new Error(`${service} has got ${title} ${others.length + 1} times`);
  return message;
}

/** Opens an address of the payload at the API of this test. */
function open(navigate: string, method = 'GET', options: RequestOptions = {}): Promise<HttpResponse> {
  expect(navigate.startsWith(`${PUBLIC_URL}/`)).toBe(true);
  return product.ask(method, navigate.slice(PUBLIC_URL.length), options);
}

function locationOf({ headers }: HttpResponse): string | null {
  return headers.get('location');
}

it("Safari's message is declared, opens the links of the message, and each click is counted once", async () => {
  const domain = 'declared.example.com';
  const contactId = await addContacts(domain);
  const messageId = await product.send(domain, {
    title: 'Declared',
    onClickLink: 'https://example.com/sale',
    actions: [{ action: 'a/b ñ', title: 'Buy', link: 'https://example.com/buy' }, { title: 'Later' }],
    utm: { source: 'push' },
    data: { orderId: 4711 },
  });
  expect(await product.finished(messageId)).toMatchObject({ delivered: 2 });

  const { web_push: webPush, mutable, notification } = await readBy('apple', 'Declared');
  expect([webPush, mutable]).toEqual([8030, true]);
  expect(notification).toMatchObject({
    title: 'Declared',
    navigate: expect.stringMatching(SIGNED) as string,
    data: { source: 'push-contact', messageId, data: { orderId: 4711 } },
  });
  const [path = ''] = notification?.navigate.split('?') ?? [];
  expect(path).toBe(`${PUBLIC_URL}${trackingPath(contactId, messageId, 'open')}`);
  expect(await readBy('mozilla', 'Declared')).not.toHaveProperty('web_push');

  const opened = await open(notification?.navigate ?? '');
  const { headers } = opened;
  expect([opened.status, headers.get('cache-control'), headers.get('referrer-policy'), locationOf(opened)]).toEqual([
    302,
    'no-store',
    'no-referrer',
    'https://example.com/sale?utm_source=push',
  ]);
  expect(await countedOf(product, messageId)).toEqual([0, 1, 0]);
  const [buy, later] = notification?.actions ?? [];
  expect(locationOf(await open(buy?.navigate ?? ''))).toBe('https://example.com/buy?utm_source=push');
  expect(locationOf(await open(later?.navigate ?? ''))).toBe('https://example.com/sale?utm_source=push');
  expect(await countedOf(product, messageId)).toEqual([0, 1, 2]);
  const events = await product.events(messageId, [2, 6]);
  expect(events.map(({ push_contact_id: id }) => id)).toEqual([contactId, contactId, contactId]);
  expect(events.map(({ event_descriptor: name }) => name).sort()).toEqual(['a/b ñ', 'action2', null]);
});

it('a HEAD, and what a browser asks for in advance, is redirected and not counted', async () => {
  const domain = 'advance.example.com';
  const contactId = await addContacts(domain);
  const messageId = await product.store(domain, { title: 'Advance', onClickLink: 'https://example.com/sale' });
  const path = `${PUBLIC_URL}${trackingPath(contactId, messageId, 'open')}`;
  const requests: [string, Record<string, string>][] = [
    ['HEAD', {}],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['GET', { purpose: 'prefetch' }],
    ['GET', { 'x-purpose': 'preview' }],
    ['GET', { 'x-moz': 'prefetch' }],
  ];
  for (const [method, headers] of requests) {
    const response = await open(path, method, { headers });
    expect([response.status, locationOf(response)]).toEqual([302, 'https://example.com/sale']);
  }
  expect(await countedOf(product, messageId)).toEqual([0, 0, 0]);
  expect((await open(path)).status).toBe(302);
  expect(await countedOf(product, messageId)).toEqual([0, 1, 0]);
});

it('a message without a link opens the site', async () => {
  const contactId = await addContacts('Bare.example.com');
  const messageId = await product.store('Bare.example.com', { title: 'Bare' });
  const response = await product.ask('GET', trackingPath(contactId, messageId, 'open'));
  expect([response.status, locationOf(response)]).toEqual([302, 'https://bare.example.com/']);
});

describe('a link with fields of the visitor', () => {
  it('is opened as the visitor got it, from the message and fields that nobody else can read or make', async () => {
    const domain = 'fields.example.com';
    await addContacts(domain, 'guid');
    const link = 'https://example.com/[[[section]]]?to=[[[Name]]]';
    const messageId = await product.store(domain, { title: '[[[Title]]]', onClickLink: link });
    const fields = { section: 'a/b', name: 'Ana Ñ&x=1', title: 'Fields' };
    const path = `/messages/${messageId}/visitors/guid/send`;
    messageIdOf(await product.askAsSuperUser('POST', path, { json: { fields } }), 202);
    await product.finished(messageId);

    const { notification, data } = await readBy('apple', 'Fields');
    const navigate = notification?.navigate ?? '';
    const address = 'https://example.com/a%2Fb?to=Ana%20%C3%91%26x%3D1';
    expect(data.clickLink).toBe(address);
    expect(locationOf(await open(navigate))).toBe(address);
    expect(navigate).not.toMatch(/Ana|section/);
    const [whole = '', encrypted = ''] = navigate.split('fields=');
    expect(locationOf(await open(whole))).toBe('https://example.com/[[[section]]]?to=[[[Name]]]');
    const forged = await open(`${whole}fields=${encrypted.slice(0, -4)}AAAA`);
    expect([forged.status, Object.keys((forged.body as { errors: object }).errors)]).toEqual([400, ['fields']]);
    expect(await countedOf(product, messageId)).toEqual([0, 2, 0]);
  });
});

describe('what cannot be opened', () => {
  it('is 404 for an unknown message or action, and not counted', async () => {
    const contactId = await addContacts('unknown.example.com');
    const messageId = await product.store('unknown.example.com', {
      title: 'Known',
      onClickLink: 'https://example.com/',
    });
    const unknown = '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6';
    for (const path of [
      trackingPath(contactId, unknown, 'open'),
      trackingPath(contactId, messageId, 'open?action=x'),
    ]) {
      const response = await product.ask('GET', path);
      expect([response.status, locationOf(response)]).toEqual([404, null]);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await countedOf(product, messageId)).toEqual([0, 0, 0]);
  });

  it('is 400 for ids that do not decrypt', async () => {
    const contactId = await addContacts('ids.example.com');
    const path = trackingPath(contactId, '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6', 'open');
    const [, , contact = '', , message = ''] = path.split('/');
    for (const wrong of [path.replace(contact, 'x'), path.replace(message, contact), path.replace(contact, message)]) {
      expect((await product.ask('GET', wrong)).status).toBe(400);
    }
  });

  it('has no way to another address: nothing of the request is one', async () => {
    const domain = 'redirect.example.com';
    const contactId = await addContacts(domain);
    const messageId = await product.store(domain, { title: 'Redirect', onClickLink: 'https://example.com/[[[x]]]' });
    const evil = encodeURIComponent('https://evil.test/');
    const path = trackingPath(contactId, messageId, 'open');
    for (const query of [`url=${evil}`, `link=${evil}`, `x=${evil}`, `navigate=${evil}`, 'action=', `fields=`]) {
      const response = await product.ask('GET', `${path}?${query}`);
      expect([response.status, locationOf(response)]).toEqual([302, 'https://example.com/[[[x]]]']);
    }
    for (const query of [`fields=${evil}`, `fields=${contactId}`]) {
      expect((await product.ask('GET', `${path}?${query}`)).status).toBe(400);
    }
  });

  it('does not run code or leave the web with links of older documents', async () => {
    const domain = 'older.example.com';
    const contactId = await addContacts(domain);
    const messageId = await product.store(domain, { title: 'Older' });
    for (const link of ['javascript:alert(1)', 'https://a\\@evil.test', 'https://e.com\r\nset-cookie: a=b', 'x']) {
      await product.db.update('messages', { domain }, { $set: { on_click_link: link } });
      const response = await product.ask('GET', trackingPath(contactId, messageId, 'open'));
      expect([response.status, locationOf(response)]).toEqual([302, `https://${domain}/`]);
      expect(response.headers.has('set-cookie')).toBe(false);
    }
  });
});

it('without PUBLIC_URL Safari opens the link itself', async () => {
  const worker = await Installation.start('untracked', { environment: { PUSH_API_URL: pushApi.url } });
  const order = { service: 'apple', first: 10_000, applicationServerKey: VAPID_KEYS.publicKey } as const;
  const [made] = await simulator.subscribe(order);
  const subscription = { endpoint: made?.endpoint ?? '', ...made?.keys };
  await worker.db.addContacts('untracked.example.com', ['untracked'], () => ({ subscription }) as object);
  const message = { title: 'Untracked', onClickLink: 'https://example.com/sale' };
  await worker.finished(await worker.send('untracked.example.com', message));
  expect((await readBy('apple', 'Untracked')).notification?.navigate).toBe('https://example.com/sale');
  expect(new Set(await worker.stop())).toEqual(new Set([0]));
});
