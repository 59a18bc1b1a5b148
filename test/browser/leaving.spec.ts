import type { Page } from 'playwright-core';
import type { StoredContact } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { answerInWindow, type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

type Contact = StoredContact & { readonly unsubscribed_at?: Date };

const PUSH = JSON.stringify({ title: 'Sale', body: 'Half price', data: { source: 'push-contact' } });

let stage: PushStage;
let browser: Browser;
let page: Page;
/** The contact's device token. */
let token: string;

beforeAll(async () => {
  stage = await startPushStage('leaving');
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await stage.stop();
});

beforeEach(async () => {
  await stage.putDomain({ isPushFeatureEnabled: true });
  await stage.db.deleteAll('webPushEvent');
  page = await browser.context.newPage();
});

afterEach(async () => {
  await page.close();
  await browser.context.unrouteAll();
  await browser.clear(stage.site.url);
});

async function becomeContact(script?: string): Promise<void> {
  stage.site.use({ 'data-delay': '0' }, script);
  await browser.setPermission(stage.site.url, 'granted');
  await page.goto(stage.site.url);
  await untilStatus(page, 'subscribed');
  token = await page.evaluate(() => window.pushScript?.deviceToken ?? '');
}

async function contact(): Promise<Contact> {
  const found = (await stage.db.contactsOf(DOMAIN)).find(({ device_token: each }) => each === token);
  if (found === undefined) throw new Error('There is no such contact');
  return found;
}

async function untilLeft(): Promise<void> {
  const left = await waitFor(contact, ({ deleted }) => deleted);
  expect(left.unsubscribed_at).toBeInstanceOf(Date);
  expect(await stage.db.count('webPushEvent', { type: 8, device_token: token })).toBe(1);
}

/** Counts the requests to leave from now on, and lets none of them through to the API if `fails`. */
async function watchLeaving(fails = false): Promise<() => number> {
  let count = 0;
  await browser.context.route(`${stage.api.url}/push-contacts/*`, async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue();
    count += 1;
    return fails ? route.abort() : route.continue();
  });
  return () => count;
}

function leave(): Promise<PushScriptStatus | undefined> {
  return page.evaluate(() => window.pushScript?.leave());
}

/** Makes the page's push manager unable to end a subscription. */
function failUnsubscribing(): Promise<void> {
  return page.evaluate(() => {
    const refuse = (): Promise<never> => Promise.reject(new DOMException('It is offline', 'NetworkError'));
    Object.assign(window, { postOutsideOfPage: refuse });
  });
}

function hasSubscription(): Promise<boolean> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/push-script/');
    return (await registration?.pushManager.getSubscription()) != null;
  });
}

describe('leave()', () => {
  it('ends the contact in the API and the subscription in the browser, for later pages too', async () => {
    await becomeContact();

    expect(await leave()).toBe('left');

    await untilLeft();
    expect(await hasSubscription()).toBe(false);
    const count = await watchLeaving();
    await page.goto(stage.site.url);
    await untilStatus(page, 'left');
    expect(await hasSubscription()).toBe(false);
    expect((await contact()).deleted).toBe(true);
    expect(count()).toBe(0);
  });

  it('ends the subscription also where the API is unreachable, and tells the API on the next page', async () => {
    await becomeContact();
    const count = await watchLeaving(true);

    expect(await leave()).toBe('left');

    expect([count(), await hasSubscription(), (await contact()).deleted]).toEqual([1, false, false]);
    await browser.context.unrouteAll();
    const told = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await page.goto(stage.site.url);
    await untilStatus(page, 'left');
    await told;
    await untilLeft();
    const later = await watchLeaving();
    await page.goto(stage.site.url);
    await untilStatus(page, 'left');
    expect(later()).toBe(0);
  });

  it('ends the contact in the API also where the browser does not end the subscription', async () => {
    await becomeContact();
    await failUnsubscribing();

    expect(await leave()).toBe('left');

    await untilLeft();
  });

  it('keeps the visitor a contact where neither is reached', async () => {
    await becomeContact();
    await watchLeaving(true);
    await failUnsubscribing();

    expect(await leave()).toBe('subscribed');

    expect((await contact()).deleted).toBe(false);
  });

  it('holds in another tab that is still open', async () => {
    await becomeContact();
    const other = await browser.context.newPage();
    await other.goto(stage.site.url);
    await untilStatus(other, 'subscribed');
    await leave();
    await untilLeft();

    expect(await other.evaluate(() => window.pushScript?.setEmail('visitor@example.com'))).toBe(false);

    expect(await other.evaluate(() => [window.pushScript?.status, window.pushScript?.emailReason])).toEqual([
      'left',
      'not-subscribed',
    ]);
    expect([(await contact()).deleted, await hasSubscription()]).toEqual([true, false]);
    await other.close();
  });

  it('is undone when the visitor subscribes again', async () => {
    await becomeContact();
    await leave();
    await untilLeft();

    expect(await page.evaluate(() => window.pushScript?.subscribe())).toBe('subscribed');

    token = await page.evaluate(() => window.pushScript?.deviceToken ?? '');
    expect((await contact()).deleted).toBe(false);
  });

  it('ends the contact of a page that uses Firebase', async () => {
    await becomeContact(`window.pushScriptOptions = { getFirebaseToken: async () => 'token-of-firebase' };`);

    expect(await leave()).toBe('left');

    await untilLeft();
  });

  it('ends the contact of an external push domain, in its window', async () => {
    const external = stage.api.url.replace('127.0.0.1', 'push.localhost');
    await stage.putDomain({ isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain: external });
    stage.site.use({ 'data-delay': '0' });
    await browser.setPermission(external, 'granted');
    await page.goto(stage.site.url);
    const subscribing = page.waitForEvent('popup');
    await page.getByRole('button', { name: /^Yes/ }).click();
    await answerInWindow(await subscribing, /^Yes/);
    await untilStatus(page, 'subscribed');
    token = await page.evaluate(() => window.pushScript?.deviceToken ?? '');

    const opening = page.waitForEvent('popup');
    const leaving = leave();
    await answerInWindow(await opening, 'Stop');

    expect(await leaving).toBe('left');
    await untilLeft();
    await browser.clear(external);
  });
});

describe('a permission that is withdrawn', () => {
  it.each([
    ['denied', 'denied', 'permission-blocked'],
    ['prompt', 'ready', 'permission-revoked'],
  ] as const)('ends the contact on the next page, once: %s', async (permission, status, reason) => {
    await becomeContact();
    stage.site.use({ 'data-prompt': 'manual' });
    await browser.setPermission(stage.site.url, permission);
    const count = await watchLeaving();

    for (let visit = 0; visit < 2; visit += 1) {
      await page.goto(stage.site.url);
      await untilStatus(page, status);
      expect(await page.evaluate(() => window.pushScript?.reason)).toBe(reason);
      await untilLeft();
    }

    expect(count()).toBe(1);
  });

  it('is told on a later page where the API was unreachable', async () => {
    await becomeContact();
    await browser.setPermission(stage.site.url, 'denied');
    await watchLeaving(true);
    await page.goto(stage.site.url);
    await untilStatus(page, 'denied');
    expect((await contact()).deleted).toBe(false);
    await browser.context.unrouteAll();

    await page.goto(stage.site.url);

    await untilStatus(page, 'denied');
    await untilLeft();
  });

  it.each([
    ['Web Push', undefined],
    ['Firebase', `window.pushScriptOptions = { getFirebaseToken: async () => 'given-again' };`],
  ])('and given again makes the visitor the same contact: %s', async (_way, script) => {
    await becomeContact(script);
    const { _id: id, visitor_guid: guid } = await contact();
    await browser.setPermission(stage.site.url, 'denied');
    await page.goto(stage.site.url);
    await untilStatus(page, 'denied');
    await untilLeft();

    await browser.setPermission(stage.site.url, 'granted');
    await page.goto(stage.site.url);

    await untilStatus(page, 'subscribed');
    expect(await contact()).toMatchObject({ _id: id, visitor_guid: guid, deleted: false });
    expect(await contact()).not.toHaveProperty('unsubscribed_at');
  });

  it('ends the contact when a push cannot be shown, without a page', async () => {
    await becomeContact();
    await page.goto('about:blank');
    await browser.setPermission(stage.site.url, 'denied');

    await browser.deliverPush(`${stage.site.url}/push-script/`, PUSH);

    await untilLeft();
  });

  it.each([
    ['denied', true],
    ['granted', false],
  ] as const)('ends the contact when the browser changes the subscription: %s, %p', async (permission, leaves) => {
    await becomeContact();
    const worker = await browser.worker(`${stage.site.url}/push-service-worker.js`);
    await browser.setPermission(stage.site.url, permission);
    const count = await watchLeaving();

    await worker.evaluate(async () => {
      const work: Promise<unknown>[] = [];
      const waitUntil = (promise: Promise<unknown>): unknown => work.push(promise);
      self.dispatchEvent(Object.assign(new Event('pushsubscriptionchange'), { waitUntil }));
      await Promise.all(work);
    });

    expect((await contact()).deleted).toBe(leaves);
    if (leaves) await untilLeft();
    else expect(count()).toBe(0);
  });
});
