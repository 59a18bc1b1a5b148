import type { Page } from 'playwright-core';
import { request } from '../support/http.js';
import { messageIdOf } from '../support/installation.js';
import { signedPath } from '../support/link-signatures.js';
import { baseEnvironment, type ProductProcess, startProduct, VAPID_KEYS } from '../support/product-process.js';
import { type SimulatedSubscription, SimulatorProcess } from '../support/simulator.js';
import { waitFor } from '../support/wait-for.js';
import { type ConsoleStage, goTo, lookAt, startConsoleStage } from './support/console-stage.js';

const SITE = { applicationServerKey: VAPID_KEYS.publicKey };

let simulator: SimulatorProcess;
let stage: ConsoleStage;
let pushApi: ProductProcess;
let worker: ProductProcess;

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
  stage = await startConsoleStage('console_message');
  const environment = baseEnvironment(stage.database, stage.keys.folder, '');
  pushApi = await startProduct('push-api', { ...environment, ...simulator.environment });
  worker = await startProduct('worker', { ...environment, PUSH_API_URL: pushApi.url });
});

afterAll(async () => {
  await Promise.all([worker.stop(), pushApi.stop()]);
  await Promise.all([stage.stop(), simulator.stop()]);
});

async function addContacts(domain: string, subscriptions: readonly SimulatedSubscription[]): Promise<string[]> {
  const byEndpoint = new Map(subscriptions.map((each) => [each.endpoint, each]));
  return stage.db.addContacts(domain, [...byEndpoint.keys()], (endpoint) => {
    const { p256dh = '', auth = '' } = byEndpoint.get(endpoint)?.keys ?? {};
    return { subscription: { endpoint, p256dh, auth } };
  });
}

async function send(domain: string, message: object): Promise<string> {
  const json = { body: 'The body', ...message };
  const options = { token: stage.keys.superUser, json };
  return messageIdOf(await request('POST', `${stage.api.url}/messages/domains/${domain}`, options), 202);
}

function tileOf(page: Page, label: string): Promise<string> {
  return page.locator('.tile', { hasText: label }).locator('.tile-value').innerText();
}

/** Waits until the text of a tile is another one, and returns it. */
function tileAfter(page: Page, label: string, former: string): Promise<string> {
  return waitFor(
    () => tileOf(page, label),
    (text) => text !== former,
  );
}

function topOf(page: Page, heading: string): Promise<number | undefined> {
  return page
    .getByRole('heading', { name: heading })
    .boundingBox()
    .then((box) => box?.y);
}

it('shows what became of a message: funnel, outcomes by push service and reason, hours', async () => {
  const domain = 'shown.example.com';
  const accepted = await addContacts(domain, await simulator.subscribe({ service: 'fcm', count: 20, ...SITE }));
  await addContacts(domain, await simulator.subscribe({ service: 'mozilla', count: 5, ...SITE }));
  await addContacts(domain, await simulator.subscribe({ service: 'wns', count: 3, behaviour: 'gone', ...SITE }));
  const actions = [{ action: 'buy', title: 'Buy now', link: 'https://example.com/buy' }];
  const messageId = await send(domain, { title: 'Summer sale', actions, urgency: 'high', timeToLiveSeconds: 3_600 });
  const page = await stage.open(`#/messages/${messageId}`, stage.keys.superUser);
  await page.getByText('28 of 28 contacts have an outcome', { exact: true }).waitFor();
  for (const contactId of accepted.slice(0, 4)) {
    await request('POST', stage.api.url + signedPath({ contactId, messageId }, 'received'));
  }
  await request('POST', stage.api.url + signedPath({ contactId: accepted[0] ?? '', messageId }, 'clicked'));

  await page.reload();
  await waitFor(
    () => page.locator('.funnel-number').allInnerTexts(),
    (numbers) => numbers.join() === '28,25,4,1',
  ).catch(async (error: unknown) => {
    throw new Error(JSON.stringify(await page.locator('.funnel-number').allInnerTexts()), { cause: error });
  });
  const rows = page.getByRole('region', { name: 'Outcomes by push service and reason' }).getByRole('row');
  await rows.nth(3).waitFor();
  expect((await rows.allInnerTexts()).map((row) => row.split(/\s*\t\s*/))).toEqual([
    ['Push service', 'Outcome', 'Contacts', 'Share', 'Reason'],
    ['fcm.googleapis.com', 'Accepted', '20', '71.4%', ''],
    ['*.push.services.mozilla.com', 'Accepted', '5', '17.9%', ''],
    ['*.notify.windows.com', 'Not delivered', '3', '10.7%', 'It no longer exists and is pruned (gone)'],
  ]);
  await page.locator('.badge', { hasText: 'Done' }).waitFor();
  await page.getByRole('figure', { name: 'By hour' }).getByText('Show as a table').click();
  const hours = page.getByRole('region', { name: 'By hour' }).getByRole('row');
  await waitFor(
    () => hours.allInnerTexts(),
    (texts) => texts.some((text) => text.includes('25')),
  );
  await page.getByText('Buy now').waitFor();
  expect(await page.getByText('Cancel sending').count()).toBe(0);

  expect(await lookAt(page, 'message')).toEqual([]);
  await page.close();
});

it('follows the sending with contacts per second and time left, moves nothing, and cancels', async () => {
  const domain = 'live.example.com';
  await addContacts(domain, await simulator.subscribe({ service: 'fcm', first: 1_000, count: 600, ...SITE }));
  const messageId = await send(domain, { title: 'Slow sale', ratePerMinute: 600 });
  const page = await stage.open(`#/messages/${messageId}`, stage.keys.superUser);
  await waitFor(
    async () => Number(await tileAfter(page, 'Contacts per second', '–')),
    (speed) => speed > 0,
  );
  expect(await tileAfter(page, 'Time left', '–')).toMatch(/^\d+ (sec|min)/);
  const pending = await tileOf(page, 'Pending');
  const top = await topOf(page, 'From planned to clicked');
  await tileAfter(page, 'Pending', pending);
  expect(await topOf(page, 'From planned to clicked')).toBe(top);
  expect(await lookAt(page, 'message-live')).toEqual([]);

  const cancel = page.getByRole('button', { name: 'Cancel sending' });
  await cancel.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Cancel what is pending?' });
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await cancel.evaluate((button) => document.activeElement === button)).toBe(true);

  await cancel.click();
  await dialog.getByRole('button', { name: 'Cancel sending' }).click();
  await page.getByText('Sending is cancelled.').waitFor();
  await page.locator('.badge', { hasText: 'Cancelled' }).waitFor();
  await cancel.waitFor({ state: 'detached' });
  expect(await page.getByText('600 of 600').count()).toBe(0);
  await page.close();
});

it('lets who may only read reports cancel nothing, and says in Spanish what is not there yet', async () => {
  const domain = 'read.example.com';
  await stage.db.addContacts(domain, ['later']);
  const messageId = await send(domain, { title: 'Más tarde', sendAt: '2100-01-01T00:00:00Z' });
  const token = await stage.keys.sign({ domains: [domain], scope: 'reports' });
  const page = await stage.open(`#/messages/${messageId}`, token);
  await page.getByLabel('Language').selectOption('Español');
  await page.locator('.badge', { hasText: 'Programado' }).waitFor();
  await page.getByText('Todavía no hay resultados').waitFor();
  await page.getByText('Lo que se pidió').waitFor();
  expect(await page.getByRole('button', { name: 'Cancelar el envío' }).count()).toBe(0);
  expect(await lookAt(page, 'message-es')).toEqual([]);

  await goTo(page, '#/messages/7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6');
  await page.getByText('Aquí no hay nada').waitFor();
  await page.getByLabel('Idioma').selectOption('English');
  await page.close();
});
