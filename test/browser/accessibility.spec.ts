import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import type { PromptKind, SoftPromptSettings } from '../../src/push-script/browser/page/soft-prompt-dialog.js';
import { contrast, parseComputedColor } from '../../src/push-script/contrast.js';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { leaveAsNewVisitor, type Shop, startShop } from './support/shop.js';

const LANGUAGES = ['en', 'es', 'pt'] as const;
const THEMES = ['light', 'dark', 'auto'] as const;
const COLORS = [
  '',
  'white',
  'black',
  '#ffeb3b',
  '#767676',
  '#787878',
  'rgba(0, 0, 0, 0.2)',
  'oklch(0.7 0.15 200)',
  'color(display-p3 1 0.2 0.1)',
  'var(--brand)',
  'transparent',
  'no color',
];
const ARABIC = { title: 'الإشعارات', text: 'هل تريد تلقي العروض؟', accept: 'نعم', refuse: 'لا', close: 'إغلاق' };
const PAGE_BODY = '<main><h1>Shop</h1><input aria-label="Search"><p>Many shoes.</main>';

interface SoftPromptFile {
  showSoftPrompt(settings: SoftPromptSettings, kind: PromptKind, onEnd: () => void): { close(): void };
}

let shop: Shop;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  shop = await startShop('accessibility');
  browser = await openBrowser({ pushServiceUrl: shop.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await shop.stop();
});

beforeEach(async () => {
  page = await browser.context.newPage();
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  await browser.setPermission(shop.url, 'prompt');
});

afterEach(async () => {
  await leaveAsNewVisitor(page, shop.url);
});

interface Visit {
  readonly attributes?: Record<string, string>;
  readonly html?: string;
  readonly style?: string;
}

async function visit({ attributes = {}, html = 'lang="en"', style = '' }: Visit = {}): Promise<void> {
  const head = `<title>Shop</title><style>:root { --brand: #ff8a80 } ${style}</style>${shop.tag(attributes)}`;
  shop.serve({ '/': { body: `<!doctype html><html ${html}>${head}<body>${PAGE_BODY}` } });
  await page.goto(shop.url);
  await untilStatus(page, 'asking');
}

function prompt(): Locator {
  return page.getByRole('dialog');
}

/** What axe finds wrong, and what it cannot decide of contrasts. */
async function findProblems(of: Page): Promise<string[]> {
  // Axe cannot compute a contrast outside the body; moving the prompt there changes nothing of its look.
  await of.evaluate(() => {
    document.body.prepend(document.querySelector('push-script-prompt') ?? '');
  });
  if (!(await of.evaluate(() => 'axe' in window))) await of.evaluate(axe.source);
  const { violations, incomplete } = await of.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations', 'incomplete'] }),
  );
  const undecided = incomplete.filter(({ id }) => id === 'color-contrast');
  return [...violations, ...undecided].flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function colorOf(locator: Locator, property: string): Promise<ReturnType<typeof parseComputedColor>> {
  return parseComputedColor(
    await locator.evaluate((each, name) => getComputedStyle(each).getPropertyValue(name), property),
  );
}

describe.each(LANGUAGES)('in %s', (lang) => {
  it.each(THEMES)('axe finds nothing in the theme %s, whatever the color', async (theme) => {
    await page.emulateMedia({ colorScheme: theme === 'auto' ? 'dark' : 'light' });
    await visit({ attributes: { 'data-lang': lang, 'data-theme': theme } });
    expect(await prompt().evaluate((dialog) => dialog.classList.contains('dark'))).toBe(theme !== 'light');
    expect(await prompt().getByRole('heading').getAttribute('lang')).toBe(lang);
    const problems = await findProblems(page);
    await prompt().getByRole('button').last().click();
    for (const color of COLORS) {
      const close = await showAgain({ lang, theme, color });
      problems.push(...(await findProblems(page)).map((problem) => `${color}: ${problem}`));
      await close();
    }

    expect(problems).toEqual([]);
  });

  it.each<[PromptKind]>([['return'], ['home-screen']])(
    'axe finds nothing in the prompt of the kind %s',
    async (kind) => {
      await visit({ attributes: { 'data-lang': lang } });
      await prompt().getByRole('button').last().click();
      for (const theme of THEMES) {
        const close = await showAgain({ lang, theme }, kind);
        expect(await prompt().getByRole('heading').getAttribute('lang')).toBe(lang);
        expect(await findProblems(page)).toEqual([]);
        await close();
      }
    },
  );
});

/** Shows the prompt of the product’s file without loading the page again; resolves with what closes it. */
async function showAgain(
  attributes: Readonly<Record<string, string>>,
  kind: PromptKind = 'question',
): Promise<() => Promise<void>> {
  const shown = await page.evaluateHandle(
    async ([url, settings, of]) => {
      const file = (await import(url)) as SoftPromptFile;
      return file.showSoftPrompt(settings, of, () => undefined);
    },
    [`${shop.api.url}/push-script/soft-prompt.js`, { domain: DOMAIN, attributes }, kind] as const,
  );
  return () =>
    shown.evaluate((prompt) => {
      prompt.close();
    });
}

it('axe finds a prompt that is not readable, and one without a name', async () => {
  await visit();
  await prompt().evaluate((dialog) => {
    const [refuse, accept] = dialog.querySelectorAll('button');
    if (refuse) refuse.textContent = '';
    if (accept) accept.style.color = 'rgb(30, 90, 50)';
  });

  expect((await findProblems(page)).map((problem) => problem.replace(/:.*/, '')).sort()).toEqual([
    'button-name',
    'color-contrast',
  ]);
});

it('the text of the accept button has a contrast of at least 4.5 on every color', async () => {
  await visit();
  await prompt().getByRole('button').last().click();
  const contrasts: Record<string, number> = {};
  for (const color of COLORS) {
    const close = await showAgain({ lang: 'en', theme: 'light', color });
    const accept = prompt().getByRole('button', { name: /^Yes/ });
    const [ink, back] = [await colorOf(accept, 'color'), await colorOf(accept, 'background-color')];
    contrasts[color] = ink !== undefined && back?.[3] === 1 ? contrast(ink, back) : 0;
    await close();
  }

  expect(Object.entries(contrasts).filter(([, value]) => value < 4.5)).toEqual([]);
  expect(Object.keys(contrasts)).toHaveLength(COLORS.length);
});

it.each([
  ['data-lang before all', { html: 'lang="es"', attributes: { 'data-lang': 'pt-BR' } }, 'pt', /^Notificações/],
  ['the page’s language', { html: 'lang="es-AR"' }, 'es', /^Notificaciones/],
  [
    'the page’s when data-lang has no texts',
    { html: 'lang="PT"', attributes: { 'data-lang': 'de' } },
    'pt',
    /^Notificações/,
  ],
  ['the browser’s when the page has none', { html: '' }, 'es', /^Notificaciones/],
  ['the browser’s when the page’s has no texts', { html: 'lang="esx"' }, 'es', /^Notificaciones/],
] as const)('speaks %s', async (_what, visited, lang, name) => {
  await page.addInitScript(`Object.defineProperty(navigator, 'languages', { get: () => ['xx', 'es-MX', 'en'] })`);
  await visit(visited);

  expect(await page.getByRole('dialog', { name }).getByRole('heading').getAttribute('lang')).toBe(lang);
});

it('marks the texts of the site by the site’s language, and the others by theirs', async () => {
  await visit({
    html: 'lang="de"',
    attributes: { 'data-title': 'Neues von uns?', 'data-accept': ' ', 'data-text': '' },
  });

  const heading = prompt().getByRole('heading', { name: 'Neues von uns?' });
  const accept = prompt().getByRole('button', { name: 'Yes, notify me' });
  expect([await heading.getAttribute('lang'), await accept.getAttribute('lang')]).toEqual(['de', 'en']);
  expect(await findProblems(page)).toEqual([]);
});

it('is announced to a screen reader once, without taking the focus', async () => {
  await visit();
  const status = page.getByRole('status');

  await waitFor(
    () => status.textContent(),
    (text) => text !== '',
  );
  expect(await status.locator('div').allTextContents()).toEqual([
    `Notifications from ${DOMAIN}`,
    'Would you like to hear of news and offers? You can stop at any time.',
  ]);
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  await waitFor(
    () => status.count(),
    (count) => count === 0,
    10_000,
  );
});

describe('by keyboard', () => {
  async function focused(): Promise<string> {
    return page.evaluate(
      () => document.activeElement?.shadowRoot?.activeElement?.className ?? document.activeElement?.ariaLabel ?? '',
    );
  }

  it('it is reached first, goes on to the page, and answers to Enter', async () => {
    await visit();
    const order: string[] = [];
    for (let press = 0; press < 4; press += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    expect(order).toEqual(['refuse', 'accept', 'later', 'Search']);

    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await untilStatus(page, 'ready');
    expect(await focused()).toBe('Search');
  });

  it.each(THEMES)('the focus is seen in the theme %s', async (theme) => {
    await page.emulateMedia({ colorScheme: theme === 'auto' ? 'dark' : 'light' });
    await visit({ attributes: { 'data-theme': theme, 'data-color': '#1c1917' } });
    const back = await colorOf(prompt(), 'background-color');
    for (const name of [/^No/, /^Yes/, /^Close/]) {
      await page.keyboard.press('Tab');
      const button = prompt().getByRole('button', { name });
      expect(await button.evaluate((each) => getComputedStyle(each).outline)).toMatch(/solid 3px$/);
      const ring = await colorOf(button, 'outline-color');
      expect(ring && back && contrast(ring, back)).toBeGreaterThanOrEqual(3);
    }
  });
});

it('follows the browser’s theme while it is open, unless the site has set one', async () => {
  const isDark = (): Promise<boolean> => prompt().evaluate((dialog) => dialog.classList.contains('dark'));
  await visit();
  await page.emulateMedia({ colorScheme: 'dark' });
  await waitFor(isDark, (dark) => dark);

  await visit({ attributes: { 'data-theme': 'light' } });
  expect(await isDark()).toBe(false);
});

async function topOf(locator: Locator): Promise<number> {
  return (await locator.boundingBox())?.y ?? Number.NaN;
}

describe('the place of the prompt', () => {
  /** CSS pixels; 640 × 360 is 1280 × 720 at 200 %, 320 × 256 is 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10). */
  const VIEWPORTS = [
    [360, 640],
    [768, 1_024],
    [1_280, 720],
    [640, 360],
    [320, 256],
  ] as const;

  it.each(VIEWPORTS)('is inside a viewport of %i × %i, with buttons that can be hit', async (width, height) => {
    await page.setViewportSize({ width, height });
    for (const lang of LANGUAGES) {
      await visit({ attributes: { 'data-lang': lang } });
      const box = await prompt().boundingBox();
      if (box === null) throw new Error('The prompt is not shown');
      expect([box.x, box.y].every((edge) => edge >= 0)).toBe(true);
      expect([box.x + box.width <= width, box.y + box.height <= height]).toEqual([true, true]);
      expect(await prompt().evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth)).toBe(true);
      const [close, title] = [prompt().getByRole('button').last(), prompt().getByRole('heading')];
      expect(await topOf(close)).toBeLessThan(await topOf(title));
      for (const button of await prompt().getByRole('button').all()) {
        await button.scrollIntoViewIfNeeded();
        const size = await button.boundingBox();
        // WCAG 2.2, 2.5.8.
        expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(24);
      }
    }
  });

  it('is on the left of a page that runs from right to left, whose texts do so too', async () => {
    await page.setViewportSize({ width: 1_280, height: 720 });
    const attributes = Object.fromEntries(Object.entries(ARABIC).map(([name, text]) => [`data-${name}`, text]));
    await visit({ html: 'lang="ar" dir="rtl"', attributes });

    expect((await prompt().boundingBox())?.x).toBe(16);
    expect(await prompt().evaluate((dialog) => getComputedStyle(dialog).direction)).toBe('rtl');
    expect(await findProblems(page)).toEqual([]);

    await visit({ html: 'lang="en" dir="rtl"' });
    expect((await prompt().boundingBox())?.x).toBe(16);
    expect(await prompt().evaluate((dialog) => getComputedStyle(dialog).direction)).toBe('ltr');
  });

  it('changes nothing of the page, whose own sizes do not make it small', async () => {
    await visit({ style: 'html { font-size: 62.5% } body > * + * { margin-top: 99px } * { letter-spacing: 9px }' });

    const size = await prompt().evaluate((dialog) => parseFloat(getComputedStyle(dialog).fontSize));
    expect([
      size,
      await page.evaluate(() => getComputedStyle(document.querySelector('main') ?? document.body).marginTop),
    ]).toEqual([16, '0px']);
  });

  it('moves only where motion is wanted', async () => {
    const animation = (): Promise<string> => prompt().evaluate((dialog) => getComputedStyle(dialog).animationName);
    await visit();
    expect(await animation()).toBe('none');

    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await animation()).toBe('rise');
  });
});

describe.each(LANGUAGES)('the subscribe window in %s', (lang) => {
  it.each(['light', 'dark'] as const)('has its language, and axe finds nothing in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.addInitScript(`Object.defineProperty(navigator, 'languages', { get: () => ['${lang}'] })`);
    for (const purpose of ['subscribe', 'leave']) {
      const query = new URLSearchParams({ purpose, domain: DOMAIN, visitorGuid: 'guid', siteUrl: shop.url });
      await page.goto(`${shop.api.url}/push-script/subscribe?${query.toString()}`);
      await page.getByRole('heading').waitFor();

      expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
      expect(await findProblems(page)).toEqual([]);
    }
  });
});
