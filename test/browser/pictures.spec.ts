import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type BrowserPushService, startBrowserPushService } from './support/browser-push-service.js';
import { type Desktop, startDesktop } from './support/desktop.js';
import { composePicture, PAGE_WIDTH, PICTURE_WIDTH } from './support/picture.js';

const MAX_PICTURE_BYTES = 250_000;
/** `npm run pictures` keeps the picture; otherwise the test only proves that it can be taken. */
// eslint-disable-next-line no-restricted-properties -- not a setting of the product
const FOLDER_TO_KEEP = process.env.TEST_PICTURES_DIR;

let keys: TestKeys;
let db: TestDatabase;
let pushService: BrowserPushService;
let desktop: Desktop;
let api: ProductProcess;
let worker: ProductProcess;
let browser: Browser;
let page: Page;
let url: string;
let temporaryFolder: string;

beforeAll(async () => {
  const database = uniqueDatabase('pictures');
  temporaryFolder = await mkdtemp(join(tmpdir(), 'push-contact-pictures-'));
  keys = await createTestKeys();
  db = await TestDatabase.open(database);
  pushService = await startBrowserPushService();
  desktop = await startDesktop();
  const builtInPushApi = '';
  const environment = {
    ...baseEnvironment(database, keys.folder, builtInPushApi),
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
  };
  api = await startProduct('api', environment);
  url = api.url.replace('127.0.0.1', 'localhost');
  worker = await startProduct('worker', { ...environment, PUBLIC_URL: url });
  browser = await openBrowser({ pushServiceUrl: pushService.url, environment: desktop.environment });
  page = await browser.context.newPage();
});

afterAll(async () => {
  await browser.close();
  await Promise.all([api.stop(), worker.stop()]);
  await Promise.all([desktop.stop(), pushService.stop(), db.close(), keys.remove()]);
  await rm(temporaryFolder, { recursive: true, force: true });
});

async function subscribe(): Promise<void> {
  await browser.setPermission(url, 'prompt');
  await page.goto(`${url}/demo#token=${keys.superUser}`);
  await untilStatus(page, 'asking');
  await browser.setPermission(url, 'granted');
  await page.getByRole('button', { name: 'Yes, notify me' }).click();
  await untilStatus(page, 'subscribed');
}

async function giveEmail(): Promise<void> {
  await page.getByLabel('The visitor’s e-mail').fill('visitor@example.com');
  await page.getByRole('button', { name: 'Give it' }).click();
  await page.getByText('The API has it.').waitFor();
}

async function sendAndReceive(): Promise<void> {
  const more = page.getByText('Image, icon, action');
  await more.click();
  await page.getByLabel('Action’s title').fill('Buy now');
  await more.click();
  await page.getByRole('button', { name: 'Send' }).click();
  const [push] = await waitFor(
    () => pushService.received,
    (received) => received.length > 0,
  );
  await browser.deliverPush(`${url}/push-script/`, push?.payload ?? '');
  await page
    .getByRole('listitem')
    .filter({ hasText: /^1received$/ })
    .waitFor();
}

it('takes the picture of the demo page with a notification that was sent from it', async () => {
  await page.setViewportSize({ width: PAGE_WIDTH, height: 720 });
  await page.emulateMedia({ colorScheme: 'light' });
  await subscribe();
  await giveEmail();
  await sendAndReceive();
  const [notification] = desktop.notifications;
  if (notification === undefined) throw new Error('The desktop was shown no notification');
  expect(notification.title).toBe('Summer sale');
  expect(Object.values(notification.buttons)).toContain('Buy now');

  await page.mouse.move(0, 0);
  const screenshot = await page.screenshot({ fullPage: true });
  const picture = await composePicture(browser.context, { address: `${url}/demo`, screenshot }, notification);
  const file = join(FOLDER_TO_KEEP ?? temporaryFolder, 'demo.png');
  await writeFile(file, picture);

  const written = await readFile(file);
  expect(written.readUInt32BE(16)).toBe(PICTURE_WIDTH);
  expect(written.length).toBeLessThan(MAX_PICTURE_BYTES);
});
