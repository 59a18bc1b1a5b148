import type { Page } from 'playwright-core';
import webPush from 'web-push';
import { type HttpResponse, request } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';
import { type BrowserPushService, startBrowserPushService } from './support/browser-push-service.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type CustomerSite, DOMAIN, startCustomerSite } from './support/customer-site.js';
import { type Desktop, startDesktop } from './support/desktop.js';

const VAPID = webPush.generateVAPIDKeys();
const ALL_TIME = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
const LINK = 'https://shop.example.com/sale';
const MESSAGE = {
  title: 'Summer sale',
  body: 'Everything at half price until Sunday.',
  onClickLink: LINK,
  iconUrl: 'https://shop.example.com/icon.png',
  actions: [{ action: 'buy', title: 'Buy now', icon: null, link: 'https://shop.example.com/buy' }],
};

interface Report {
  readonly sent: number;
  readonly delivered: number;
  readonly received: number;
  readonly clicks: number;
  readonly actionClick: number;
}

let keys: TestKeys;
let db: TestDatabase;
let pushService: BrowserPushService;
let desktop: Desktop;
let pushApi: ProductProcess;
let api: ProductProcess;
let worker: ProductProcess;
let site: CustomerSite;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const database = uniqueDatabase('full_flow');
  keys = await createTestKeys();
  db = await TestDatabase.open(database);
  pushService = await startBrowserPushService();
  desktop = await startDesktop();
  const common = {
    VAPID_PUBLIC_KEY: VAPID.publicKey,
    VAPID_PRIVATE_KEY: VAPID.privateKey,
    VAPID_SUBJECT: 'mailto:push@example.com',
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
  };
  pushApi = await startProduct('push-api', { ...baseEnvironment(database, keys.folder, ''), ...common });
  const environment = { ...baseEnvironment(database, keys.folder, pushApi.url), ...common };
  api = await startProduct('api', environment);
  worker = await startProduct('worker', { ...environment, PUBLIC_URL: api.url });
  site = await startCustomerSite(api.url, pushService.url);
  site.use({ 'data-delay': '0' });
});

afterAll(async () => {
  await Promise.all([api.stop(), worker.stop(), pushApi.stop()]);
  await Promise.all([site.stop(), desktop.stop(), pushService.stop(), db.close(), keys.remove()]);
});

beforeEach(async () => {
  browser = await openBrowser({ pushServiceUrl: pushService.url, environment: desktop.environment });
  // Links point to the internet, which the test must not reach.
  await browser.context.route('https://shop.example.com/**', (route) => route.fulfill({ body: 'the shop' }));
  await browser.setPermission(site.url, 'prompt');
  page = await browser.context.newPage();
});

afterEach(async () => {
  await browser.close();
});

function askAsSuperUser(method: string, path: string, json?: object): Promise<HttpResponse> {
  return request(method, api.url + path, { token: keys.superUser, ...(json && { json }) });
}

/**
 * Flow 1: page, soft prompt, permission, subscription, contact. Resolves with the endpoint of the
 * subscription.
 */
async function becomeContact(): Promise<string> {
  await askAsSuperUser('PUT', `/domains/${DOMAIN}`, { isPushFeatureEnabled: true });
  await page.goto(site.url);
  await untilStatus(page, 'asking');
  await browser.setPermission(site.url, 'granted');
  await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
  await untilStatus(page, 'subscribed');
  return pushService.endpoints.at(-1) ?? '';
}

/**
 * Flow 2: API, worker, PushApi, push service. Then the browser receives what the push service has decrypted.
 */
async function send(message: object, endpoint: string): Promise<string> {
  const before = pushService.received.length;
  const { status, body } = await askAsSuperUser('POST', `/messages/domains/${DOMAIN}`, message);
  expect(status).toBe(202);
  const [push] = await waitFor(
    () => pushService.received.slice(before).filter((received) => received.endpoint === endpoint),
    (pushes) => pushes.length > 0,
  );
  await browser.deliverPush(`${site.url}/push-script/`, push?.payload ?? '');
  return (body as { messageId: string }).messageId;
}

async function report(messageId: string): Promise<Report> {
  const path = `/push-contacts/${DOMAIN}/messages/${messageId}/details?${ALL_TIME}`;
  return (await askAsSuperUser('GET', path)).body as Report;
}

/** Flow 5: waits for exact values, so a count that is too high fails too. */
function untilReported(messageId: string, expected: Partial<Report>): Promise<Report> {
  return waitFor(
    () => report(messageId),
    (found) => Object.entries(expected).every(([name, value]) => found[name as keyof Report] === value),
  );
}

it('a visitor subscribes, receives a message, and clicks it: received 1, clicked 1', async () => {
  const endpoint = await becomeContact();

  const messageId = await send(MESSAGE, endpoint);

  const notification = await waitFor(
    () => desktop.notifications.at(-1),
    (shown) => shown !== undefined,
  );
  expect(notification).toMatchObject({ title: MESSAGE.title, buttons: { default: expect.anything() as unknown } });
  expect(notification?.body).toContain(MESSAGE.body);
  expect(Object.values(notification?.buttons ?? {})).toContain('Buy now');
  if (notification !== undefined) desktop.click(notification);
  await waitFor(
    () => browser.context.pages().map((each) => each.url()),
    (urls) => urls.includes(LINK),
  );
  expect(await untilReported(messageId, { received: 1, clicks: 1 })).toMatchObject({
    sent: 1,
    delivered: 1,
    received: 1,
    clicks: 1,
  });
  expect(pushService.refused).toEqual([]);
});

it('a visitor whose subscription has ended is pruned by the next message', async () => {
  const endpoint = await becomeContact();
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/push-script/');
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  });

  await askAsSuperUser('POST', `/messages/domains/${DOMAIN}`, MESSAGE);

  const pruned = await waitFor(
    () => db.contactsOf(DOMAIN),
    (contacts) => contacts.some(({ subscription, deleted }) => subscription?.endpoint === endpoint && deleted),
  );
  expect(pushService.refused).toContainEqual({ status: 410, reason: 'The subscription is gone' });
  expect(pruned.filter(({ subscription }) => subscription?.endpoint === endpoint)).toHaveLength(1);
});
