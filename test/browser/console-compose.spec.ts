import type { Page } from 'playwright-core';
import { request } from '../support/http.js';
import { VAPID_KEYS } from '../support/product-process.js';
import { SimulatorProcess } from '../support/simulator.js';
import { waitFor } from '../support/wait-for.js';
import { type ConsoleStage, findViolations, lookAt, startConsoleStage } from './support/console-stage.js';
import { untilFocused } from './support/focus.js';

const DOMAIN = 'compose.example.com';
const COMPOSE = `/domains/${DOMAIN}/compose`;

let simulator: SimulatorProcess;
let stage: ConsoleStage;
let contactIds: string[];

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
  stage = await startConsoleStage('console_compose', simulator.environment);
  const contacts = await Promise.all([
    addContact({ service: 'fcm', first: 1 }),
    addContact({ service: 'fcm', first: 2, behaviour: 'gone' }),
  ]);
  contactIds = contacts.flat();
  const options = { token: stage.keys.superUser, json: { isPushFeatureEnabled: true } };
  expect((await request('PUT', `${stage.api.url}/domains/${DOMAIN}`, options)).status).toBe(200);
});

afterAll(async () => {
  await stage.stop();
  await simulator.stop();
});

async function addContact(order: Parameters<SimulatorProcess['subscribe']>[0]): Promise<string[]> {
  const made = await simulator.subscribe({ applicationServerKey: VAPID_KEYS.publicKey, ...order });
  const subscription = made.map(({ endpoint, keys }) => ({ endpoint, ...keys }))[0] ?? null;
  return stage.db.addContacts(DOMAIN, [subscription?.endpoint ?? ''], { subscription });
}

async function openCompose(token = stage.keys.superUser): Promise<Page> {
  const page = await stage.open(COMPOSE, token);
  await page.getByRole('heading', { name: `Compose for ${DOMAIN}` }).waitFor();
  return page;
}

async function write(page: Page, title: string, body: string): Promise<void> {
  await page.getByLabel('Title', { exact: true }).fill(title);
  await page.getByLabel('Body', { exact: true }).fill(body);
}

it('goes from a draft over previews, sizes and a test to the message’s page, and sends once', async () => {
  const page = await openCompose();
  await page.getByText('It goes to 2 active contacts.').waitFor();
  await write(page, 'A title that Safari does not show as a whole', 'Everything at half price until Sunday.');
  await page.getByLabel('Link that a click opens').fill('https://example.com/sale');

  const safari = page.getByRole('figure', { name: 'Safari on macOS' });
  await safari.getByText('Cut from the title:').waitFor();
  expect(await safari.locator('mark').allTextContents()).toEqual(['how as a whole']);
  const windows = page.getByRole('figure', { name: 'Chrome on Windows' });
  await windows.getByText('Nothing is cut.').waitFor();
  await page.getByText('of 4,096 bytes').first().waitFor();
  expect(await page.getByText('Fits as it is.').count()).toBe(5);

  await page.getByLabel('Contact id or device token').fill(contactIds[0] ?? '');
  await page.getByRole('button', { name: 'Send the test' }).click();
  await page.getByText('The push service has accepted it.').waitFor();
  expect(await page.locator('.test-answer').getByText('201').count()).toBe(1);
  await page.getByLabel('Contact id or device token').fill(contactIds[1] ?? '');
  await page.getByRole('button', { name: 'Send the test' }).click();
  await page.getByText('The push service has not accepted it.').waitFor();
  expect(await page.locator('.test-answer').getByText('410').count()).toBe(1);
  expect(await stage.db.find('messages', { domain: DOMAIN })).toEqual([]);

  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('dialog').getByText('It goes to 2 active contacts.').waitFor();
  await page.getByRole('button', { name: 'Send to 2' }).dblclick();
  await page.waitForURL(/#\/messages\/[0-9a-f-]{36}$/);
  await page.getByRole('heading', { name: 'A title that Safari does not show as a whole', level: 1 }).waitFor();

  expect(await stage.db.find('messages', { domain: DOMAIN })).toMatchObject([
    { on_click_link: 'https://example.com/sale' },
  ]);
  expect(await stage.db.find('deliveries', { domain: DOMAIN })).toHaveLength(1);
  expect(await findViolations(page)).toEqual([]);
  await page.close();
});

it('sends a message once, when the response to its first send was lost', async () => {
  const page = await openCompose();
  await write(page, 'Lost', 'Once');
  let isFirst = true;
  await page.route('**/messages/domains/*', async (route) => {
    const response = await route.fetch();
    if (isFirst) await route.abort();
    else await route.fulfill({ response });
    isFirst = false;
  });
  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('button', { name: 'Send to 2' }).click();
  await page.getByText('The API did not answer.').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('button', { name: 'Send to 2' }).click();
  await page.waitForURL(/#\/messages\//);
  expect(await stage.db.find('messages', { title: 'Lost' })).toHaveLength(1);
  await page.close();
});

it('keeps the draft when the page is loaded again, and forgets it when it was sent', async () => {
  const page = await openCompose();
  await write(page, 'Kept [[[name]]]', 'The body');
  await page.getByRole('button', { name: 'Add an action' }).click();
  await page.getByLabel('Title of the button').fill('Buy');
  await page.getByText('Schedule and delivery').click();
  await page.getByLabel('Most contacts a minute').fill('60');
  await page.getByLabel('name', { exact: true }).fill('Ana');
  await page.reload();
  await page.getByLabel('Title of the button').waitFor();

  expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('Kept [[[name]]]');
  expect(await page.getByLabel('Title of the button').inputValue()).toBe('Buy');
  expect(await page.getByLabel('Most contacts a minute').inputValue()).toBe('60');
  await page.getByRole('figure').getByText('Kept Ana').first().waitFor();
  await page.getByText('its placeholders stay as they are written').waitFor();
  await page.getByRole('button', { name: 'Send…' }).click();
  await page.getByRole('button', { name: 'Send to 2' }).click();
  await page.waitForURL(/#\/messages\//);
  await page.goBack();
  expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('');
  await page.close();
});

it('says beside the fields what the API refuses, and what cannot be sent at all', async () => {
  const page = await openCompose();
  await write(page, 'T', 'B');
  await page.getByLabel('Link that a click opens').fill('http://example.com');
  await page.getByText('Must be a whole https address').waitFor();
  expect(await page.getByLabel('Link that a click opens').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByRole('button', { name: 'Send…' }).isDisabled()).toBe(true);
  await page.getByLabel('Link that a click opens').fill('');
  await page.getByText('How it is shown').click();
  await page.getByLabel('Data for the page').fill('[1]');
  await page.getByText('Must be a JSON object').waitFor();
  await page.getByLabel('Data for the page').fill('');

  await page.getByLabel('Contact id or device token').fill('nobody');
  await page.getByRole('button', { name: 'Send the test' }).click();
  await page.getByText('The domain has no active contact').waitFor();
  await page.close();
});

it('is used by keyboard alone, in Spanish, without a number for who may not count', async () => {
  const token = await stage.keys.sign({ domains: [DOMAIN], scope: 'send' });
  const page = await openCompose(token);
  await page.getByText('The audience was not counted').waitFor();
  await page.getByLabel('Language', { exact: true }).first().selectOption('es');
  await page.getByRole('heading', { name: `Redactar para ${DOMAIN}` }).waitFor();
  await page.getByLabel('Título', { exact: true }).focus();
  await page.keyboard.type('Por teclado');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Sin ratón');
  const send = page.getByRole('button', { name: 'Enviar…' });
  await waitFor(() => send.isEnabled(), Boolean);
  await send.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await untilFocused(page, 'textContent', 'Enviar…');
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.close();
});

it('has nothing that axe finds, empty and full, at three widths in both themes', async () => {
  const page = await openCompose();
  expect(await lookAt(page, 'compose-empty')).toEqual([]);
  await write(page, 'A long title that is cut by some of the browsers, and by others later', 'ñ'.repeat(3_000));
  await page.getByLabel('Image', { exact: true }).fill('https://example.com/image.png');
  await page.getByLabel('Icon', { exact: true }).fill('https://example.com/icon.png');
  for (const title of ['Buy', 'Later', 'Third']) {
    await page.getByRole('button', { name: 'Add an action' }).click();
    await page.getByLabel('Title of the button').last().fill(title);
  }
  await page.getByText('Only the first 2 actions are shown.').first().waitFor();
  await page.getByText('Shortened: body').first().waitFor();
  await page.getByText('How it is shown').click();
  await page.getByText('Campaign (utm)').click();
  await page.getByLabel('Contact id or device token').fill(contactIds[1] ?? '');
  await page.getByRole('button', { name: 'Send the test' }).click();
  await page.getByText('The push service has not accepted it.').waitFor();
  expect(await lookAt(page, 'compose-full')).toEqual([]);
  await page.close();
});
