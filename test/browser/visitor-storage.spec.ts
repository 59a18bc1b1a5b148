import type { Page } from 'playwright-core';
import type { StoredContact } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

/** Fills localStorage to its last byte; what is stored already stays. */
const FULL = `for (let size = 4_194_304; size >= 1; size = Math.floor(size / 2)) {
  try { for (;;) localStorage.setItem('filler' + Math.random(), 'x'.repeat(size)); } catch {}
}`;
const FORBIDDEN = `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })`;
const NO_DATABASE = `IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }`;

let stage: PushStage;
let browser: Browser;
let page: Page;
let warnings: string[];

beforeAll(async () => {
  stage = await startPushStage('storage');
  await stage.putDomain({ isPushFeatureEnabled: true });
  stage.site.use({ 'data-prompt': 'manual' });
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await stage.stop();
});

beforeEach(async () => {
  await browser.setPermission(stage.site.url, 'prompt');
  await openPage();
});

afterEach(async () => {
  await page.close();
  await browser.clear(stage.site.url);
});

async function openPage(): Promise<void> {
  page = await browser.context.newPage();
  warnings = [];
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text());
  });
}

async function visit(): Promise<PushScriptStatus> {
  await page.goto(stage.site.url);
  return untilStatus(page, 'ready', 'subscribed', 'left', 'failed', 'refused');
}

async function subscribe(): Promise<void> {
  await browser.setPermission(stage.site.url, 'granted');
  expect(await page.evaluate(() => window.pushScript?.subscribe())).toBe('subscribed');
}

function guid(): Promise<string> {
  return page.evaluate(() => window.pushScript?.visitorGuid ?? '');
}

/** Waits for what IndexedDB holds: a page that is left at once may end a write that is under way. */
async function untilKept(name: string, value: string): Promise<void> {
  const read = (key: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open('push-script', 1);
      opening.onupgradeneeded = () => opening.transaction?.abort();
      opening.onerror = () => {
        resolve(undefined);
      };
      opening.onsuccess = () => {
        const reading = opening.result.transaction('contacts').objectStore('contacts').get(key);
        reading.onerror = () => {
          reject(reading.error ?? new Error('not read'));
        };
        reading.onsuccess = () => {
          opening.result.close();
          resolve(reading.result);
        };
      };
    });
  await waitFor(
    () => page.evaluate(read, `pushScript.${name}`),
    (kept) => kept === value,
  );
}

async function contact(): Promise<StoredContact | undefined> {
  const token = await page.evaluate(() => window.pushScript?.deviceToken);
  return (await stage.db.contactsOf(DOMAIN)).find(({ device_token }) => device_token === token);
}

describe.each([
  ['full', FULL],
  ['forbidden', FORBIDDEN],
])('with a localStorage that is %s', (_what, script) => {
  beforeEach(() => page.addInitScript(script));

  it('keeps guid and e-mail on the page and for later visits', async () => {
    await visit();
    const first = await guid();
    expect(await guid()).toBe(first);
    await untilKept('visitorGuid', first);
    expect(await page.evaluate(() => window.pushScript?.setEmail('kept@example.com'))).toBe(false);
    expect(await page.evaluate(() => window.pushScript?.emailReason)).toBe('not-subscribed');
    await untilKept('pendingEmail', 'kept@example.com');

    await visit();
    expect(await guid()).toBe(first);
    await subscribe();

    expect(await contact()).toMatchObject({ visitor_guid: first, email: 'kept@example.com' });
  });

  it('keeps that the visitor has left, until the visitor subscribes again', async () => {
    await visit();
    await subscribe();
    await page.evaluate(() => window.pushScript?.leave());

    expect(await visit()).toBe('left');

    await subscribe();
    expect(await visit()).toBe('subscribed');
  });

  it('keeps the guid that the page has set, rather than an earlier one', async () => {
    await visit();
    await guid();
    await page.evaluate(() => window.pushScript?.setVisitorGuid('guid-of-the-page'));
    await untilKept('visitorGuid', 'guid-of-the-page');

    await visit();

    expect(await guid()).toBe('guid-of-the-page');
  });
});

it('forgets what an earlier full localStorage left in IndexedDB, once localStorage has room', async () => {
  await page.addInitScript(FULL);
  await visit();
  await page.evaluate(() => window.pushScript?.setEmail('old@example.com'));
  await untilKept('pendingEmail', 'old@example.com');
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.close();
  await openPage();
  await visit();
  await page.evaluate(() => window.pushScript?.setEmail('new@example.com'));
  await subscribe();
  expect((await contact())?.email).toBe('new@example.com');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));

  expect(await visit()).toBe('subscribed');

  expect(requests.filter((url) => url.endsWith('/email'))).toEqual([]);
});

it('works without any storage as long as the page, and says so once', async () => {
  await page.addInitScript(`${FORBIDDEN};${NO_DATABASE}`);
  await visit();
  const first = await guid();
  await page.evaluate(() => window.pushScript?.setEmail('kept@example.com'));

  await subscribe();

  expect(await contact()).toMatchObject({ visitor_guid: first, email: 'kept@example.com' });
  expect(warnings).toEqual([expect.stringContaining('[PushScript] storage-unavailable')]);
});

describe('setEmail', () => {
  beforeEach(async () => {
    await visit();
    await subscribe();
  });

  it('leaves out spaces around the e-mail', async () => {
    expect(await page.evaluate(() => window.pushScript?.setEmail(' \tspaced@example.com\n'))).toBe(true);

    expect((await contact())?.email).toBe('spaced@example.com');
    expect(await page.evaluate(() => window.pushScript?.emailReason)).toBeNull();
  });

  it.each([
    ['no address', 'visitor'],
    ['an empty text', '  '],
    ['a space inside', 'a visitor@example.com'],
    ['more characters than the API takes', `${'a'.repeat(250)}@example.com`],
    ['an address that only the API refuses', 'visitor@example'],
    ['undefined', undefined],
    ['a number', 7],
  ])('resolves with false and gives email-invalid for %s, and keeps nothing of it', async (_what, email) => {
    const result = await page.evaluate((given) => window.pushScript?.setEmail(given as string), email);

    expect([result, await page.evaluate(() => window.pushScript?.emailReason)]).toEqual([false, 'email-invalid']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('visitor');
    expect(await page.evaluate(() => localStorage.getItem('pushScript.pendingEmail'))).toBeNull();
    expect(await page.evaluate(() => window.pushScript?.status)).toBe('subscribed');
  });

  it('tells the answer to an e-mail that is set before the script has started', async () => {
    await page.addInitScript(() => {
      const setEarly = (pushScript: PushScript): void => {
        (window as { early?: Promise<boolean> }).early = pushScript.setEmail('visitor@example');
      };
      window.pushScriptQueue = [setEarly];
    });
    await visit();

    const result = await page.evaluate(() => (window as { early?: Promise<boolean> }).early);

    expect([result, await page.evaluate(() => window.pushScript?.emailReason)]).toEqual([false, 'email-invalid']);
  });

  it('keeps an e-mail that could not be sent, gives the reason, and sends it on the next visit', async () => {
    await page.route('**/email', (route) => route.abort());
    expect(await page.evaluate(() => window.pushScript?.setEmail('later@example.com'))).toBe(false);
    expect(await page.evaluate(() => window.pushScript?.emailReason)).toBe('api-unreachable');
    await page.unrouteAll();

    await visit();

    expect((await waitFor(contact, (found) => found?.email !== null))?.email).toBe('later@example.com');
  });
});

it('an e-mail that is none does not replace one that is kept', async () => {
  await visit();
  await page.evaluate(() => window.pushScript?.setEmail('good@example.com'));
  await page.evaluate(() => window.pushScript?.setEmail('bad'));

  await subscribe();

  expect((await contact())?.email).toBe('good@example.com');
});
