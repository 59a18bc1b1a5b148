import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { leaveAsNewVisitor, type Shop, startShop } from './support/shop.js';

const MANUAL = { 'data-prompt': 'manual' };
const DAY_MS = 86_400_000;

let shop: Shop;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  shop = await startShop('soft_prompt');
  browser = await openBrowser({ pushServiceUrl: shop.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await shop.stop();
});

beforeEach(async () => {
  page = await browser.context.newPage();
  await browser.setPermission(shop.url, 'prompt');
});

afterEach(async () => {
  await leaveAsNewVisitor(page, shop.url);
});

async function visit(attributes: Record<string, string> = {}, body = '', script = ''): Promise<void> {
  const worker = `${shop.workerPreface} importScripts('${shop.api.url}/push-service-worker.js');`;
  shop.serve({
    '/': {
      body: `<!doctype html><html lang="en"><title>Shop</title><script>${script}</script>${shop.tag(attributes)}
             <body><input aria-label="Search" type="search">${body}</body></html>`,
    },
    '/push-service-worker.js': { type: 'text/javascript', body: worker },
  });
  await page.goto(shop.url);
}

function prompt(): Locator {
  return page.getByRole('dialog', { name: /^Notifications/ });
}

function button(name: RegExp): Locator {
  return prompt().getByRole('button', { name });
}

/** Calls `ask()` and keeps its answer in the page, so that a test can go on before it is there. */
async function ask(): Promise<void> {
  await page.evaluate(() => {
    const kept = window as unknown as { answers?: string[] };
    const answers = (kept.answers ??= []);
    void window.pushScript?.ask().then((status) => answers.push(status));
  });
}

async function answers(count = 1): Promise<string[]> {
  const read = (): Promise<string[]> =>
    page.evaluate(() => (window as unknown as { answers?: string[] }).answers ?? []);
  return waitFor(read, (given) => given.length >= count);
}

async function stored(name: string): Promise<string | null> {
  return page.evaluate((key) => localStorage.getItem(`pushScript.${key}`), name);
}

async function pretendStored(name: string, daysAgo: number): Promise<void> {
  await page.evaluate(
    ([key, date]) => {
      localStorage.setItem(`pushScript.${key}`, date);
    },
    [name, new Date(Date.now() - daysAgo * DAY_MS).toISOString()] as const,
  );
}

describe('Escape', () => {
  it('in a search field of the page leaves the prompt open', async () => {
    await visit();
    await untilStatus(page, 'asking');

    await page.getByLabel('Search').fill('shoes');
    await page.getByLabel('Search').press('Escape');

    expect(await prompt().isVisible()).toBe(true);
    expect([await page.evaluate(() => window.pushScript?.status), await stored('refusedAt')]).toEqual(['asking', null]);
  });

  it('in a dialog of the page closes that dialog and leaves the prompt open', async () => {
    await visit({}, '<dialog id="cart"><button>Pay</button></dialog>');
    await untilStatus(page, 'asking');
    await page.evaluate(() => {
      document.querySelector<HTMLDialogElement>('#cart')?.showModal();
    });

    await page.keyboard.press('Escape');

    expect(await page.evaluate(() => document.querySelector<HTMLDialogElement>('#cart')?.open)).toBe(false);
    expect(await prompt().isVisible()).toBe(true);
  });

  it('inside the prompt closes it, does not reach the page, and gives the focus back', async () => {
    const listen = `window.escapes = 0; document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') escapes += 1; });`;
    await visit({}, '', listen);
    await untilStatus(page, 'asking');
    await page.getByLabel('Search').focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Escape');

    await untilStatus(page, 'ready');
    expect(await prompt().count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Search');
    expect(await page.evaluate('escapes')).toBe(0);
  });

  it('after the page has removed the prompt refuses nothing', async () => {
    await visit();
    await untilStatus(page, 'asking');
    await page.evaluate(() => {
      document.querySelector('push-script-prompt')?.remove();
    });

    await page.keyboard.press('Escape');
    await untilStatus(page, 'ready');

    expect([await stored('refusedAt'), await stored('laterAt')]).toEqual([null, null]);
  });
});

describe('a visitor who closes the prompt without a decision', () => {
  it.each([
    ['by its button', () => button(/^Close/).click()],
    ['by Escape', () => button(/^No/).press('Escape')],
  ])('%s is asked again after a week', async (_how, close) => {
    await visit();
    await untilStatus(page, 'asking');
    await close();
    await untilStatus(page, 'ready');
    expect(await stored('refusedAt')).toBeNull();

    await pretendStored('laterAt', 6.9);
    await visit();
    expect(await untilStatus(page, 'ready', 'asking')).toBe('ready');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(await prompt().count()).toBe(0);

    await pretendStored('laterAt', 7.1);
    await visit();
    expect(await untilStatus(page, 'asking')).toBe('asking');
  });

  it('closes the prompt of the browser, too, and is not asked on the next page', async () => {
    await page.addInitScript(`Notification.requestPermission = async () => 'default'`);
    await visit();
    await untilStatus(page, 'asking');
    await button(/^Yes/).click();
    await untilStatus(page, 'ready');

    expect(Date.parse((await stored('laterAt')) ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it.each([
    ['an attribute', { 'data-later-days': '30' }, ''],
    ['an option', {}, 'window.pushScriptOptions = { laterDays: 30 };'],
    ['an attribute before an option', { 'data-later-days': '30' }, 'window.pushScriptOptions = { laterDays: 1 };'],
  ])('is asked again after the days of %s', async (_where, attributes, script) => {
    await visit(MANUAL);
    await pretendStored('laterAt', 29);
    await visit(attributes, '', script);
    expect(await untilStatus(page, 'ready', 'asking')).toBe('ready');

    await pretendStored('laterAt', 31);
    await visit(attributes, '', script);
    expect(await untilStatus(page, 'asking')).toBe('asking');
  });

  it.each(['', ' ', 'soon', '-1'])('is asked again after a week when the setting is %j', async (days) => {
    await visit(MANUAL);
    await pretendStored('laterAt', 6);
    await visit({ 'data-later-days': days });

    expect(await untilStatus(page, 'ready', 'asking')).toBe('ready');
  });
});

it('a refusal holds for the days of the option askAgainDays', async () => {
  const script = 'window.pushScriptOptions = { askAgainDays: 10 };';
  await visit(MANUAL);
  await pretendStored('refusedAt', 9);
  await visit({}, '', script);
  expect(await untilStatus(page, 'refused', 'asking')).toBe('refused');

  await pretendStored('refusedAt', 11);
  await visit({}, '', script);
  expect(await untilStatus(page, 'asking')).toBe('asking');
});

it('a visitor who has decided in another tab is not asked by this one', async () => {
  await visit({ 'data-delay': '1' });
  await untilStatus(page, 'ready');
  await pretendStored('refusedAt', 0);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_200)));

  expect([await prompt().count(), await page.evaluate(() => window.pushScript?.status)]).toEqual([0, 'ready']);
});

describe('ask()', () => {
  beforeEach(async () => {
    await visit(MANUAL);
    await untilStatus(page, 'ready');
  });

  it.each([
    ['refuses', () => button(/^No/).click(), 'refused'],
    ['closes the prompt', () => button(/^Close/).click(), 'ready'],
  ] as const)('resolves when the visitor %s', async (_what, act, status) => {
    await ask();
    await untilStatus(page, 'asking');
    await act();

    expect(await answers()).toEqual([status]);
  });

  it.each([
    [
      'removes the prompt',
      () => {
        document.querySelector('push-script-prompt')?.remove();
      },
    ],
    [
      'empties the document',
      () => {
        document.documentElement.replaceChildren();
      },
    ],
    [
      'writes a new document',
      () => {
        document.open();
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- some sites still do
        document.write('<p>New');
        document.close();
      },
    ],
  ])('resolves when the page %s', async (_what, act) => {
    await ask();
    await untilStatus(page, 'asking');
    await page.evaluate(act);

    expect(await answers()).toEqual(['ready']);
    expect([await stored('refusedAt'), await stored('laterAt')]).toEqual([null, null]);
  });

  it('goes on when the page replaces its body, moves the prompt, or changes its address', async () => {
    await ask();
    await untilStatus(page, 'asking');
    await page.evaluate(() => {
      history.pushState({}, '', '/another');
      document.body.replaceWith(document.createElement('body'));
      document.body.append(document.querySelector('push-script-prompt') ?? '');
    });
    await button(/^No/).click();

    expect(await answers()).toEqual(['refused']);
  });

  it('shows one prompt when it is called again, and all calls resolve', async () => {
    await Promise.all([ask(), ask()]);
    await untilStatus(page, 'asking');
    await ask();
    expect(await prompt().count()).toBe(1);
    await button(/^No/).click();

    expect(await answers(3)).toEqual(['refused', 'refused', 'refused']);
    await ask();
    await untilStatus(page, 'asking');
  });

  it('resolves when the page subscribes the visitor meanwhile', async () => {
    await ask();
    await untilStatus(page, 'asking');
    await browser.setPermission(shop.url, 'granted');
    await page.evaluate(() => window.pushScript?.subscribe());

    expect(await answers()).toEqual(['subscribed']);
    expect(await prompt().count()).toBe(0);
  });

  it('resolves when the visitor leaves meanwhile', async () => {
    await ask();
    await untilStatus(page, 'asking');
    await page.evaluate(() => window.pushScript?.leave());

    expect(await answers()).toEqual(['left']);
    expect(await prompt().count()).toBe(0);
  });

  it('subscribes without a prompt when the permission was granted meanwhile', async () => {
    await browser.setPermission(shop.url, 'granted');
    await ask();

    expect(await answers()).toEqual(['subscribed']);
    await ask();
    expect(await answers(2)).toEqual(['subscribed', 'subscribed']);
    expect(await prompt().count()).toBe(0);
  });

  it('shows no prompt while the permission is denied, and one when the visitor has allowed asking again', async () => {
    await browser.setPermission(shop.url, 'denied');
    await ask();
    expect(await answers()).toEqual(['denied']);
    expect(await prompt().count()).toBe(0);

    await browser.setPermission(shop.url, 'prompt');
    await ask();
    await untilStatus(page, 'asking');
  });

  it('asks a visitor who has left although the permission is granted, and closing leaves it at that', async () => {
    await browser.setPermission(shop.url, 'granted');
    await page.evaluate(() => window.pushScript?.subscribe());
    await page.evaluate(() => window.pushScript?.leave());
    await ask();
    await untilStatus(page, 'asking');
    await button(/^Close/).click();

    expect(await answers()).toEqual(['left']);
    await visit();
    expect(await untilStatus(page, 'left', 'subscribed', 'asking')).toBe('left');
  });

  it('resolves with failed when the prompt cannot be loaded', async () => {
    await page.route('**/push-script/soft-prompt.js*', (route) => route.abort());
    await ask();

    expect(await answers()).toEqual(['failed']);
  });
});
