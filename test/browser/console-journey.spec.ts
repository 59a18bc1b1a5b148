import type { Page } from 'playwright-core';
import { EXPLANATIONS } from '../../src/diagnosis/causes.js';
import { baseEnvironment, type ProductProcess, startProduct } from '../support/product-process.js';
import { SimulatorProcess } from '../support/simulator.js';
import { CLEAN_UP_MS } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { type BrowserPushService, startBrowserPushService } from './support/browser-push-service.js';
import { untilStatus } from './support/browser.js';
import { type ConsoleStage, startConsoleStage } from './support/console-stage.js';
import { ContactCases } from './support/contact-cases.js';

/** The demo page's own. */
const DOMAIN = 'demo.localhost';
const EMAIL = 'visitor@example.com';
const TITLE = 'Summer sale';
/** Visitors besides the one of the demo page, so that sending takes a while. */
const OTHERS = 200;

let pushService: BrowserPushService;
let simulator: SimulatorProcess;
let stage: ConsoleStage;
let pushApi: ProductProcess;
let worker: ProductProcess;

beforeAll(async () => {
  [pushService, simulator] = await Promise.all([startBrowserPushService(), SimulatorProcess.start()]);
  const hosts = [simulator.environment.PUSH_SERVICE_HOSTS, new URL(pushService.url).host].filter(Boolean).join(',');
  const common = { ...simulator.environment, PUSH_SERVICE_HOSTS: hosts };
  stage = await startConsoleStage('console_journey', common, { pushServiceUrl: pushService.url });
  const environment = { ...baseEnvironment(stage.database, stage.keys.folder, ''), ...common };
  pushApi = await startProduct('push-api', environment);
  worker = await startProduct('worker', { ...environment, PUSH_API_URL: pushApi.url, PUBLIC_URL: stage.api.url });
}, 120_000);

afterAll(async () => {
  await Promise.all([worker.stop(), pushApi.stop()]);
  await stage.stop();
  await Promise.all([simulator.stop(), pushService.stop()]);
}, CLEAN_UP_MS);

/** The visitor's way in the same browser: allows notifications, and gives an e-mail. */
async function registerFromDemoPage(): Promise<void> {
  const { browser, api, keys } = stage;
  const visitor = await browser.context.newPage();
  await browser.setPermission(api.url, 'prompt');
  await visitor.goto(`${api.url}/demo#token=${keys.superUser}`);
  await untilStatus(visitor, 'asking');
  await browser.setPermission(api.url, 'granted');
  await visitor.getByRole('button', { name: 'Yes, notify me' }).click();
  await untilStatus(visitor, 'subscribed');
  await visitor.getByLabel('The visitor’s e-mail').fill(EMAIL);
  await visitor.getByRole('button', { name: 'Give it' }).click();
  await visitor.getByText('The API has it.').waitFor();
  await visitor.close();
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${stage.api.url}/console`);
  await page.getByLabel('Token').fill(stage.keys.superUser);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
}

async function enableDomain(page: Page): Promise<void> {
  // What the token may do is shown above the page, until it is closed.
  await page.getByRole('group', { name: 'Your access' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a domain' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(DOMAIN);
  await dialog.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('heading', { name: DOMAIN, level: 1 }).waitFor();
}

/** Searches for the visitor, whose own page leads to a test. */
async function searchVisitor(page: Page): Promise<void> {
  await page.getByLabel('Search by').selectOption('E-mail');
  await page.getByLabel('Value').fill(EMAIL);
  await page.getByRole('button', { name: 'Search' }).click();
}

async function compose(page: Page): Promise<void> {
  await page.getByLabel('Title', { exact: true }).fill(TITLE);
  await page.getByLabel('Body', { exact: true }).fill('Everything at half price until Sunday.');
  await page.getByText('Schedule and delivery').click();
  await page.getByLabel('Most contacts a minute').fill('3000');
  await page.getByRole('figure', { name: 'Chrome on Windows' }).getByText(TITLE).waitFor();
  await page.getByText('Fits as it is.').first().waitFor();
}

/** Follows the progress to its end. Resolves with all that it has shown. */
async function followProgress(page: Page, planned: number): Promise<Set<string>> {
  const seen = new Set<string>();
  const progress = page.getByText(/of \d+ contacts have an outcome/).last();
  await waitFor(
    async () => {
      const text = await progress.innerText();
      seen.add(text);
      return text;
    },
    (text) => text === `${planned} of ${planned} contacts have an outcome`,
  );
  return seen;
}

it('goes the whole way: sign in, domain, contact, compose, test, send, progress, report, diagnosis', async () => {
  const page = await stage.browser.context.newPage();
  await signIn(page);
  await enableDomain(page);
  await registerFromDemoPage();
  await new ContactCases(stage, simulator).register(DOMAIN, { count: OTHERS });

  await page.getByRole('link', { name: 'Contact', exact: true }).click();
  await searchVisitor(page);
  await page.getByRole('link', { name: 'Send it a test' }).click();
  await compose(page);
  await page.getByRole('button', { name: 'Send the test' }).click();
  await page.getByText('The push service has accepted it.').waitFor();
  expect(pushService.received).toMatchObject([{ payload: expect.stringContaining(TITLE) as unknown }]);

  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('button', { name: `Send to ${OTHERS + 1}` }).click();
  await page.waitForURL(/#\/messages\/[0-9a-f-]{36}$/);
  const seen = await followProgress(page, OTHERS + 1);
  expect(seen.size).toBeGreaterThan(2);

  const [, push] = await waitFor(
    () => pushService.received,
    ({ length }) => length === 2,
  );
  await stage.browser.deliverPush(`${stage.api.url}/push-script/`, push?.payload ?? '');
  await waitFor(
    async () => {
      await page.reload();
      await page.getByRole('heading', { name: TITLE, level: 1 }).waitFor();
      await page.locator('.funnel-number').first().waitFor();
      return page.locator('.funnel-number').allInnerTexts();
    },
    (numbers) => numbers.join() === `${OTHERS + 1},${OTHERS + 1},1,0`,
  );

  await page.getByRole('link', { name: 'Why a contact got it, or not' }).click();
  // The page still knows whom it was asked for.
  await page.getByText(EXPLANATIONS.received).waitFor();
  await page.close();
}, 90_000);
