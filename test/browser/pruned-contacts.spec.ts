import type { Page } from 'playwright-core';
import type { StoredContact } from '../support/test-database.js';
import { answerInWindow, type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

const DAY_MS = 86_400_000;

let stage: PushStage;
let browser: Browser;
let page: Page;
/** Questions to the API about a contact. */
let checks: string[];

beforeAll(async () => {
  stage = await startPushStage('pruned');
});

afterAll(() => stage.stop());

beforeEach(async () => {
  await stage.putDomain({ isPushFeatureEnabled: true });
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
  await browser.setPermission(stage.site.url, 'granted');
  stage.site.use({ 'data-delay': '0' });
  page = await browser.context.newPage();
  checks = [];
  page.on('request', (request) => {
    if (request.url().includes('/device-tokens/')) checks.push(request.url());
  });
});

afterEach(() => browser.close());

async function visit(): Promise<PushScriptStatus> {
  await page.goto(stage.site.url);
  return untilStatus(page, 'subscribed', 'failed', 'asking', 'ready', 'left', 'denied');
}

/** A visit after this many days by the browser's clock. */
async function visitLater(days: number): Promise<PushScriptStatus> {
  await page.clock.setFixedTime(Date.now() + days * DAY_MS);
  return visit();
}

function activeContacts(guid: string): Promise<StoredContact[]> {
  return stage.db
    .contactsOf(DOMAIN)
    .then((contacts) => contacts.filter(({ visitor_guid, deleted }) => visitor_guid === guid && !deleted));
}

/** Becomes a contact. Resolves with its visitor guid and the endpoint of its subscription. */
async function becomeContact(): Promise<{ guid: string; endpoint: string; token: string }> {
  expect(await visit()).toBe('subscribed');
  const { guid, token } = await page.evaluate(() => ({
    guid: window.pushScript?.visitorGuid ?? '',
    token: window.pushScript?.deviceToken ?? '',
  }));
  return { guid, token, endpoint: stage.pushService.endpoints.at(-1) ?? '' };
}

/** What a push service's 410 leads to. */
async function prune(token: string, endpoint: string): Promise<void> {
  stage.pushService.unsubscribe(endpoint);
  await stage.db.update('push-contacts', { device_token: token }, { $set: { deleted: true } });
}

async function expectRegisteredAgain(guid: string, endpoint: string): Promise<void> {
  const contacts = await activeContacts(guid);
  expect(contacts).toMatchObject([{ subscription: { endpoint: stage.pushService.endpoints.at(-1) } }]);
  expect(contacts[0]?.subscription?.endpoint).not.toBe(endpoint);
  expect(stage.pushService.endpoints).not.toContain(endpoint);
}

describe('a contact that was pruned', () => {
  it('is registered again on a visit of the next day, under the same guid and without a question', async () => {
    const { guid, endpoint, token } = await becomeContact();
    await prune(token, endpoint);

    expect(await visitLater(1)).toBe('subscribed');

    await expectRegisteredAgain(guid, endpoint);
    expect(checks).toHaveLength(1);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it.each(['ask', 'subscribe'] as const)('is registered again by %s() on the same day', async (method) => {
    const { guid, endpoint, token } = await becomeContact();
    await prune(token, endpoint);
    expect(await visit()).toBe('subscribed');
    expect(checks).toEqual([]);

    expect(await page.evaluate((name) => window.pushScript?.[name](), method)).toBe('subscribed');

    await expectRegisteredAgain(guid, endpoint);
  });

  it('is registered again by setEmail() on the same day, with the e-mail', async () => {
    const { guid, endpoint, token } = await becomeContact();
    await prune(token, endpoint);
    await visit();

    expect(await page.evaluate(() => window.pushScript?.setEmail('visitor@example.com'))).toBe(true);

    await expectRegisteredAgain(guid, endpoint);
    expect(await activeContacts(guid)).toMatchObject([{ email: 'visitor@example.com' }]);
  });

  it('is registered again after the database was emptied', async () => {
    const { guid, endpoint } = await becomeContact();
    await stage.db.deleteAll('push-contacts');

    expect(await visitLater(2)).toBe('subscribed');

    await expectRegisteredAgain(guid, endpoint);
  });

  it('is registered again in a browser that has lost its notes', async () => {
    const { endpoint, token } = await becomeContact();
    await prune(token, endpoint);
    await page.evaluate(() => {
      localStorage.clear();
      indexedDB.deleteDatabase('push-script');
    });

    expect(await visit()).toBe('subscribed');

    await expectRegisteredAgain((await page.evaluate(() => window.pushScript?.visitorGuid)) ?? '', endpoint);
  });

  it('is registered again although another browser of the same visitor is a contact', async () => {
    const { guid, endpoint, token } = await becomeContact();
    await stage.db.addContacts(DOMAIN, [`other of ${guid}`], { visitor_guid: guid });
    await prune(token, endpoint);

    expect(await visitLater(1)).toBe('subscribed');

    expect(await activeContacts(guid)).toHaveLength(2);
  });

  it('is tried again on the next visit when the push service did not answer the first time', async () => {
    const { guid, endpoint, token } = await becomeContact();
    await prune(token, endpoint);
    stage.pushService.subscriptionResponse = 'refusal';
    expect(await visitLater(1)).toBe('failed');

    stage.pushService.subscriptionResponse = 'subscription';

    expect(await visitLater(1)).toBe('subscribed');
    await expectRegisteredAgain(guid, endpoint);
  });

  it('stays away when the visitor has left', async () => {
    const { guid, token, endpoint } = await becomeContact();
    await page.evaluate(() => window.pushScript?.leave());
    await prune(token, endpoint);

    expect(await visitLater(1)).toBe('left');

    expect(checks).toEqual([]);
    expect(await activeContacts(guid)).toEqual([]);
  });

  it('is not registered again without the permission', async () => {
    const { guid, token, endpoint } = await becomeContact();
    await prune(token, endpoint);
    await browser.setPermission(stage.site.url, 'denied');

    expect(await visitLater(1)).toBe('denied');

    expect(checks).toEqual([]);
    expect(await activeContacts(guid)).toEqual([]);
  });
});

describe('a contact that is active', () => {
  it('is looked up at most once a day, and keeps its subscription', async () => {
    const { guid, endpoint } = await becomeContact();
    const counts: number[] = [];
    for (const days of [0, 1, 1.5, 2.1]) {
      expect(await visitLater(days)).toBe('subscribed');
      counts.push(checks.length);
    }

    expect(counts).toEqual([0, 1, 1, 2]);
    expect(await activeContacts(guid)).toMatchObject([{ subscription: { endpoint } }]);
  });

  it('is looked up at most once a page visit, however often the page asks', async () => {
    await becomeContact();

    await page.evaluate(async () => {
      for (let time = 0; time < 5; time += 1) await window.pushScript?.subscribe();
    });

    expect(checks).toHaveLength(1);
  });

  it.each([
    ['is unreachable', { abort: true }],
    ['fails', { status: 503 }],
    ['is older and knows no such route', { status: 404 }],
    ['is replaced by a page of a proxy', { status: 200, body: '<html>' }],
  ])('is left as it is when the API %s', async (_how, response) => {
    const { guid, endpoint } = await becomeContact();
    await page.route('**/device-tokens/**', (route) =>
      'abort' in response ? route.abort() : route.fulfill({ ...response }),
    );

    expect(await visitLater(1)).toBe('subscribed');
    expect(await visitLater(1)).toBe('subscribed');

    expect(checks).toHaveLength(2);
    expect(await activeContacts(guid)).toMatchObject([{ subscription: { endpoint } }]);
  });
});

describe('with Firebase', () => {
  it('a pruned token is deleted, and the next one registered under the same guid', async () => {
    const name = `firebase-${Date.now()}`;
    stage.site.use(
      {},
      `window.pushScriptOptions = {
         getFirebaseToken: async () => '${name}-' + (localStorage.made ?? 0),
         deleteFirebaseToken: async () => { localStorage.made = 1; },
       };`,
    );
    const { guid, token } = await becomeContact();
    expect(token).toBe(`${name}-0`);
    await stage.db.update('push-contacts', { device_token: token }, { $set: { deleted: true } });

    expect(await visitLater(1)).toBe('subscribed');

    expect(await activeContacts(guid)).toMatchObject([{ device_token: `${name}-1` }]);
  });
});

describe('with an external push domain', () => {
  it('a pruned contact is offered the window again, which makes a new subscription under the same guid', async () => {
    const external = stage.api.url.replace('127.0.0.1', 'push.localhost');
    await stage.putDomain({ isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain: external });
    await browser.setPermission(external, 'granted');
    await page.goto(stage.site.url);
    await acceptInWindow();
    const guid = await page.evaluate(() => window.pushScript?.visitorGuid ?? '');
    const [contact] = await activeContacts(guid);
    const endpoint = contact?.subscription?.endpoint ?? '';
    await prune(contact?.device_token ?? '', endpoint);

    await page.clock.setFixedTime(Date.now() + DAY_MS);
    await page.goto(stage.site.url);
    await untilStatus(page, 'asking');
    await acceptInWindow();

    await expectRegisteredAgain(guid, endpoint);
  });

  async function acceptInWindow(): Promise<void> {
    await untilStatus(page, 'asking');
    const opening = page.waitForEvent('popup');
    await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
    await answerInWindow(await opening, /^Yes/);
    await untilStatus(page, 'subscribed');
  }
});
