import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { request } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type BrowserPushService, startBrowserPushService } from './support/browser-push-service.js';
import { type RecordingServer, startRecordingServer } from './support/recording-server.js';

const DOMAIN = 'shop.localhost';
/** The API's address in the example's files. */
const EXAMPLE_API = 'http://localhost:3000';
const FILES = { 'index.html': 'text/html', 'shop.js': 'text/javascript', 'push-service-worker.js': 'text/javascript' };

let keys: TestKeys;
let db: TestDatabase;
let pushService: BrowserPushService;
let api: ProductProcess;
let site: RecordingServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const database = uniqueDatabase('example_site');
  keys = await createTestKeys();
  db = await TestDatabase.open(database);
  pushService = await startBrowserPushService();
  api = await startProduct('api', {
    ...baseEnvironment(database, keys.folder, 'http://127.0.0.1:9'),
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
  });
  await request('PUT', `${api.url}/domains/${DOMAIN}`, {
    token: keys.superUser,
    json: { isPushFeatureEnabled: true },
  });
  site = await startExampleSite();
  browser = await openBrowser({ pushServiceUrl: pushService.url });
  page = await browser.context.newPage();
});

afterAll(async () => {
  await browser.close();
  await api.stop();
  await Promise.all([site.stop(), pushService.stop(), db.close(), keys.remove()]);
});

/** Serves examples/site with the address of this test's API. */
async function startExampleSite(): Promise<RecordingServer> {
  const files = new Map<string, { type: string; body: string }>();
  for (const [name, type] of Object.entries(FILES)) {
    const text = await readFile(new URL(`../../examples/site/${name}`, import.meta.url), 'utf8');
    files.set(`/${name}`, { type, body: text.replaceAll(EXAMPLE_API, api.url) });
  }
  return startRecordingServer(({ path }) => files.get(path === '/' ? '/index.html' : path) ?? { status: 404 });
}

it('registers a visitor of the example site, takes an e-mail and lets the visitor leave', async () => {
  const url = `http://${DOMAIN}:${site.port}`;
  await browser.setPermission(url, 'prompt');
  await page.goto(url);
  await untilStatus(page, 'asking');
  await browser.setPermission(url, 'granted');
  await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
  await untilStatus(page, 'subscribed');
  await page.getByText('Notifications: subscribed').waitFor();

  await page.getByLabel('E-mail').fill('visitor@example.com');
  await page.getByRole('button', { name: 'Subscribe to the newsletter' }).click();
  const contacts = await waitFor(
    () => db.contactsOf(DOMAIN),
    ([contact]) => contact?.email === 'visitor@example.com',
  );
  expect(contacts).toMatchObject([{ deleted: false, subscription: { endpoint: pushService.endpoints[0] } }]);

  await page.getByRole('button', { name: 'Stop notifications' }).click();
  await untilStatus(page, 'left');
  expect(pushService.endpoints).toEqual([]);

  await page.getByRole('button', { name: 'Notify me of sales' }).click();
  await untilStatus(page, 'asking');
});
