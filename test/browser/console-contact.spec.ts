import type { Page } from 'playwright-core';
import { causeTexts } from '../../src/console/page/pages/contact/cause-texts.js';
import { EXPLANATIONS, type DiagnosisCause } from '../../src/diagnosis/causes.js';
import { baseEnvironment, type ProductProcess, pushApiEnvironment, startProduct } from '../support/product-process.js';
import { SimulatorProcess } from '../support/simulator.js';
import { CLEAN_UP_MS } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { type ConsoleStage, goTo, lookAt, startConsoleStage } from './support/console-stage.js';
import { untilFocused } from './support/focus.js';
import { ContactCases, type Registered } from './support/contact-cases.js';

let simulator: SimulatorProcess;
let stage: ConsoleStage;
let pushApi: ProductProcess;
let worker: ProductProcess;
let cases: ContactCases;
let page: Page;

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
  stage = await startConsoleStage('console_contact');
  const { keys, database } = stage;
  pushApi = await startProduct('push-api', { ...pushApiEnvironment(keys.folder), ...simulator.environment });
  worker = await startProduct('worker', baseEnvironment(database, keys.folder, pushApi.url));
  cases = new ContactCases(stage, simulator);
  page = await stage.open('', keys.superUser);
}, 120_000);

afterAll(async () => {
  await Promise.all([worker.stop(), pushApi.stop()]);
  await stage.stop();
  expect(await simulator.stop()).toBe(0);
}, CLEAN_UP_MS);

interface Seeded {
  readonly messageId: string;
  /** What the page searches by. */
  readonly key: Partial<Registered>;
}

type Seed = (domain: string) => Promise<Seeded>;

const IN_AN_HOUR = (): string => new Date(Date.now() + 3_600_000).toISOString();

async function sentTo(domain: string, contact: Registered, message: object = {}): Promise<Seeded> {
  return { messageId: await cases.sendAndFinish(domain, message), key: { email: contact.email } };
}

/** How each cause comes about, with the product and the simulator. */
const SEEDS: Readonly<Partial<Record<DiagnosisCause, Seed>>> = {
  delivered: async (domain) => sentTo(domain, await cases.register(domain)),
  received: async (domain) => {
    const contact = await cases.register(domain);
    const seeded = await sentTo(domain, contact);
    await cases.track(domain, contact, seeded.messageId, 'received');
    return { ...seeded, key: { visitorGuid: contact.visitorGuid } };
  },
  clicked: async (domain) => {
    const contact = await cases.register(domain);
    const seeded = await sentTo(domain, contact);
    await cases.track(domain, contact, seeded.messageId, 'received');
    await cases.track(domain, contact, seeded.messageId, 'clicked');
    return { ...seeded, key: { deviceToken: contact.deviceToken } };
  },
  dismissed: async (domain) => {
    const contact = await cases.register(domain);
    const seeded = await sentTo(domain, contact);
    await cases.track(domain, contact, seeded.messageId, 'dismissed');
    return seeded;
  },
  pruned: async (domain) => sentTo(domain, await cases.register(domain, { behaviour: 'gone' })),
  'gone-not-pruned': async (domain) => sentTo(domain, await cases.register(domain, { behaviour: 'gone', count: 25 })),
  'registered-again': async (domain) => {
    const [contact, again] = [await cases.register(domain, { behaviour: 'gone' }), await cases.register(domain)];
    const seeded = await sentTo(domain, contact);
    const { body } = await cases.ask('GET', `/domains/${domain}/contacts?email=${contact.email}`);
    expect((body as { items: object[] }).items).toMatchObject([{ isActive: false, endedBecause: 'pruned' }]);
    const { status } = await cases.ask('POST', '/push-contacts', {
      domain,
      ...contact,
      subscription: { endPoint: again.deviceToken, keys: await keysOf(again.deviceToken) },
    });
    expect(status).toBe(200);
    return seeded;
  },
  unsubscribed: async (domain) => {
    const contact = await cases.register(domain);
    await cases.ask('DELETE', `/push-contacts/${encodeURIComponent(contact.deviceToken)}`);
    return sentTo(domain, contact);
  },
  'wrong-key': async (domain) => sentTo(domain, await cases.registerWithOtherKey(domain)),
  'message-too-large': async (domain) => sentTo(domain, await cases.register(domain, { behaviour: 'too-large' })),
  'refused-by-push-service': async (domain) =>
    sentTo(domain, await cases.register(domain, { behaviour: 'redirect', service: 'apple' })),
  throttled: async (domain) => {
    const { email } = await cases.register(domain, { behaviour: 'too-many-until', service: 'mozilla' });
    return { messageId: await cases.send(domain), key: { email } };
  },
  'outside-of-limits': async (domain) => {
    // The refusal comes when the time for the message is over.
    await cases.set({ latencyMedianMs: 3_000, latencyP99Ms: 3_000 }, 'wns');
    const contact = await cases.register(domain, { behaviour: 'too-many', service: 'wns' });
    return sentTo(domain, contact, { timeToLiveSeconds: 2 });
  },
  expired: async (domain) => {
    const first = await cases.register(domain, { count: 1 });
    const second = await cases.register(domain);
    const messageId = await cases.sendAndFinish(domain, { ratePerMinute: 1, timeToLiveSeconds: 3 });
    const { body } = await cases.ask('GET', `/domains/${domain}/diagnosis?messageId=${messageId}&email=${first.email}`);
    const wasFirst = (body as { cause: string }).cause === 'delivered';
    return { messageId, key: { email: wasFirst ? second.email : first.email } };
  },
  paced: async (domain) => {
    await cases.register(domain);
    const { email } = await cases.register(domain);
    return { messageId: await cases.send(domain, { ratePerMinute: 1 }), key: { email } };
  },
  scheduled: async (domain) => {
    const { email } = await cases.register(domain);
    return { messageId: await cases.send(domain, { sendAt: IN_AN_HOUR() }), key: { email } };
  },
  cancelled: async (domain) => {
    const { email } = await cases.register(domain);
    const messageId = await cases.send(domain, { sendAt: IN_AN_HOUR() });
    expect((await cases.ask('DELETE', `/messages/${messageId}/delivery`)).status).toBe(200);
    return { messageId, key: { email } };
  },
  'registered-later': async (domain) => {
    await cases.register(domain);
    const messageId = await cases.sendAndFinish(domain);
    return { messageId, key: { email: (await cases.register(domain)).email } };
  },
  'not-addressed': async (domain) => {
    const [other, { email }] = [await cases.register(domain), await cases.register(domain)];
    const json = { title: 'Only for you', body: 'The body' };
    const { body } = await cases.ask('POST', `/push-contacts/${domain}/${other.visitorGuid}/message`, json);
    return { messageId: (body as { messageId: string }).messageId, key: { email } };
  },
  'not-sent': async (domain) => {
    const { email } = await cases.register(domain);
    const message = { title: 'Stored', body: 'The body' };
    const { body } = await cases.ask('POST', '/message', { domain, message });
    return { messageId: (body as { messageId: string }).messageId, key: { email } };
  },
  'never-a-contact': async (domain) => {
    await cases.register(domain);
    return { messageId: await cases.sendAndFinish(domain), key: { email: 'nobody@example.com' } };
  },
};

async function keysOf(endpoint: string): Promise<object> {
  const [contact] = await stage.db.pick('push-contacts', { device_token: endpoint }, 'subscription');
  const { p256dh, auth } = contact?.subscription as { p256dh: string; auth: string };
  return { p256DH: p256dh, auth };
}

const LABELS = { email: 'E-mail', visitorGuid: 'Visitor guid', deviceToken: 'Device token' } as const;

/** Searches for the contact on the page. */
async function search(domain: string, key: Partial<Registered>): Promise<void> {
  await goTo(page, `/domains/${domain}/contact`);
  await page.getByRole('heading', { name: `Contact of ${domain}`, level: 1 }).waitFor();
  const [name = 'email', value = ''] = Object.entries(key)[0] ?? [];
  await page.getByLabel('Search by').selectOption(LABELS[name as keyof typeof LABELS]);
  await page.getByLabel('Value').fill(value);
  await page.getByRole('button', { name: 'Search' }).click();
}

async function explain(messageId: string): Promise<void> {
  await page.getByLabel('Message id').fill(messageId);
  await page.getByRole('button', { name: 'Explain', exact: true }).first().click();
}

function sentence(): Promise<string> {
  return page.locator('.diagnosis-sentence').innerText();
}

it.each(Object.entries(SEEDS))(
  'says why, when it is %s, in English and in Spanish',
  async (cause, seed) => {
    const domain = `${cause}.example.com`;
    const { messageId, key } = await seed(domain);
    await cases.untilCause(domain, messageId, key, cause);
    await search(domain, key);
    await explain(messageId);
    const english = EXPLANATIONS[cause as DiagnosisCause];
    await page.getByText(english).waitFor();
    expect(await sentence()).toBe(english);
    await page.getByLabel('Language').selectOption('Español');
    expect(await sentence()).toBe(causeTexts.es[cause as DiagnosisCause]);
    await page.getByLabel('Idioma').selectOption('English');
  },
  60_000,
);

it('has tried at least twelve causes, and has a sentence of its own for every cause', () => {
  expect(Object.keys(SEEDS).length).toBeGreaterThanOrEqual(12);
  expect(causeTexts.en).toEqual(EXPLANATIONS);
  expect(new Set(Object.values(causeTexts.es)).size).toBe(Object.keys(EXPLANATIONS).length);
});

describe('the page', () => {
  const domain = 'page.example.com';
  let contact: Registered;
  let messageId: string;

  beforeAll(async () => {
    contact = await cases.register(domain);
    messageId = await cases.sendAndFinish(domain, { title: 'Summer sale' });
    await cases.track(domain, contact, messageId, 'received');
    await cases.track(domain, contact, messageId, 'clicked');
  });

  it('says what to do before a search, without a value, and when nobody is found', async () => {
    await goTo(page, `/domains/${domain}/contact`);
    await page.getByText('Search for a contact').waitFor();
    expect(await lookAt(page, 'contact-empty')).toEqual([]);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Enter what to search for.').waitFor();
    await search(domain, { visitorGuid: 'nobody' });
    await page.getByText('The domain has no such contact', { exact: true }).waitFor();
  });

  it('shows what is stored and the history, whose messages explain themselves, without a fault of axe', async () => {
    await search(domain, { email: contact.email.toUpperCase() });
    await page.getByText(contact.visitorGuid, { exact: true }).waitFor();
    await page.getByText('fcm.googleapis.com').first().waitFor();
    const rows = page.getByRole('region', { name: 'Events of the contact' }).getByRole('row');
    await waitFor(
      () => rows.count(),
      (count) => count === 4,
    );
    await page.getByRole('button', { name: 'Explain “Summer sale”' }).first().click();
    await page.getByText(EXPLANATIONS.clicked).waitFor();
    expect(await lookAt(page, 'contact')).toEqual([]);
  });

  it('says beside the field that a text is no message id, and that the domain has no such message', async () => {
    await search(domain, { deviceToken: contact.deviceToken });
    await explain('nonsense');
    await page.getByText('This is no message id.').waitFor();
    await explain('df555721-5135-4b5d-9c6a-7db3565f22ae');
    await page.getByText('The domain has no message of this id.').waitFor();
  });

  it('goes by each message’s link, or by the last sends, to the sentence, and by a link to a test', async () => {
    await goTo(page, `/messages/${messageId}`);
    await page.getByRole('link', { name: 'Why a contact got it, or not' }).click();
    await page.waitForURL(`**/contact?messageId=${messageId}`);
    await page.getByLabel('Search by').selectOption(LABELS.email);
    await page.getByLabel('Value').fill(contact.email);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText(EXPLANATIONS.clicked).waitFor();
    await goTo(page, '/domains');
    await search(domain, { email: contact.email });
    const lastSends = page.getByLabel('One of the last sends');
    await lastSends.selectOption({ index: 1 });
    await page.getByText(EXPLANATIONS.clicked).waitFor();
    expect(await lastSends.inputValue()).toBe(messageId);

    const link = page.getByRole('link', { name: 'Send it a test' });
    await link.click();
    await page.getByRole('heading', { name: `Compose for ${domain}` }).waitFor();
    expect(await page.getByLabel('Contact id or device token').inputValue()).toMatch(/^[0-9a-f]{24}$/);
  });

  it('shows the sentence to who asks for it in the history, on a phone too', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await search(domain, { email: contact.email });
    await page.getByRole('button', { name: 'Explain “Summer sale”' }).first().click();
    await page.getByText(EXPLANATIONS.clicked).waitFor();
    await untilFocused(page, 'id', 'diagnosis');
    const box = await page.locator('.diagnosis-sentence').boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(700);
    await page.setViewportSize({ width: 1_280, height: 900 });
  });

  it('explains a visitor by all of its contacts, until one of them is chosen', async () => {
    const [late, guid] = [await cases.register(domain), contact.visitorGuid];
    const path = `/push-contacts/${encodeURIComponent(late.deviceToken)}/visitor-guid`;
    expect((await cases.ask('PUT', path, guid)).status).toBe(200);
    await search(domain, { visitorGuid: guid });
    await page.getByText('Of all contacts found.').waitFor();
    await explain(messageId);
    await page.getByText(EXPLANATIONS.clicked).waitFor();
    const facts = page.getByRole('heading', { name: 'What is stored' });
    await facts.waitFor({ state: 'detached' });
    const choices = page.getByRole('group', { name: 'Contacts found' }).getByRole('radio');
    const causes: readonly string[] = [EXPLANATIONS.clicked, EXPLANATIONS['registered-later']];
    const shown: string[] = [];
    for (const choice of await choices.all()) {
      await choice.check();
      const hint = page.getByText('Of all contacts found.');
      await hint.waitFor({ state: 'detached' });
      shown.push(await waitFor(sentence, (text) => causes.includes(text) && !shown.includes(text)));
    }
    expect(shown.sort()).toEqual([...causes].sort());
    await facts.waitFor();
  });

  it('keeps the search when the page is loaded again, and words reasons as the report does', async () => {
    const gone = await cases.register(domain, { behaviour: 'gone' });
    const sent = await cases.sendAndFinish(domain, { title: 'Winter sale' });
    await search(domain, { email: gone.email });
    await explain(sent);
    await page.getByText('Reason: It no longer exists and is pruned (gone)').waitFor();
    await page.getByRole('region', { name: 'Events of the contact' }).getByText('(gone)').waitFor();
    await page.getByLabel('Language').selectOption('Español');
    await page.getByText('Motivo: Ya no existe y se dio de baja (gone)').waitFor();
    await page.getByLabel('Idioma').selectOption('English');

    await page.reload();
    await page.getByText('What is stored').waitFor();
    expect(await page.getByLabel('Value').inputValue()).toBe(gone.email);
    expect(page.url()).not.toContain('@');
  });

  it('needs no mouse, and leaves what is searched for out of the address', async () => {
    await goTo(page, '/domains');
    await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
    await goTo(page, `/domains/${domain}/contact?messageId=${messageId}`);
    await page.getByRole('heading', { name: `Contact of ${domain}` }).waitFor();
    await page.getByLabel('Search by').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.type(contact.email);
    await page.keyboard.press('Enter');
    await page.getByText(EXPLANATIONS.clicked).waitFor();
    expect(page.url()).not.toContain('@');
  });
});
