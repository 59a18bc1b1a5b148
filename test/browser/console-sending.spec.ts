import type { Page } from 'playwright-core';
import { request } from '../support/http.js';
import { type ConsoleStage, goTo, startConsoleStage } from './support/console-stage.js';

const DOMAIN = 'sending.example.com';
const EMPTY = 'empty.example.com';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await startConsoleStage('console_sending');
  await stage.db.addContacts(DOMAIN, ['one', 'two']);
  for (const domain of [DOMAIN, EMPTY]) {
    const options = { token: stage.keys.superUser, json: { isPushFeatureEnabled: true } };
    expect((await request('PUT', `${stage.api.url}/domains/${domain}`, options)).status).toBe(200);
  }
});

afterAll(() => stage.stop());

async function openCompose(domain: string, token = stage.keys.superUser): Promise<Page> {
  const page = await stage.open(`/domains/${domain}/compose`, token);
  await page.getByRole('heading', { name: `Compose for ${domain}` }).waitFor();
  return page;
}

async function write(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title', { exact: true }).fill(title);
  await page.getByLabel('Body', { exact: true }).fill('The body');
}

/** Holds sends back until the returned function is called; then they go on, or fail with this status. */
async function holdSend(page: Page, failure?: number): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/messages/domains/*', async (route) => {
    await released;
    await (failure === undefined ? route.continue() : route.fulfill({ status: failure, body: '{}' }));
  });
  return release;
}

async function sendHeld(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('button', { name: 'Send to 2' }).click();
  await page.getByRole('button', { name: 'Sending…' }).waitFor();
}

it('lets nothing close the dialog while it sends', async () => {
  const page = await openCompose(DOMAIN);
  await write(page, 'Held');
  const release = await holdSend(page);
  await sendHeld(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
  release();
  await page.waitForURL(/#\/messages\//);
  await page.close();
});

it.each([
  ['accepted', undefined, 'The message is accepted.'],
  ['not sent', 503, `The message to ${DOMAIN} was not sent.`],
])('leaves who has gone elsewhere where they are, and says that it was %s', async (how, failure, news) => {
  const page = await openCompose(DOMAIN);
  await write(page, `Left while it was ${how}`);
  const release = await holdSend(page, failure);
  await sendHeld(page);
  await goTo(page, '/domains');
  release();
  await page.getByText(news).waitFor();
  await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
  expect(page.url()).toMatch(/#\/domains$/);
  await page.close();
});

it('says that a time is over, and schedules nothing for it', async () => {
  const page = await openCompose(DOMAIN);
  await write(page, 'Past');
  await page.getByText('Schedule and delivery').click();
  await page.getByLabel('Send at').fill('2020-01-01T00:00');
  await page.getByText('This time is over.').waitFor();
  expect(await page.getByRole('button', { name: 'Schedule…' }).isDisabled()).toBe(true);
  await page.getByLabel('Send at').fill('2100-01-01T00:00');
  await page.getByRole('button', { name: 'Schedule…', disabled: false }).waitFor();
  await page.close();
});

it('sends nothing to nobody; a later time may have somebody', async () => {
  const page = await openCompose(EMPTY);
  await write(page, 'Nobody');
  await page.getByRole('button', { name: 'Send…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The domain has no active contact').waitFor();
  expect(await dialog.getByRole('button', { name: 'Send to 0' }).isDisabled()).toBe(true);
  await stage.db.addContacts(EMPTY, ['first']);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Schedule and delivery').click();
  await page.getByLabel('Send at').fill('2100-01-01T00:00');
  await page.getByRole('button', { name: 'Schedule…' }).click();
  expect(await dialog.getByRole('button', { name: /^Send to/ }).isEnabled()).toBe(true);
  await page.close();
});

it('keeps a draft, and the key of a send that failed, for who wrote it alone', async () => {
  const [ana, bea] = await Promise.all(
    ['ana', 'bea'].map((subject) => stage.keys.sign({ sub: subject, domains: [DOMAIN], scope: 'send reports' })),
  );
  const page = await openCompose(DOMAIN, ana);
  await write(page, 'By Ana');
  await page.route('**/messages/domains/*', (route) => route.abort());
  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('button', { name: 'Send to 2' }).click();
  await page.getByText('The API did not answer.').waitFor();
  const kept = await page.evaluate(() => Object.keys(sessionStorage).filter((key) => /Draft|SendKey/.test(key)));
  expect(kept.sort()).toEqual([`pushContactConsoleDraft:ana::${DOMAIN}`, `pushContactConsoleSendKey:ana::${DOMAIN}`]);

  // As after the end of a token: nobody has signed out.
  const titleOf = async (token = ''): Promise<string> => {
    await page.evaluate((to) => {
      location.hash = to;
    }, `#token=${token}`);
    await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
    await goTo(page, `/domains/${DOMAIN}/compose`);
    return page.getByLabel('Title', { exact: true }).inputValue();
  };
  expect(await titleOf(bea)).toBe('');
  expect(await titleOf(ana)).toBe('By Ana');
  await page.close();
});
