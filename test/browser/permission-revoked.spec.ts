import type { Page } from 'playwright-core';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

let stage: PushStage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stage = await startPushStage('revoked');
  await stage.putDomain({ isPushFeatureEnabled: true });
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await stage.stop();
});

/** Becomes a contact, whose permission the browser withdraws then. Resolves with the guid. */
async function becomeRevokedContact(attributes: Readonly<Record<string, string>>): Promise<string> {
  stage.site.use(attributes);
  await browser.setPermission(stage.site.url, 'granted');
  await page.goto(stage.site.url);
  await page.waitForFunction(() => window.pushScript !== undefined);
  expect(await page.evaluate(() => window.pushScript?.ask())).toBe('subscribed');
  const guid = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/push-script/');
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    return window.pushScript?.visitorGuid ?? '';
  });
  await browser.setPermission(stage.site.url, 'prompt');
  await page.goto(stage.site.url);
  return guid;
}

beforeEach(async () => {
  page = await browser.context.newPage();
});

afterEach(async () => {
  await page.close();
  await browser.clear(stage.site.url);
});

it('asks a contact in other words whether to resume, who then is the same contact again', async () => {
  const guid = await becomeRevokedContact({ 'data-delay': '0' });
  await untilStatus(page, 'asking');
  const dialog = page.getByRole('dialog', { name: `Notifications from ${DOMAIN} are off` });
  await dialog.getByText('Would you like them back?').waitFor();
  await browser.setPermission(stage.site.url, 'granted');

  await dialog.getByRole('button', { name: /^Yes/ }).click();

  await untilStatus(page, 'subscribed');
  const contacts = (await stage.db.contactsOf(DOMAIN)).filter(({ visitor_guid }) => visitor_guid === guid);
  expect(contacts).toMatchObject([{ deleted: false, subscription: { endpoint: stage.pushService.endpoints.at(-1) } }]);
});

it('tells the page, and takes the texts of the site', async () => {
  await becomeRevokedContact({ 'data-prompt': 'manual', 'data-back-title': 'We miss you', 'data-back-text': '' });
  await untilStatus(page, 'ready');
  expect(await page.evaluate(() => window.pushScript?.reason)).toBe('permission-revoked');

  const asking = page.evaluate(() => window.pushScript?.ask());

  const dialog = page.getByRole('dialog', { name: 'We miss you' });
  await dialog.getByRole('button', { name: 'No, thanks' }).click();
  expect(await asking).toBe('refused');
});

it.each([
  ['refused', 'No, thanks', 'refused'],
  ['closed', 'Close, ask me later', 'ready'],
] as const)('leaves a contact alone who has %s it', async (_what, button, status) => {
  await becomeRevokedContact({ 'data-delay': '0' });
  await page.getByRole('dialog').getByRole('button', { name: button }).click();
  await untilStatus(page, status);

  await page.goto(stage.site.url);

  await untilStatus(page, status);
  // The prompt would come with the next timer of the page.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it('does not take a visitor who has left for a contact', async () => {
  stage.site.use({ 'data-prompt': 'manual' });
  await browser.setPermission(stage.site.url, 'granted');
  await page.goto(stage.site.url);
  await page.waitForFunction(() => window.pushScript !== undefined);
  expect(await page.evaluate(() => window.pushScript?.ask())).toBe('subscribed');
  expect(await page.evaluate(() => window.pushScript?.leave())).toBe('left');
  await browser.setPermission(stage.site.url, 'prompt');

  await page.goto(stage.site.url);

  await untilStatus(page, 'left');
  expect(await page.evaluate(() => window.pushScript?.reason)).toBe(null);
});

it('does nothing by itself with data-prompt="manual", though the permission is granted', async () => {
  stage.site.use({ 'data-prompt': 'manual', 'data-delay': '0' });
  await browser.setPermission(stage.site.url, 'granted');
  const before = stage.pushService.endpoints;

  await page.goto(stage.site.url);

  await untilStatus(page, 'ready');
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(stage.pushService.endpoints).toEqual(before);
  expect(await page.getByRole('dialog').count()).toBe(0);

  expect(await page.evaluate(() => window.pushScript?.ask())).toBe('subscribed');
  await page.goto(stage.site.url);
  await untilStatus(page, 'subscribed');
});
