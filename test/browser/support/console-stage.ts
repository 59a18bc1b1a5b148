import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../../support/product-process.js';
import { TestDatabase } from '../../support/test-database.js';
import { createTestKeys, type TestKeys } from '../../support/tokens.js';
import { type Browser, type BrowserOptions, openBrowser } from './browser.js';

/** An api with its database, and a browser for its console. */
export interface ConsoleStage {
  readonly api: ProductProcess;
  readonly db: TestDatabase;
  readonly keys: TestKeys;
  readonly browser: Browser;
  /** The name of the database, for further processes. */
  readonly database: string;
  /** Opens a window of its own at `fragment`, signed in with `token`, or signed out without one. */
  open(fragment: string, token?: string): Promise<Page>;
  stop(): Promise<void>;
}

/** Widths in CSS pixels at which a page is looked at: a phone, a tablet, a desk. */
const WIDTHS = [360, 768, 1_440];
const THEMES = ['light', 'dark'] as const;

/** With a folder here, `lookAt` keeps pictures for somebody to look at. */
// eslint-disable-next-line no-restricted-properties -- not a setting of the product
const FOLDER_TO_KEEP = process.env.TEST_CONSOLE_PICTURES_DIR;

/** @param environment settings besides those of every process of a test. */
export async function startConsoleStage(
  name: string,
  environment: Readonly<Record<string, string>> = {},
  options: BrowserOptions = {},
): Promise<ConsoleStage> {
  const database = uniqueDatabase(name);
  const keys = await createTestKeys();
  const db = await TestDatabase.open(database);
  const builtInPushApi = '';
  const api = await startProduct('api', { ...baseEnvironment(database, keys.folder, builtInPushApi), ...environment });
  const browser = await openBrowser(options);
  await browser.context.addInitScript(noteViolations);
  return {
    api,
    db,
    keys,
    browser,
    database,
    async open(fragment, token) {
      const page = await browser.context.newPage();
      await page.goto(`${api.url}/console${token === undefined ? '' : `#token=${token}`}`);
      // Sign in has no such button, so this is the end of the check of the token.
      if (token !== undefined) await page.getByRole('button', { name: /Sign out|Cerrar sesión/ }).waitFor();
      await goTo(page, fragment);
      return page;
    },
    async stop() {
      await browser.close();
      await api.stop();
      await Promise.all([db.close(), keys.remove()]);
    },
  };
}

/** Goes to a page of the console without loading it again. */
export async function goTo(page: Page, fragment: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, fragment);
}

interface Watched {
  axe?: typeof axe;
  violations: string[];
}

/** Runs in the browser. */
function noteViolations(): void {
  const watched = window as unknown as Watched;
  watched.violations = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
    watched.violations.push(`${effectiveDirective} ${blockedURI} ${sample}`);
  });
}

/** What the Content-Security-Policy has blocked on this page. */
export function findViolations(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as Watched).violations);
}

/**
 * What axe finds wrong, and what it cannot decide of contrasts. Axe does not know the browser's top layer, so
 * what a modal dialog covers is hidden meanwhile.
 */
async function findAxeProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations, incomplete } = await page.evaluate(() => {
    const { axe: runner } = window as unknown as Required<Watched>;
    const dialog = document.querySelector<HTMLElement>('dialog[open]');
    const root = document.documentElement;
    root.style.visibility = dialog === null ? '' : 'hidden';
    dialog?.style.setProperty('visibility', 'visible');
    return runner.run(document, { resultTypes: ['violations', 'incomplete'] }).finally(() => {
      root.style.visibility = '';
      dialog?.style.removeProperty('visibility');
    });
  });
  const undecided = incomplete.filter(({ id }) => id === 'color-contrast');
  return [...violations, ...undecided].flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/**
 * Looks at the page at three widths in both themes. Returns what is wrong: what axe finds, what the policy
 * has blocked, and a page that is wider than its window.
 */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  const problems: string[] = [];
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const found = [...(await findAxeProblems(page)), ...(await findViolations(page)), ...(await findOverflow(page))];
      problems.push(...found.map((problem) => `${colorScheme} ${width}: ${problem}`));
      await keepPicture(page, `${name}-${width}-${colorScheme}.png`);
    }
  }
  return problems;
}

async function keepPicture(page: Page, file: string): Promise<void> {
  if (FOLDER_TO_KEEP !== undefined) await page.screenshot({ path: join(FOLDER_TO_KEEP, file), fullPage: true });
}

function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`] : [];
  });
}
