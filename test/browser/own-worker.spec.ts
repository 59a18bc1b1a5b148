import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

/** The site's own listeners: it shows its own pushes, and notes what PushScript's part does to its events. */
const OWN_LISTENERS = `
self.own = { pushes: [], waited: 0 };
self.addEventListener('push', (event) => {
  own.pushes.push(event.data.text());
  if (event.data.text().startsWith('site:')) {
    event.waitUntil(registration.showNotification(event.data.text(), { data: { messageId: 'of the site' } }));
  }
});`;

const OURS = { messageId: 'ours', clickLink: null, clickedEventEndpoint: null, receivedEventEndpoint: null };

/** The site's worker with what the test added to it. */
interface OwnWorker {
  readonly own: { readonly pushes: string[]; readonly waited: number };
  readonly shown: number;
  readonly registration: ServiceWorkerRegistration;
}

let stage: PushStage;
let browser: Browser;
let page: Page;
let workerUrl: string;

beforeAll(async () => {
  stage = await startPushStage('own_worker');
  await stage.putDomain({ isPushFeatureEnabled: true });
  workerUrl = `${stage.site.url}/sw.js`;
});

afterAll(() => stage.stop());

beforeEach(async () => {
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
  await browser.setPermission(stage.site.url, 'granted');
  serveWorker('');
  stage.site.use({ 'data-worker': '/sw.js', 'data-scope': '/' });
  page = await browser.context.newPage();
  await page.goto(stage.site.url);
  await untilStatus(page, 'subscribed');
});

afterEach(() => browser.close());

function serveWorker(addition: string): void {
  const body = `${OWN_LISTENERS}\n${stage.site.worker}\n${addition}`;
  stage.site.serve('/sw.js', { type: 'text/javascript', body });
}

async function inWorker<T>(act: (worker: OwnWorker) => T | Promise<T>): Promise<T> {
  const worker = await browser.worker(workerUrl);
  return worker.evaluate(`(${act.toString()})(self)`);
}

/** Delivers a push, and waits until the site's listener has had it and so many notifications were shown. */
async function deliver(text: string, shown: number): Promise<void> {
  await browser.deliverPush(`${stage.site.url}/`, text);
  await waitFor(
    () => inWorker(({ own, shown: count }) => [own.pushes.at(-1), count]),
    ([last, count]) => last === text && count === shown,
  );
}

function notifications(): Promise<{ title: string; data: unknown }[]> {
  return inWorker(async ({ registration }) => {
    const open = await registration.getNotifications();
    return open.map(({ title, data }) => ({ title, data: data as unknown }));
  });
}

it('leaves it to the site when a new version of its worker takes over', async () => {
  await page.reload();
  await untilStatus(page, 'subscribed');
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(workerUrl);
  serveWorker('// a new version');

  const states = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const before = registration.active;
    await registration.update();
    const fresh = registration.installing ?? registration.waiting;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (fresh?.state !== 'installing') resolve();
      };
      fresh?.addEventListener('statechange', check);
      check();
    });
    return [registration.waiting === fresh, registration.active === before, fresh?.state];
  });

  expect(states).toEqual([true, true, 'installed']);
});

it('does not claim pages that no worker controls', async () => {
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
});

it.each([
  ['text', 'site: sale'],
  ['JSON of another sender', 'site:'],
])('leaves a push of the site alone: %s', async (_what, text) => {
  await deliver(text, 1);

  expect(await notifications()).toEqual([{ title: text, data: { messageId: 'of the site' } }]);
});

it('shows nothing for JSON that is not of this product', async () => {
  await deliver('{"title":"Other","data":{"messageId":"1"}}', 0);
  await deliver('site: last', 1);

  expect(await notifications()).toHaveLength(1);
});

it.each([
  ['with the source', { ...OURS, source: 'push-contact' }],
  ['of an earlier version', OURS],
])('shows a message %s, and marks its notification', async (_what, data) => {
  await deliver(JSON.stringify({ title: 'Sale', body: 'Half price', data }), 1);

  expect(await notifications()).toMatchObject([{ title: 'Sale', data: { source: 'push-contact', messageId: 'ours' } }]);
});

it('leaves a click on a notification of the site alone, and handles one on its own', async () => {
  await deliver('site: sale', 1);
  await deliver(JSON.stringify({ title: 'Sale', body: '', data: OURS }), 2);

  const open = await inWorker(async ({ registration }) => {
    for (const notification of await registration.getNotifications()) {
      const event = new Event('notificationclick');
      const waitUntil = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);
      self.dispatchEvent(Object.assign(event, { notification, action: '', waitUntil }));
    }
    return (await registration.getNotifications()).map(({ title }) => title);
  });

  expect(open).toEqual(['site: sale']);
});

describe('a subscription that the site has made in the same scope', () => {
  async function replaceByTheSite(): Promise<string> {
    await page.evaluate(async () => {
      const { pushManager } = await navigator.serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe();
      await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: 'b3RoZXI' });
    });
    return stage.pushService.endpoints.at(-1) ?? '';
  }

  it('is not ended when the visitor leaves', async () => {
    const endpoint = await replaceByTheSite();

    expect(await page.evaluate(() => window.pushScript?.leave())).toBe('left');

    expect(stage.pushService.endpoints).toContain(endpoint);
  });

  it('is not touched when the browser changes it', async () => {
    const endpoint = await replaceByTheSite();
    const before = await stage.db.contactsOf('shop.localhost');

    await inWorker(async () => {
      const work: Promise<unknown>[] = [];
      const event = Object.assign(new Event('pushsubscriptionchange'), {
        oldSubscription: { endpoint: 'https://push.example.com/of-the-site' },
        waitUntil: (promise: Promise<unknown>) => work.push(promise),
      });
      self.dispatchEvent(event);
      await Promise.all(work);
    });

    expect(stage.pushService.endpoints).toContain(endpoint);
    expect(await stage.db.contactsOf('shop.localhost')).toEqual(before);
  });
});

it('uses the worker that the site has registered with a version in its address', async () => {
  serveWorker('');
  stage.site.serve('/sw.js?v=2', { type: 'text/javascript', body: `${OWN_LISTENERS}\n${stage.site.worker}` });
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js?v=2', { scope: '/' });
    const registration = await navigator.serviceWorker.ready;
    while (!registration.active?.scriptURL.endsWith('v=2')) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  await page.goto(stage.site.url);
  await untilStatus(page, 'subscribed');

  const scripts = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return [registration.active, registration.waiting, registration.installing].map((worker) => worker?.scriptURL);
  });
  expect(scripts).toEqual([`${workerUrl}?v=2`, undefined, undefined]);
});
