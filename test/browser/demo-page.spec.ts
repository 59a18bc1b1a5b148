import type { Page } from 'playwright-core';
import webPush from 'web-push';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { startBrowserPushService, type BrowserPushService } from './support/browser-push-service.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';

const DEMO_DOMAIN = 'demo.localhost';
const VAPID = webPush.generateVAPIDKeys();

let keys: TestKeys;
let db: TestDatabase;
let api: ProductProcess;
let pushService: BrowserPushService;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const database = uniqueDatabase('demo');
  keys = await createTestKeys();
  db = await TestDatabase.open(database);
  pushService = await startBrowserPushService();
  api = await startProduct('api', {
    ...baseEnvironment(database, keys.folder, 'http://127.0.0.1:9'),
    VAPID_PUBLIC_KEY: VAPID.publicKey,
    VAPID_PRIVATE_KEY: VAPID.privateKey,
    VAPID_SUBJECT: 'mailto:push@example.com',
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
  });
  browser = await openBrowser({ pushServiceUrl: pushService.url });
  page = await browser.context.newPage();
  await browser.setPermission(api.url, 'prompt');
});

afterAll(async () => {
  await browser.close();
  await api.stop();
  await Promise.all([pushService.stop(), db.close(), keys.remove()]);
});

it('the page enables the domain, subscribes and sends with the token of its address', async () => {
  await page.goto(`${api.url}/demo#token=${keys.superUser}`);
  await untilStatus(page, 'asking');
  await browser.setPermission(api.url, 'granted');
  await page.getByRole('button', { name: 'Yes, notify me' }).click();
  await untilStatus(page, 'subscribed');

  await page.getByLabel('The visitor’s e-mail').fill('visitor@example.com');
  await page.getByRole('button', { name: 'Give it' }).click();
  await page.getByText('The API has it.').waitFor();
  expect(await db.contactsOf(DEMO_DOMAIN)).toMatchObject([
    { email: 'visitor@example.com', subscription: { endpoint: pushService.endpoints[0] } },
  ]);

  await page.getByLabel('Title', { exact: true }).fill('From the demo');
  await page.getByText('Image, icon, action').click();
  await page.getByLabel('Action’s title').fill('Buy');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText(/^Accepted as [0-9a-f-]{36}$/).waitFor();
  expect(await db.find('messages', { domain: DEMO_DOMAIN })).toMatchObject([
    { title: 'From the demo', actions: [{ title: 'Buy' }] },
  ]);
  await page.getByRole('listitem').filter({ hasText: 'delivered' }).first().waitFor();
});

it('the page removes the token from its address, so that it is not in the history', () => {
  expect(page.url()).toBe(`${api.url}/demo`);
});

it('the page without a token says what is missing', async () => {
  const fresh = await browser.context.newPage();
  await fresh.goto(`${api.url}/demo`);
  await fresh.getByRole('button', { name: 'Send' }).click();

  await fresh.getByText('Send a token in the header').waitFor();
  await fresh.close();
});
