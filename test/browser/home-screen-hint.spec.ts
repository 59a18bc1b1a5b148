import type { Page } from 'playwright-core';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

/** What a tab on iOS has, and lacks (webkit.org/blog/13878). */
const IOS_TAB = 'navigator.standalone = false; delete window.PushManager; delete window.Notification;';
const HINT = { 'data-home-screen-hint': '', 'data-delay': '0' };

let stage: PushStage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  stage = await startPushStage('home_screen');
  await stage.putDomain({ isPushFeatureEnabled: true });
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await stage.stop();
});

beforeEach(async () => {
  page = await browser.context.newPage();
});

afterEach(async () => {
  await page.close();
  await browser.clear(stage.site.url);
});

async function visit(attributes: Readonly<Record<string, string>>, script = IOS_TAB): Promise<void> {
  stage.site.use(attributes);
  await page.addInitScript(script);
  await page.goto(stage.site.url);
  await untilStatus(page, 'unsupported', 'ready', 'asking');
}

async function expectNoHint(): Promise<void> {
  // The hint would come with the next timer of the page.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(await page.getByRole('dialog').count()).toBe(0);
}

it('is off at first, and the page learns the reason', async () => {
  await visit({ 'data-delay': '0' });

  await expectNoHint();
  expect(await page.evaluate(() => [window.pushScript?.status, window.pushScript?.reason])).toEqual([
    'unsupported',
    'home-screen-needed',
  ]);
});

it('tells by text and picture how to add the site to the home screen', async () => {
  await visit(HINT);

  const dialog = page.getByRole('dialog', { name: /^Notifications from/ });
  await dialog.getByText('tap Share, then “Add to Home Screen”').waitFor();
  expect(await dialog.locator('svg path').count()).toBe(3);
  expect(await dialog.getByRole('button').allTextContents()).toEqual(['No, thanks', '×']);
  expect(await page.evaluate(() => window.pushScript?.status)).toBe('unsupported');
});

it.each(['No, thanks', 'Close, ask me later'])('does not come again after %s, but by ask()', async (button) => {
  await visit(HINT);
  await page.getByRole('dialog').getByRole('button', { name: button }).click();
  await page.goto(stage.site.url);
  await untilStatus(page, 'unsupported');
  await expectNoHint();

  const asking = page.evaluate(() => window.pushScript?.ask());
  await page.getByRole('dialog').getByRole('button', { name: button }).click();

  expect(await asking).toBe('unsupported');
});

it('waits for ask() or subscribe() with data-prompt="manual"', async () => {
  await visit({ ...HINT, 'data-prompt': 'manual' });
  await expectNoHint();

  const subscribing = page.evaluate(() => window.pushScript?.subscribe());
  await page.getByRole('dialog').getByRole('button', { name: 'No, thanks' }).click();

  expect(await subscribing).toBe('unsupported');
});

it('takes texts of the site and of another language', async () => {
  await visit({ ...HINT, 'data-lang': 'es', 'data-hint-title': 'Avisos' });

  await page.getByRole('dialog', { name: 'Avisos' }).getByText('toca Compartir').waitFor();
});

it.each([
  ['the web app on the home screen', 'navigator.standalone = true'],
  ['another browser', ''],
])('does not come in %s', async (_what, script) => {
  await browser.setPermission(stage.site.url, 'prompt');
  await visit(HINT, script);

  await untilStatus(page, 'asking');
  await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).waitFor();
});

it.each([
  ['iOS before 16.4', `${IOS_TAB} HTMLScriptElement.supports = () => false;`],
  [
    'a web view inside of an app',
    `${IOS_TAB} Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15' });`,
  ],
])('does not come in %s, where it would not help', async (_what, script) => {
  await visit(HINT, script);

  await expectNoHint();
  expect(await page.evaluate(() => window.pushScript?.reason)).toBe('browser-unsupported');
});
