import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { seedGrowth, seedMessages } from './support/console-seeds.js';
import { untilFocused } from './support/focus.js';
import { type ConsoleStage, goTo, lookAt, startConsoleStage } from './support/console-stage.js';

const DOMAIN = 'steady.example.com';
const HOUR_MS = 3_600_000;
/** Cumulative layout shift that is good (https://web.dev/articles/cls). */
const GOOD_SHIFT = 0.1;

let stage: ConsoleStage;
let messageId: string;

beforeAll(async () => {
  stage = await startConsoleStage('console_steady');
  await stage.browser.context.addInitScript(observe);
  await stage.db.addContacts(DOMAIN, ['one', 'two', 'three']);
  await seedGrowth(stage.db, DOMAIN, { days: 1, active: 3 });
  await seedGrowth(stage.db, 'two-days.example.com', { days: 2, active: 300 });
  const counts = { sent: 1_000, delivered: 950, received: 700, clicks: 90 };
  [messageId = ''] = await seedMessages(
    stage.db,
    DOMAIN,
    Array.from({ length: 900 }, (_, at) => ({
      ...counts,
      title: `Sale ${at}`,
      insertedAt: new Date(Date.now() - (at + 3) * HOUR_MS),
    })),
  );
  const untilMs = Date.now() + HOUR_MS;
  const expires = { until_ms: untilMs, version: 1, expires_at: new Date(untilMs) };
  await stage.db.insert('throttles', [
    { _id: `updates.push.services.mozilla.com ${DOMAIN}`, ...expires },
    { _id: 'fcm.googleapis.com', ...expires },
  ]);
  await stage.db.insert('pruneBreakers', [
    { _id: DOMAIN, is_open: true, opened_at: new Date(), answered: 900, gone: 700, past_share: 0.01, withheld: 700 },
  ]);
});

afterAll(async () => {
  await stage.stop();
});

function open(fragment: string): Promise<Page> {
  return stage.open(fragment, stage.keys.superUser);
}

describe('nothing jumps while a page is loaded', () => {
  it.each([
    [360, '/domains', DOMAIN],
    [360, 'message', 'Show as a table'],
    [360, '/health', 'Versions'],
    [360, `/domains/${DOMAIN}`, 'Sale 0'],
    [360, `/domains/${DOMAIN}/messages`, 'Sale 0'],
    [360, `/domains/${DOMAIN}/compose`, 'Title'],
    [1_440, `/domains/${DOMAIN}/compose`, 'Title'],
    [1_440, '/domains', DOMAIN],
    [1_440, `/domains/${DOMAIN}`, 'Sale 0'],
    [1_440, `/domains/${DOMAIN}/messages`, 'Sale 0'],
    [1_440, 'message', 'Show as a table'],
    [1_440, '/health', 'Versions'],
  ])('%d pixels wide: %s', async (width, fragment, text) => {
    const page = await open('/domains');
    await page.setViewportSize({ width, height: 800 });
    await goTo(page, fragment === 'message' ? `/messages/${messageId}` : fragment);
    await page.reload();
    await page.getByText(text).last().waitFor();
    await page.waitForLoadState('networkidle');

    expect(await page.evaluate(() => (window as unknown as Watched).shift)).toBeLessThan(GOOD_SHIFT);
    await page.close();
  });
});

describe('charts', () => {
  it.each([
    [DOMAIN, 1],
    ['two-days.example.com', 2],
  ])('of %s draw the %d days that were counted, and name each once', async (domain, days) => {
    const page = await open(`/domains/${domain}`);
    await page.locator('.uplot').nth(1).waitFor();
    const dates = Array.from({ length: days }, (_, day) => toShortDay(Date.now() - (days - 1 - day) * 24 * HOUR_MS));
    const drawn = await page.evaluate(() => (window as unknown as Watched).drawn);
    const names = drawn.filter((text) => /^[A-Z][a-z]{2} \d+$/.test(text));

    expect([...new Set(names)].sort()).toEqual([...dates].sort());
    expect(await countPixels(page, 'accent')).toBeGreaterThan(5);
    await page.close();
  });
});

describe('the focus', () => {
  it('is at the heading of a message, also once its title has come', async () => {
    const page = await open(`/domains/${DOMAIN}/messages`);
    await page.getByRole('link', { name: 'Sale 0', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sale 0' }).waitFor();

    await untilFocused(page, 'tagName', 'H1');
    await page.close();
  });
});

describe('Messages of a domain', () => {
  it('has the filter of its address in its fields, however it came there', async () => {
    const page = await open(`/domains/${DOMAIN}/messages`);
    const field = page.getByLabel('Find in title or text');
    await field.fill('sale 77');
    await page.getByText('11 rows; there are no more.').waitFor();
    await page.getByRole('navigation', { name: DOMAIN }).getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('link', { name: 'Sale 0', exact: true }).waitFor();
    expect(await field.inputValue()).toBe('');
    await page.goBack();
    await page.getByText('11 rows; there are no more.').waitFor();
    expect(await field.inputValue()).toBe('sale 77');
    await page.close();
  });

  it('keeps a date that is chosen while the text waits to be searched for', async () => {
    const page = await open(`/domains/${DOMAIN}/messages`);
    await page.getByRole('link', { name: 'Sale 0', exact: true }).waitFor();
    // Both within the time of a keystroke.
    await page.evaluate(() => {
      const [text, from] = document.querySelectorAll<HTMLInputElement>('main input');
      if (text === undefined || from === undefined) throw new Error('No fields');
      text.value = 'sale 1';
      text.dispatchEvent(new InputEvent('input', { bubbles: true }));
      from.value = '2026-01-01';
      from.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await page.waitForURL(/text=sale\+1/);

    expect(page.url()).toContain('from=2026-01-01');
    await page.close();
  });

  it('shows who comes back the rows where they were', async () => {
    const page = await open(`/domains/${DOMAIN}/messages`);
    await page.getByRole('link', { name: 'Sale 0', exact: true }).waitFor();
    const row = page.getByRole('link', { name: 'Sale 700', exact: true });
    const scroller = page.getByRole('region', { name: `Messages of ${DOMAIN}` });
    await waitFor(
      async () => {
        await scroller.evaluate((element) => {
          element.scrollTop = 700 * 48;
        });
        return row.count();
      },
      (count) => count === 1,
    );
    await row.click();
    await page.getByRole('heading', { level: 1, name: 'Sale 700' }).waitFor();
    await page.goBack();
    await row.waitFor();
    expect(await row.evaluate((link) => link.getBoundingClientRect().top)).toBeLessThan(900);
    expect(await page.getByRole('link', { name: 'Sale 0', exact: true }).count()).toBe(0);

    await page.getByRole('navigation', { name: DOMAIN }).getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('navigation', { name: DOMAIN }).getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('link', { name: 'Sale 0', exact: true }).waitFor();
    await page.close();
  });

  it('says of one row that it is one, and nothing of more rows when they cannot be loaded', async () => {
    const page = await open(`/domains/${DOMAIN}/messages?text=sale+77x`);
    await page.getByText('No message fits the filter').waitFor();
    await page.getByLabel('Find in title or text').fill('sale 777');
    await page.getByText('1 row; there are no more.').waitFor();
    await page.route('**/messages?*', (route) => route.abort());
    await page.getByLabel('Find in title or text').fill('sale');
    await page.getByText('The API did not answer').waitFor();
    expect(await page.getByText('scroll down').count()).toBe(0);
    await page.close();
  });
});

describe('Health', () => {
  it('shows until when push services are throttled, and what a dependency says, on a phone too', async () => {
    const page = await open('/domains');
    await page.route('**/system', async (route) => {
      const response = await route.fetch();
      const system = (await response.json()) as { dependencies: { name: string }[] };
      const detail = 'connect ECONNREFUSED 127.0.0.1:6379 https://a-very-long-host-name.internal.example.com';
      const dependencies = system.dependencies.map(({ name }) => ({ name, status: 'down', detail }));
      await route.fulfill({ response, json: { ...system, dependencies } });
    });
    await goTo(page, '/health');
    const throttled = page.locator('li').filter({ hasText: 'updates.push.services.mozilla.com' });
    await throttled.waitFor();
    expect(await throttled.textContent()).toMatch(/until.*:\d\d:\d\d/);
    expect(await lookAt(page, 'health-held-back')).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    const until = await throttled.getByText(/:\d\d:\d\d/).boundingBox();
    expect((until?.x ?? 0) + (until?.width ?? 999)).toBeLessThanOrEqual(360);
    await page.close();
  });
});

interface Watched {
  shift: number;
  /** Texts on canvases. */
  drawn: string[];
}

/** Runs in the browser, before the page. */
function observe(): void {
  const watched = window as unknown as Watched;
  watched.shift = 0;
  watched.drawn = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.shift += (entry as PerformanceEntry & { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const write = Reflect.get(CanvasRenderingContext2D.prototype, 'fillText');
  CanvasRenderingContext2D.prototype.fillText = function (this: CanvasRenderingContext2D, ...parts): void {
    watched.drawn.push(parts[0]);
    write.apply(this, parts);
  };
}

/** How many pixels of the page's first chart have the present color of the tone. */
function countPixels(page: Page, tone: string): Promise<number> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.uplot canvas');
    const swatch = document.querySelector(`.chart .swatch.${name}`);
    if (canvas === null || swatch === null) return 0;
    const color = /\d+, \d+, \d+/.exec(getComputedStyle(swatch).backgroundColor)?.[0];
    const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (`${data[at]}, ${data[at + 1]}, ${data[at + 2]}` === color && data[at + 3] === 255) count += 1;
    }
    return count;
  }, tone);
}

function toShortDay(ms: number): string {
  return new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(ms);
}
