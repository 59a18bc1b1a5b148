import type { Page } from 'playwright-core';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { type HttpResponse, request } from '../support/http.js';
import {
  baseEnvironment,
  type ProductEnvironment,
  type ProductProcess,
  startProduct,
  uniqueDatabase,
} from '../support/product-process.js';
import { type StoredContact, TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { createVapidKeysFolder, type VapidKeysFolder } from '../support/vapid-keys-folder.js';
import { waitFor } from '../support/wait-for.js';
import { type BrowserPushService, startBrowserPushService } from './support/browser-push-service.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type CustomerSite, DOMAIN, startCustomerSite } from './support/customer-site.js';

let keys: TestKeys;
let vapid: VapidKeysFolder;
let db: TestDatabase;
let pushService: BrowserPushService;
let environment: ProductEnvironment;
let api: ProductProcess;
let worker: ProductProcess;
let site: CustomerSite;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const database = uniqueDatabase('vapid_rotation');
  keys = await createTestKeys();
  vapid = await createVapidKeysFolder();
  db = await TestDatabase.open(database);
  pushService = await startBrowserPushService();
  environment = {
    ...baseEnvironment(database, keys.folder, ''),
    VAPID_PUBLIC_KEY: '',
    VAPID_PRIVATE_KEY: '',
    VAPID_KEYS_DIR: vapid.path,
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
    // The script proves that it knows the subscription that it replaces.
    SUBSCRIPTION_CHANGE_NEEDS_AUTH: 'true',
    PORT: String(await freePort()),
  };
  api = await startProduct('api', environment);
  worker = await startProduct('worker', { ...environment, PORT: '0' });
  site = await startCustomerSite(api.url, pushService.url);
  site.use({ 'data-delay': '0' });
});

afterAll(async () => {
  await Promise.all([api.stop(), worker.stop()]);
  await Promise.all([site.stop(), pushService.stop(), db.close(), keys.remove(), vapid.remove()]);
});

beforeEach(async () => {
  browser = await openBrowser({ pushServiceUrl: pushService.url });
  page = await browser.context.newPage();
  await browser.setPermission(site.url, 'prompt');
});

afterEach(async () => {
  await browser.close();
});

function askAsSuperUser(method: string, path: string, json?: object): Promise<HttpResponse> {
  return request(method, api.url + path, { token: keys.superUser, ...(json && { json }) });
}

async function putDomain(configuration: object): Promise<void> {
  const { status } = await askAsSuperUser('PUT', `/domains/${DOMAIN}`, {
    isPushFeatureEnabled: true,
    ...configuration,
  });
  expect(status).toBe(200);
}

/** Restarts the api with this default key, where it was. */
async function rotateTo(key: string): Promise<void> {
  await api.stop();
  api = await startProduct('api', { ...environment, VAPID_DEFAULT_KEY: key });
}

async function becomeContact(): Promise<StoredContact> {
  await page.goto(site.url);
  await untilStatus(page, 'asking');
  await browser.setPermission(site.url, 'granted');
  await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
  await untilStatus(page, 'subscribed');
  return contactOf((await page.evaluate(() => window.pushScript?.deviceToken)) ?? '');
}

async function contactOf(token: string): Promise<StoredContact> {
  const contact = (await db.contactsOf(DOMAIN)).find(({ device_token: stored }) => stored === token);
  if (contact === undefined) throw new Error('There is no contact of this browser');
  return contact;
}

/** Five minutes later, a browser asks the api again for its configuration. */
async function forgetCached(): Promise<void> {
  await (await browser.context.newCDPSession(page)).send('Network.clearBrowserCache');
}

/** Visits again. Resolves with the contact once it has another subscription. */
async function visitUntilReplaced({ device_token: token, subscription }: StoredContact): Promise<StoredContact> {
  await forgetCached();
  await page.goto(site.url);
  await untilStatus(page, 'subscribed');
  return waitFor(
    () => contactOf(token),
    (contact) => contact.subscription?.endpoint !== subscription?.endpoint,
  );
}

/** Sends a message to the domain; the push service refuses what another key has signed. */
async function expectReached({ subscription }: StoredContact): Promise<void> {
  const before = pushService.received.length;
  await askAsSuperUser('POST', `/messages/domains/${DOMAIN}`, { title: 'Sale', body: 'Until Sunday' });
  await waitFor(
    () => pushService.received.slice(before).map(({ endpoint }) => endpoint),
    (endpoints) => endpoints.includes(subscription?.endpoint ?? ''),
  );
  expect(pushService.refused).toEqual([]);
}

async function countByKey(): Promise<number[]> {
  const { body } = await askAsSuperUser('GET', `/domains/${DOMAIN}/vapid-keys`);
  return (body as { keys: { contacts: number }[] }).keys.map(({ contacts }) => contacts);
}

it('a new default key: a browser subscribes anew on its next visit, under the same device token', async () => {
  const [first, second] = vapid.pairs;
  await putDomain({ vapidPublicKey: null });
  const before = await becomeContact();
  await page.evaluate(() => window.pushScript?.setEmail('visitor@example.com'));
  expect(before.subscription).toMatchObject({ vapid_public_key: first.publicKey });
  expect(await countByKey()).toEqual([1, 0, 0]);

  await rotateTo(second.publicKey);
  await expectReached(before);
  const after = await visitUntilReplaced(before);

  expect(after).toMatchObject({
    _id: before._id,
    device_token: before.device_token,
    visitor_guid: before.visitor_guid,
    email: 'visitor@example.com',
    deleted: false,
    subscription: { vapid_public_key: second.publicKey },
  });
  await expectReached(after);
  expect(await countByKey()).toEqual([0, 1, 0]);

  const subscriptions = pushService.endpoints.length;
  await page.goto(site.url);
  await untilStatus(page, 'subscribed');
  expect([await contactOf(after.device_token), pushService.endpoints.length]).toEqual([after, subscriptions]);
});

it('a key of the domain: its browsers subscribe anew, and back again when it is taken away', async () => {
  const [, , third] = vapid.pairs;
  await putDomain({ vapidPublicKey: null });
  const before = await becomeContact();

  await putDomain({ vapidPublicKey: third.publicKey });
  const own = await visitUntilReplaced(before);
  expect(own.subscription).toMatchObject({ vapid_public_key: third.publicKey });
  await expectReached(own);

  await putDomain({ vapidPublicKey: null });
  const back = await visitUntilReplaced(own);
  expect(back).toMatchObject({
    _id: before._id,
    subscription: { vapid_public_key: before.subscription?.vapid_public_key },
  });
  await expectReached(back);
});

it('a browser whose storage was cleared subscribes anew as the same contact', async () => {
  const [, , third] = vapid.pairs;
  await putDomain({ vapidPublicKey: third.publicKey });
  const before = await becomeContact();
  await putDomain({ vapidPublicKey: null });
  await page.goto('about:blank');
  await (
    await browser.context.newCDPSession(page)
  ).send('Storage.clearDataForOrigin', {
    origin: site.url,
    storageTypes: 'indexeddb,local_storage',
  });

  const after = await visitUntilReplaced(before);

  expect(after).toMatchObject({
    _id: before._id,
    device_token: before.device_token,
    visitor_guid: before.visitor_guid,
  });
  expect(await page.evaluate(() => window.pushScript?.deviceToken)).toBe(before.device_token);
  await expectReached(after);
});

it('the worker renews a subscription with the key of today', async () => {
  const [, second, third] = vapid.pairs;
  await putDomain({ vapidPublicKey: second.publicKey });
  const before = await becomeContact();
  expect(before.subscription).toMatchObject({ vapid_public_key: second.publicKey });
  await putDomain({ vapidPublicKey: third.publicKey });

  await forgetCached();
  const serviceWorker = await browser.worker(`${site.url}/push-service-worker.js`);
  await serviceWorker.evaluate(async () => {
    const work: Promise<unknown>[] = [];
    const waitUntil = (promise: Promise<unknown>): number => work.push(promise);
    self.dispatchEvent(Object.assign(new Event('pushsubscriptionchange'), { waitUntil }));
    await Promise.all(work);
  });

  const after = await contactOf(before.device_token);
  expect(after).toMatchObject({ _id: before._id, subscription: { vapid_public_key: third.publicKey } });
  await expectReached(after);
});
