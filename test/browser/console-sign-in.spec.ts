import type { Page } from 'playwright-core';
import { startStandInServer } from '../support/stand-in-server.js';
import { request } from '../support/http.js';
import { type ConsoleStage, findViolations, lookAt, startConsoleStage } from './support/console-stage.js';
import { untilFocused } from './support/focus.js';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await startConsoleStage('console_sign_in');
});

afterAll(async () => {
  await stage.stop();
});

async function paste(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('signs in with a token that is pasted, keeps it in the tab, and forgets it on signing out', async () => {
  const page = await stage.open('');
  await paste(page, ` ${stage.keys.superUser}\n`);
  await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
  await page.getByRole('group', { name: 'Your access' }).getByText('may do everything').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
  expect(await page.evaluate(() => [Object.keys(sessionStorage), JSON.stringify(localStorage).includes('ey')])).toEqual(
    [['pushContactConsoleToken'], false],
  );

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await page.close();
});

it('signs in with the token of its address, which is then no longer in the history', async () => {
  const page = await stage.open('', stage.keys.superUser);

  expect(page.url()).not.toContain('token');
  await page.close();
});

it('says beside the field why a token is not accepted', async () => {
  const page = await stage.open('');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Paste a token first.').waitFor();
  await paste(page, stage.keys.foreign);
  await page.getByText('The API does not accept this token').waitFor();

  const field = page.getByLabel('Token', { exact: true });
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(await lookAt(page, 'sign-in')).toEqual([]);
  await page.close();
});

it('speaks Spanish in a browser that does, and keeps the language that is chosen', async () => {
  const page = await stage.browser.context.newPage();
  await page.addInitScript(`Object.defineProperty(navigator, 'languages', { get: () => ['pt', 'es-AR', 'en'] })`);
  await page.goto(`${stage.api.url}/console`);
  await page.getByRole('heading', { name: 'Iniciar sesión' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');

  await page.getByLabel('Idioma').selectOption('English');
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.close();
});

it('works behind a path prefix of a proxy, with and without a slash at its end', async () => {
  const proxy = await startStandInServer(async ({ path, method, headers }) => {
    if (!path.startsWith('/push/')) return { status: 404 };
    const passed = { authorization: headers.authorization ?? '', accept: headers.accept ?? '' };
    const response = await request(method, stage.api.url + path.slice('/push'.length), { headers: passed });
    const kept = ['content-type', 'content-security-policy', 'location'].flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return { status: response.status, raw: response.text, headers: Object.fromEntries(kept) as Record<string, string> };
  });
  const page = await stage.browser.context.newPage();
  for (const path of ['/push/console', '/push/console/']) {
    await page.goto(`${proxy.url}${path}#token=${stage.keys.superUser}`);
    await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
    expect(await findViolations(page)).toEqual([]);
  }
  expect(new URL(page.url()).pathname).toBe('/push/console');
  await page.close();
  await proxy.stop();
});

it('the skip link and Tab reach the page and its form by keyboard alone', async () => {
  const page = await stage.open('');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await untilFocused(page, 'id', 'main');
  await page.keyboard.press('Tab');
  await page.keyboard.type(stage.keys.superUser);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();

  await untilFocused(page, 'tagName', 'H1');
  await page.close();
});
