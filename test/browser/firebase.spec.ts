import type { Page } from 'playwright-core';
import type { StoredContact } from '../support/test-database.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

const FID = 'cSH7-abc_DEF0123456789';
const TOKEN = `${FID}:APA91b-x`;

/**
 * Stands in for Firebase's SDK, with what it keeps in localStorage. As the real one, `register` calls back
 * only when it has registered anew, which it does not on each page.
 */
const SDK = `
const calls = [];
let next;
const sdk = {
  onRegistered: (messaging, callback) => { next = callback; },
  register: async (messaging, options) => {
    calls.push(['register', messaging, options]);
    if (localStorage.registered) return;
    localStorage.registered = 'yes';
    next('${FID}');
  },
  unregister: async (messaging) => { calls.push(['unregister', messaging]); localStorage.removeItem('registered'); },
  getToken: async (messaging, options) => { calls.push(['getToken', messaging, options]); return '${TOKEN}'; },
  deleteToken: async (messaging) => { calls.push(['deleteToken', messaging]); },
};
window.pushScriptOptions = { firebase: { sdk, messaging: 'messaging', options: { vapidKey: 'key' } } };`;

/** An SDK from before installation ids. */
const OLDER_SDK = `${SDK}\nfor (const name of ['register', 'unregister', 'onRegistered']) delete sdk[name];`;

let stage: PushStage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stage = await startPushStage('firebase');
  await stage.putDomain({ isPushFeatureEnabled: true });
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
  await browser.setPermission(stage.site.url, 'granted');
});

afterAll(async () => {
  await browser.close();
  await stage.stop();
});

beforeEach(async () => {
  await stage.db.deleteAll('push-contacts');
  page = await browser.context.newPage();
});

afterEach(async () => {
  await page.close();
  await browser.clear(stage.site.url);
});

async function visit(script: string): Promise<void> {
  stage.site.use({}, script);
  await page.goto(stage.site.url);
  await untilStatus(page, 'subscribed');
}

function calls(): Promise<unknown[]> {
  return page.evaluate('calls');
}

function contacts(): Promise<StoredContact[]> {
  return stage.db.contactsOf(DOMAIN);
}

it('registers the installation id where the SDK can, and goes on with it on later pages', async () => {
  await visit(SDK);

  expect(await calls()).toEqual([['register', 'messaging', { vapidKey: 'key' }]]);
  expect(await page.evaluate(() => window.pushScript?.deviceToken)).toBe(FID);
  const [contact] = await contacts();
  expect(contact).toMatchObject({ device_token: FID, subscription: null, deleted: false });

  await visit(SDK);

  expect(await calls()).toEqual([['register', 'messaging', { vapidKey: 'key' }]]);
  expect(await contacts()).toEqual([contact]);
  expect(stage.pushApi.deviceChecks.filter((token) => token === FID)).toHaveLength(1);
});

it('registers anew where neither the SDK tells the id nor PushScript knows it', async () => {
  await page.goto(`${stage.site.url}/plain`);
  await page.evaluate(() => {
    localStorage.setItem('registered', 'yes');
  });

  await visit(SDK);

  expect((await calls()).map((call) => (call as string[])[0])).toEqual(['register', 'unregister', 'register']);
  expect(await contacts()).toMatchObject([{ device_token: FID }]);
});

it('registers the token of an older SDK', async () => {
  await visit(OLDER_SDK);

  expect(await calls()).toEqual([['getToken', 'messaging', { vapidKey: 'key' }]]);
  expect(await contacts()).toMatchObject([{ device_token: TOKEN }]);
});

it.each([
  ['an older SDK', OLDER_SDK],
  ['a function of its own', `window.pushScriptOptions = { getFirebaseToken: async () => '${TOKEN}' };`],
])('keeps the contact when the page moves from the token of %s', async (_what, script) => {
  await visit(script);
  expect(await page.evaluate(() => window.pushScript?.setEmail('visitor@example.com'))).toBe(true);
  const [before] = await contacts();

  await visit(SDK);

  expect(await contacts()).toEqual([
    { ...before, device_token: FID, modified: expect.any(Date) as unknown, renewed_at: expect.any(Date) as unknown },
  ]);
  expect(await page.evaluate(() => window.pushScript?.setEmail('later@example.com'))).toBe(true);
  expect(await contacts()).toMatchObject([{ email: 'later@example.com' }]);
});

it.each([
  ['unregister', SDK, FID],
  ['deleteToken', OLDER_SDK, TOKEN],
])('leaves by %s', async (name, script, token) => {
  await visit(script);

  expect(await page.evaluate(() => window.pushScript?.leave())).toBe('left');

  expect((await calls()).at(-1)).toEqual([name, 'messaging']);
  expect(await contacts()).toMatchObject([{ device_token: token, deleted: true }]);
});
