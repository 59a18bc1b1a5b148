import type { Page } from 'playwright-core';
import { type ConsoleStage, goTo, lookAt, startConsoleStage } from './support/console-stage.js';
import { untilFocused } from './support/focus.js';

const DOMAIN = 'mine.example.com';
const FOREIGN = 'foreign.example.com';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await startConsoleStage('console_access');
  await stage.db.addContacts(DOMAIN, ['one']);
});

afterAll(async () => {
  await stage.stop();
});

async function sign(subject: string, scope = 'send reports'): Promise<string> {
  return stage.keys.sign({ sub: subject, domains: [DOMAIN], scope });
}

/** Signs in on the page that asks for a token. */
async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

async function writeDraft(page: Page): Promise<void> {
  await page.getByLabel('Title', { exact: true }).fill('Secret sale');
  await page.getByLabel('Body', { exact: true }).fill('Not for everybody');
  await page.evaluate((domain) => {
    sessionStorage.setItem(`pushContactConsoleSendKey:${domain}`, '["key","the whole message"]');
  }, DOMAIN);
}

async function titleOf(page: Page): Promise<string> {
  await goTo(page, `/domains/${DOMAIN}/compose`);
  return page.getByLabel('Title', { exact: true }).inputValue();
}

it('signing out leaves neither drafts nor messages in the tab, and begins anew', async () => {
  const page = await stage.open(`/domains/${DOMAIN}/compose`, await sign('ana'));
  await writeDraft(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();

  expect(await page.evaluate(() => [sessionStorage.length, location.hash])).toEqual([0, '']);
  await signIn(page, await sign('ben'));
  await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor();
  expect(await titleOf(page)).toBe('');
  await page.close();
});

it.each([
  ['ana', 'Secret sale'],
  ['ben', ''],
])('after the session of ana has ended, the draft that %s finds is "%s"', async (subject, title) => {
  const page = await stage.open(`/domains/${DOMAIN}/compose`, await sign('ana'));
  await writeDraft(page);
  await page.route('**/stats', (route) => route.fulfill({ status: 401, json: { detail: 'expired' } }));
  await goTo(page, `/domains/${DOMAIN}`);
  await page.getByText('The session has ended').waitFor();
  await untilFocused(page, 'textContent', 'Sign in');
  await page.unroute('**/stats');
  await signIn(page, await sign(subject));

  expect(await titleOf(page)).toBe(title);
  await page.close();
});

it('says on every page whose token it is, what it may do, and until when', async () => {
  const page = await stage.open('');
  await signIn(page, await sign('ana@example.com'));
  const access = page.getByRole('group', { name: 'Your access' });
  await access.waitFor();
  expect(await access.getByRole('listitem').allTextContents()).toEqual([
    'send messages',
    'see messages, numbers and growth',
  ]);
  expect(await access.textContent()).toMatch(/Signed in as ana@example\.com\..*It expires on/);
  expect(await lookAt(page, 'access')).toEqual([]);
  await page.keyboard.press('Escape');
  await access.waitFor({ state: 'hidden' });
  await goTo(page, `/domains/${DOMAIN}/messages`);
  await page.getByRole('button', { name: 'Your access' }).focus();
  await page.keyboard.press('Enter');
  await access.waitFor();
  await page.close();
});

describe('a page that the token does not allow', () => {
  it.each([
    ['reports', `/domains/${DOMAIN}/compose`, `lacks the scope send for ${DOMAIN}`],
    ['send', `/domains/${DOMAIN}/messages`, `lacks the scope reports for ${DOMAIN}`],
    ['send', `/domains/${DOMAIN}/contact`, `lacks the scope contacts for ${DOMAIN}`],
    ['send', '/messages/00000000-0000-4000-8000-000000000001', 'lacks the scope reports.'],
    ['send reports', '/health', 'is for super users'],
    ['send reports', `/domains/${FOREIGN}`, `is not for ${FOREIGN}`],
    ['send reports', `/domains/${FOREIGN}/messages`, `is not for ${FOREIGN}`],
    ['send reports', `/domains/${FOREIGN}/compose`, `is not for ${FOREIGN}`],
  ])('with %s, %s says what the token lacks, and asks the API nothing', async (scope, fragment, text) => {
    const page = await stage.open('', await sign('ana', scope));
    await page.getByRole('heading', { level: 1, name: 'Domains' }).waitFor();
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await goTo(page, fragment);
    await page.getByText(text).waitFor();

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Your token may not see this page');
    expect([asked, await page.getByRole('form').count(), await page.locator('textarea').count()]).toEqual([[], 0, 0]);
    await page.close();
  });

  it('leads to the pages that it does allow', async () => {
    const page = await stage.open(`/domains/${DOMAIN}/compose`, await sign('ana', 'reports'));
    await page.getByText('lacks the scope send').waitFor();
    expect(await lookAt(page, 'not-allowed')).toEqual([]);
    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByText('No messages yet').waitFor();
    await page.close();
  });
});
