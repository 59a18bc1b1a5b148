import type { Page } from 'playwright-core';
import webPush from 'web-push';
import { request } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { startStandInPushApi, type StandInPushApi } from '../support/stand-in-push-api.js';
import { startBrowserPushService, type BrowserPushService } from './support/browser-push-service.js';
import { type StoredContact, TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';
import { answerInWindow, type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type CustomerSite, DOMAIN, startCustomerSite } from './support/customer-site.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const VAPID = webPush.generateVAPIDKeys();
const AT_ONCE = { 'data-delay': '0' };
const MANUAL = { 'data-prompt': 'manual' };

let keys: TestKeys;
let pushApi: StandInPushApi;
let pushService: BrowserPushService;
let database: string;
let db: TestDatabase;
let api: ProductProcess;
let site: CustomerSite;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  database = uniqueDatabase('browser');
  keys = await createTestKeys();
  pushApi = await startStandInPushApi();
  pushService = await startBrowserPushService();
  db = await TestDatabase.open(database);
  api = await startProduct('api', {
    ...baseEnvironment(database, keys.folder, pushApi.url),
    VAPID_PUBLIC_KEY: VAPID.publicKey,
    VAPID_PRIVATE_KEY: VAPID.privateKey,
    VAPID_SUBJECT: 'mailto:push@example.com',
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
  });
  site = await startCustomerSite(api.url, pushService.url);
});

afterAll(async () => {
  await api.stop();
  await Promise.all([site.stop(), pushApi.stop(), pushService.stop(), db.close(), keys.remove()]);
});

beforeEach(async () => {
  await putDomain({ isPushFeatureEnabled: true });
  browser = await openBrowser({ pushServiceUrl: pushService.url });
  page = await browser.context.newPage();
  await browser.setPermission(site.url, 'prompt');
  site.use(AT_ONCE);
});

afterEach(async () => {
  await browser.close();
});

async function putDomain(configuration: object): Promise<void> {
  await request('PUT', `${api.url}/domains/${DOMAIN}`, { token: keys.superUser, json: configuration });
}

async function visit(): Promise<void> {
  await page.goto(site.url);
}

function softPrompt(): ReturnType<Page['getByRole']> {
  return page.getByRole('dialog');
}

/** Accepts the soft prompt and the browser's permission prompt. */
async function accept(): Promise<void> {
  await untilStatus(page, 'asking');
  await browser.setPermission(site.url, 'granted');
  await softPrompt().getByRole('button', { name: /^Yes/ }).click();
  await untilStatus(page, 'subscribed');
}

async function becomeContact(): Promise<string> {
  await visit();
  await accept();
  return deviceToken();
}

async function deviceToken(): Promise<string> {
  return (await page.evaluate(() => window.pushScript?.deviceToken)) ?? '';
}

/** The stored contact of this browser. */
async function contact(): Promise<StoredContact | undefined> {
  const token = await deviceToken();
  return (await db.contactsOf(DOMAIN)).find(({ device_token }) => device_token === token);
}

describe('a visitor who accepts', () => {
  it('becomes a contact with subscription and visitor guid', async () => {
    const token = await becomeContact();

    const endpoint = pushService.endpoints.at(-1);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await contact()).toMatchObject({
      domain: DOMAIN,
      device_token: token,
      email: null,
      visitor_guid: await page.evaluate(() => window.pushScript?.visitorGuid),
      deleted: false,
      subscription: { endpoint },
    });
    expect((await contact())?.visitor_guid).toMatch(UUID);
    expect(await softPrompt().count()).toBe(0);
  });

  it('is the same contact on the next page, and is not asked again', async () => {
    const token = await becomeContact();
    const subscriptions = pushService.endpoints.length;

    await visit();
    await untilStatus(page, 'subscribed');

    expect([await deviceToken(), pushService.endpoints.length]).toEqual([token, subscriptions]);
  });

  it('can give an e-mail later', async () => {
    await becomeContact();

    const isAccepted = await page.evaluate(() => window.pushScript?.setEmail('visitor@example.com'));

    expect([isAccepted, (await contact())?.email]).toEqual([true, 'visitor@example.com']);
  });

  it('is stored with the e-mail that the page set before', async () => {
    await visit();
    await untilStatus(page, 'asking');
    expect(await page.evaluate(() => window.pushScript?.setEmail('early@example.com'))).toBe(false);

    await accept();

    expect((await waitFor(contact, (found) => found?.email !== null))?.email).toBe('early@example.com');
    // The page forgets the e-mail when it has read the answer, which comes after the e-mail is stored.
    await page.waitForFunction(() => localStorage.getItem('pushScript.pendingEmail') === null);
  });

  it('keeps the guid that the page set for the visitor', async () => {
    site.use({ ...AT_ONCE, 'data-visitor-guid': 'guid-of-the-page' });

    await becomeContact();

    expect((await contact())?.visitor_guid).toBe('guid-of-the-page');
  });

  it('can unsubscribe: the subscription ends, and the visitor is not asked again', async () => {
    await becomeContact();
    const endpoint = pushService.endpoints.at(-1);

    expect(await page.evaluate(() => window.pushScript?.leave())).toBe('left');
    await visit();

    expect(await untilStatus(page, 'left', 'asking', 'subscribed')).toBe('left');
    expect(pushService.endpoints).not.toContain(endpoint);
    expect(await page.evaluate(() => window.pushScript?.deviceToken)).toBeNull();
  });

  it('can subscribe again after unsubscribing', async () => {
    const first = await becomeContact();
    await page.evaluate(() => window.pushScript?.leave());

    const again = await page.evaluate(() => window.pushScript?.subscribe());

    expect(again).toBe('subscribed');
    expect(await deviceToken()).not.toBe(first);
    expect(await contact()).toMatchObject({ deleted: false, subscription: { endpoint: pushService.endpoints.at(-1) } });
  });
});

describe('a visitor who refuses', () => {
  it('is not asked on the next page', async () => {
    await visit();
    await untilStatus(page, 'asking');

    await softPrompt().getByRole('button', { name: /^No/ }).click();
    await untilStatus(page, 'refused');
    await visit();

    expect(await untilStatus(page, 'refused', 'asking')).toBe('refused');
    expect(await softPrompt().count()).toBe(0);
    expect(await page.evaluate(() => Notification.permission)).toBe('default');
  });

  it('is asked again after the time set in the tag', async () => {
    site.use({ ...AT_ONCE, 'data-ask-again-days': '30' });
    await visit();
    await softPrompt().getByRole('button', { name: /^No/ }).click();
    const longAgo = new Date(Date.now() - 31 * 86_400_000).toISOString();
    await page.evaluate((date) => {
      localStorage.setItem('pushScript.refusedAt', date);
    }, longAgo);

    await visit();

    expect(await untilStatus(page, 'refused', 'asking')).toBe('asking');
  });

  it('can be asked by the page', async () => {
    await visit();
    await softPrompt().getByRole('button', { name: /^No/ }).click();
    await untilStatus(page, 'refused');

    const answer = page.evaluate(() => window.pushScript?.ask());
    await accept();

    expect(await answer).toBe('subscribed');
  });

  it('in the permission prompt is not asked again', async () => {
    await visit();
    await untilStatus(page, 'asking');
    await browser.setPermission(site.url, 'denied');
    await softPrompt().getByRole('button', { name: /^Yes/ }).click();
    await untilStatus(page, 'denied');

    await visit();

    expect(await untilStatus(page, 'denied', 'asking')).toBe('denied');
    expect(await page.evaluate(() => window.pushScript?.ask())).toBe('denied');
  });
});

describe('the page', () => {
  it('can set the texts of the soft prompt, which does not take the focus', async () => {
    site.use({
      ...AT_ONCE,
      'data-title': 'Hola',
      'data-text': '¿Avisos?',
      'data-accept': 'Vale',
      'data-refuse': 'Ahora no',
      'data-close': 'Cerrar',
    });
    await visit();
    await untilStatus(page, 'asking');

    expect(await page.getByRole('dialog', { name: 'Hola', description: '¿Avisos?' }).count()).toBe(1);
    expect(await softPrompt().getByRole('button').allTextContents()).toEqual(['Ahora no', 'Vale', '×']);
    expect(await softPrompt().getByRole('button', { name: 'Cerrar' }).count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  });

  it('can choose when to ask', async () => {
    site.use(MANUAL);
    await visit();

    expect(await untilStatus(page, 'ready', 'asking')).toBe('ready');
    await page.evaluate(() => {
      void window.pushScript?.ask();
    });

    expect(await untilStatus(page, 'asking')).toBe('asking');
  });

  it('gets every status, and its queue is run', async () => {
    site.use(
      MANUAL,
      `window.seen = [];
       document.addEventListener('pushscript:status', (event) => seen.push(event.detail.status));
       window.pushScriptQueue = [() => { throw new Error('of the page'); }, (pushScript) => seen.push(typeof pushScript.ask)];`,
    );
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await visit();
    await untilStatus(page, 'ready');
    await page.evaluate(() => window.pushScriptQueue?.push((pushScript) => void pushScript.ask()));
    await accept();

    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    expect(seen).toEqual(['function', 'ready', 'asking', 'subscribing', 'subscribed']);
    expect(errors).toEqual(['of the page']);
  });

  it('can register the token of its own Firebase', async () => {
    const token = `firebase-${Date.now()}`;
    site.use(AT_ONCE, `window.pushScriptOptions = { getFirebaseToken: async () => '${token}' };`);

    expect(await becomeContact()).toBe(token);

    expect(await contact()).toMatchObject({ device_token: token, subscription: null, deleted: false });
    expect(pushApi.deviceChecks).toContain(token);
  });
});

describe('without push', () => {
  it.each([
    ['a domain whose feature is off', () => putDomain({ isPushFeatureEnabled: false }), 'disabled'],
    [
      'a domain that the API does not know',
      () => page.route('**/push-configuration', (route) => route.fulfill({ status: 404 })),
      'disabled',
    ],
    ['an API that is unreachable', () => page.route('**/push-configuration', (route) => route.abort()), 'failed'],
    [
      'a browser without push, such as Safari on iOS outside a home-screen app',
      () => page.addInitScript('delete window.PushManager'),
      'unsupported',
    ],
    ['an old browser', () => page.addInitScript('delete Document.prototype.adoptedStyleSheets'), 'unsupported'],
    [
      'a browser without service workers',
      () => page.addInitScript('delete Navigator.prototype.serviceWorker'),
      'unsupported',
    ],
  ] as const)('does not ask and does not throw with %s', async (_what, prepare, status) => {
    const errors: unknown[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await prepare();

    await visit();

    expect(await untilStatus(page, status)).toBe(status);
    expect(await softPrompt().count()).toBe(0);
    const answers = await page.evaluate(async () => [
      await window.pushScript?.subscribe(),
      await window.pushScript?.setEmail('visitor@example.com'),
    ]);
    expect([answers, errors]).toEqual([[status, false], []]);
  });

  it('reports failed when the push service refuses, and tries again on the next page', async () => {
    await visit();
    await untilStatus(page, 'asking');
    pushService.subscriptionResponse = 'refusal';
    await browser.setPermission(site.url, 'granted');
    await softPrompt().getByRole('button', { name: /^Yes/ }).click();
    expect(await untilStatus(page, 'failed', 'subscribed')).toBe('failed');

    pushService.subscriptionResponse = 'subscription';
    await visit();

    expect(await untilStatus(page, 'failed', 'subscribed')).toBe('subscribed');
  });

  it('subscribes without localStorage', async () => {
    await page.addInitScript(
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })`,
    );

    await becomeContact();

    expect((await contact())?.visitor_guid).toMatch(UUID);
  });
});

describe('with an external push domain', () => {
  let external: string;

  beforeEach(async () => {
    external = api.url.replace('127.0.0.1', 'push.localhost');
    await putDomain({ isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain: external });
    await browser.setPermission(external, 'granted');
  });

  async function openWindow(button: RegExp): Promise<void> {
    await visit();
    const opening = page.waitForEvent('popup');
    await softPrompt().getByRole('button', { name: /^Yes/ }).click();
    await answerInWindow(await opening, button);
  }

  it('a visitor subscribes in a window of that domain and becomes a contact of the page’s domain', async () => {
    await openWindow(/^Yes/);
    await untilStatus(page, 'subscribed');

    expect(await contact()).toMatchObject({
      domain: DOMAIN,
      visitor_guid: await page.evaluate(() => window.pushScript?.visitorGuid),
      subscription: { endpoint: pushService.endpoints.at(-1) },
    });
    expect(await page.evaluate(() => window.pushScript?.setEmail('external@example.com'))).toBe(true);
    expect((await contact())?.email).toBe('external@example.com');
  });

  it('a visitor who refuses in the window is not asked on the next page', async () => {
    await openWindow(/^No/);
    await untilStatus(page, 'refused');
    await visit();

    expect(await untilStatus(page, 'refused', 'asking')).toBe('refused');
  });

  it('a visitor unsubscribes in the window', async () => {
    await openWindow(/^Yes/);
    await untilStatus(page, 'subscribed');
    const endpoint = pushService.endpoints.at(-1);

    const opening = page.waitForEvent('popup');
    const leaving = page.evaluate(() => window.pushScript?.leave());
    await answerInWindow(await opening, 'Stop');

    expect(await leaving).toBe('left');
    expect(pushService.endpoints).not.toContain(endpoint);
  });

  it.each([
    ['another site', 'https://attacker.example'],
    ['a site whose name only ends alike', `http://not${DOMAIN}`],
    ['no web address', 'javascript:alert(1)'],
  ])('the window does not ask for %s', async (_what, siteUrl) => {
    const query = new URLSearchParams({ purpose: 'subscribe', domain: DOMAIN, visitorGuid: 'guid', siteUrl });

    await page.goto(`${external}/push-script/subscribe?${query.toString()}`);

    expect(await page.getByRole('button').count()).toBe(0);
  });

  it.each([
    ['names another external push domain', { usesExternalPushDomain: true, externalPushDomain: 'push.example.net' }],
    ['uses none', { usesExternalPushDomain: false, externalPushDomain: null }],
  ])('the window does not ask for a domain that %s', async (_what, configuration) => {
    await putDomain({ isPushFeatureEnabled: true, ...configuration });
    const site = { domain: DOMAIN, siteUrl: `http://${DOMAIN}` };
    const query = new URLSearchParams({ purpose: 'subscribe', visitorGuid: 'guid', ...site });

    await page.goto(`${external}/push-script/subscribe?${query.toString()}`);

    await page.getByRole('heading', { name: `Notifications from ${DOMAIN} cannot be switched on here.` }).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });
});
