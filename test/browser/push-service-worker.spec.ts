import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import type { PushPayload } from '../../src/push-script/payload.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { startBrowserPushService, type BrowserPushService } from './support/browser-push-service.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { type CustomerSite, startCustomerSite } from './support/customer-site.js';
import { type Desktop, type DesktopNotification, startDesktop } from './support/desktop.js';
import { type RecordingServer, startRecordingServer } from './support/recording-server.js';

const NOBODY = 'http://127.0.0.1:9';

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly icon: string;
  readonly tag: string;
  readonly data: unknown;
  readonly image: string;
  readonly actions: readonly object[];
}

let keys: TestKeys;
let db: TestDatabase;
let api: ProductProcess;
let pushService: BrowserPushService;
let desktop: Desktop;
let site: CustomerSite;
/** Stands in for the API towards the page, and receives the worker's reports. */
let tracking: RecordingServer;
/** Status of `PUT …/subscription`. */
let subscriptionStatus: number;
let browser: Browser;
let page: Page;
let scope: string;

beforeAll(async () => {
  const database = uniqueDatabase('worker');
  keys = await createTestKeys();
  db = await TestDatabase.open(database);
  api = await startProduct('api', baseEnvironment(database, keys.folder, NOBODY));
  pushService = await startBrowserPushService();
  desktop = await startDesktop();
  site = await startCustomerSite(api.url, pushService.url);
  scope = `${site.url}/push-script/`;
  const connection = await (await fetch(`${api.url}/push-script/connection.js`)).text();
  tracking = await startRecordingServer(({ method, path }) => {
    if (path.startsWith('/push-script/connection.js')) return { type: 'text/javascript', body: connection };
    const json = (body: object): object => ({ type: 'application/json', body: JSON.stringify(body) });
    if (path.endsWith('/push-configuration'))
      return json({ isPushFeatureEnabled: true, usesExternalPushDomain: false });
    if (path.startsWith('/push-script/configuration')) return json({ vapidPublicKey: 'BAAA' });
    return { status: method === 'PUT' && path.endsWith('/subscription') ? subscriptionStatus : 200 };
  });
});

afterAll(async () => {
  await api.stop();
  await Promise.all([tracking.stop(), site.stop(), desktop.stop(), pushService.stop(), db.close(), keys.remove()]);
});

/**
 * Subscribes in a new browser. With the desktop's `environment` notifications can be clicked; without it the
 * page can list them.
 */
async function subscribe(environment: Desktop['environment'] = {}): Promise<void> {
  subscriptionStatus = 200;
  browser = await openBrowser({ pushServiceUrl: pushService.url, environment });
  await browser.setPermission(site.url, 'granted');
  site.use({ 'data-api': tracking.url });
  page = await browser.context.newPage();
  await page.goto(site.url);
  await untilStatus(page, 'subscribed');
}

afterEach(async () => {
  await browser.close();
});

function payloadOf(messageId: string, change: Partial<PushPayload> = {}): PushPayload {
  return {
    title: `Sale ${messageId}`,
    body: 'Everything at half price.',
    icon: null,
    image: null,
    data: {
      messageId,
      clickLink: `${site.url}/sale-${messageId}`,
      clickedEventEndpoint: `${tracking.url}/${messageId}/clicked`,
      receivedEventEndpoint: `${tracking.url}/${messageId}/received`,
      actionEventEndpoints: { buy: `${tracking.url}/${messageId}/actionClick/buy` },
      actionClickLinks: { buy: `${site.url}/buy-${messageId}` },
    },
    actions: [],
    ...change,
  };
}

async function deliver(payload: object | string): Promise<void> {
  await browser.deliverPush(scope, typeof payload === 'string' ? payload : JSON.stringify(payload));
}

/** Notifications that the worker has shown and the visitor has not closed. */
function shown(): Promise<Shown[]> {
  return page.evaluate(async (ofScope) => {
    const registration = await navigator.serviceWorker.getRegistration(ofScope);
    return ((await registration?.getNotifications()) ?? []).map((notification) => {
      const { title, body, icon, tag, data, image, actions } = notification as unknown as Shown;
      return { title, body, icon, tag, data, image, actions };
    });
  }, scope);
}

/** Waits until the worker has shown this many notifications. Resolves with the open ones. */
async function untilShown(count: number): Promise<Shown[]> {
  const worker = await browser.worker(`${site.url}/push-service-worker.js`);
  const counted = (): Promise<number> => worker.evaluate(() => (self as unknown as { shown: number }).shown);
  await waitFor(counted, (number) => number === count);
  return shown();
}

async function onDesktop(title: string): Promise<DesktopNotification> {
  const found = await waitFor(
    () => desktop.notifications.find((notification) => notification.title === title),
    (notification) => notification !== undefined,
    10_000,
  );
  if (found === undefined) throw new Error(`The desktop shows no ${title}`);
  return found;
}

/** Endpoints of the message that the worker has called. */
function reports(messageId: string): string[] {
  const prefix = `/${messageId}/`;
  return tracking.requests.filter(({ path }) => path.startsWith(prefix)).map(({ method, path }) => `${method} ${path}`);
}

function openPages(): string[] {
  return browser.context.pages().map((each) => each.url());
}

describe('a push message', () => {
  beforeEach(() => subscribe());

  it('is shown with all its properties, and reported as received', async () => {
    const payload = payloadOf('whole', {
      icon: `${site.url}/icon.png`,
      image: `${site.url}/image.png`,
      actions: [
        { action: 'buy', title: 'Buy', icon: `${site.url}/buy.png` },
        { action: 'later', title: 'Later', icon: null },
      ],
    });

    await deliver(payload);

    const { title, body, icon, image, data } = payload;
    expect(await untilShown(1)).toMatchObject([
      {
        ...{ title, body, icon, image, data, tag: 'whole' },
        actions: [
          { action: 'buy', title: 'Buy', icon: `${site.url}/buy.png` },
          { action: 'later', title: 'Later' },
        ],
      },
    ]);
    await waitFor(
      () => reports('whole'),
      (sent) => sent.length > 0,
    );
    expect(reports('whole')).toEqual(['POST /whole/received']);
  });

  it('is shown with the options of the Notifications standard, and keeps the data of the customer', async () => {
    const options = {
      ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', badge: `${site.url}/badge.png` },
      ...{ vibrate: [200, 100, 200], lang: 'es-AR', dir: 'rtl' as const },
    };
    const { data } = payloadOf('options');

    await deliver(payloadOf('options', { options, data: { ...data, data: { orderId: 4711 } } }));

    await untilShown(1);
    const read = await page.evaluate(async (ofScope) => {
      const registration = await navigator.serviceWorker.getRegistration(ofScope);
      const [notification] = (await registration?.getNotifications()) ?? [];
      const names = ['requireInteraction', 'silent', 'renotify', 'tag', 'badge', 'vibrate', 'lang', 'dir', 'data'];
      return Object.fromEntries(
        names.map((name) => [name, (notification as unknown as Record<string, unknown>)[name]]),
      );
    }, scope);
    expect(read).toEqual({ ...options, data: { ...data, source: 'push-contact', data: { orderId: 4711 } } });
  });

  it('is shown also with options for which a browser would throw', async () => {
    await deliver(
      payloadOf('clash', { options: { silent: true, vibrate: [200], renotify: true, dir: 'up' as 'rtl' } }),
    );

    expect(await untilShown(1)).toMatchObject([{ title: 'Sale clash', tag: 'clash' }]);
  });

  it('replaces itself when it arrives twice', async () => {
    await deliver(payloadOf('twice', { body: 'First' }));
    await untilShown(1);
    await deliver(payloadOf('twice', { body: 'Second' }));

    expect(await untilShown(2)).toMatchObject([{ body: 'Second', tag: 'twice' }]);
  });

  it.each([
    ['no JSON', 'not json at all'],
    ['no object', '[1,2]'],
    ['an empty object', '{}'],
    ['nothing', ''],
    ['values of the wrong types', '{"title":7,"body":{},"icon":[],"actions":[null,3,{"action":1}],"data":"x"}'],
  ])(
    'is shown under the name of the site when it is %s, because browsers require a notification for each push',
    async (_what, text) => {
      await deliver(text);

      expect(await untilShown(1)).toMatchObject([{ title: 'shop.localhost', body: '', tag: '', actions: [] }]);
    },
  );

  it('is shown even if the report fails', async () => {
    const { data } = payloadOf('unreported');
    await deliver(payloadOf('unreported', { data: { ...data, receivedEventEndpoint: NOBODY } }));

    expect(await untilShown(1)).toMatchObject([{ title: 'Sale unreported' }]);
  });
});

describe('a click', () => {
  beforeEach(() => subscribe(desktop.environment));

  it('opens the link and is reported', async () => {
    await deliver(payloadOf('clicked'));
    const notification = await onDesktop('Sale clicked');
    expect(notification.body).toContain('Everything at half price.');
    desktop.click(notification);

    await waitFor(openPages, (urls) => urls.includes(`${site.url}/sale-clicked`));
    await waitFor(
      () => reports('clicked'),
      (sent) => sent.length === 2,
    );
    expect(reports('clicked')).toEqual(['POST /clicked/received', 'POST /clicked/clicked']);
  });

  it('focuses the window that already shows the link', async () => {
    await page.goto(`${site.url}/sale-open`);
    await deliver(payloadOf('open'));
    desktop.click(await onDesktop('Sale open'));

    await waitFor(
      () => reports('open'),
      (sent) => sent.length === 2,
    );
    expect(openPages().filter((url) => url === `${site.url}/sale-open`)).toHaveLength(1);
  });

  it('on an action opens the link of the action and is reported under its name', async () => {
    await deliver(payloadOf('action', { actions: [{ action: 'buy', title: 'Buy now', icon: null }] }));
    desktop.clickButton(await onDesktop('Sale action'), 'Buy now');

    await waitFor(openPages, (urls) => urls.includes(`${site.url}/buy-action`));
    await waitFor(
      () => reports('action'),
      (sent) => sent.length === 2,
    );
    expect(reports('action')).toEqual(['POST /action/received', 'POST /action/actionClick/buy']);
  });

  it('on an action without a link opens the link of the message', async () => {
    await deliver(payloadOf('plain', { actions: [{ action: 'later', title: 'Later', icon: null }] }));
    desktop.clickButton(await onDesktop('Sale plain'), 'Later');

    await waitFor(openPages, (urls) => urls.includes(`${site.url}/sale-plain`));
  });

  it.each([
    ['no link', null],
    ['an empty link', ''],
  ])('with %s opens the site', async (_what, clickLink) => {
    const messageId = `bare-${String(clickLink)}`;
    const { data } = payloadOf(messageId);
    await page.goto('about:blank');
    await deliver(payloadOf(messageId, { data: { ...data, clickLink } }));
    desktop.click(await onDesktop(`Sale ${messageId}`));

    await waitFor(openPages, (urls) => urls.includes(`${site.url}/`));
  });

  it('never opens a link that is not a web address', async () => {
    const { data } = payloadOf('script');
    await deliver(payloadOf('script', { data: { ...data, clickLink: 'javascript:alert(1)' } }));
    const before = openPages();
    desktop.click(await onDesktop('Sale script'));

    await waitFor(
      () => reports('script'),
      (sent) => sent.length === 2,
    );
    expect(openPages()).toEqual(before);
  });
});

describe('the data of the customer', () => {
  beforeEach(() => subscribe(desktop.environment));

  /** Serves a page that keeps what it is handed. */
  function serveListener(path: string): void {
    const listen = (): void => {
      const handed: unknown[] = [];
      Object.assign(window, { handed });
      navigator.serviceWorker.addEventListener('message', ({ data }) => handed.push(data));
    };
    site.serve(path, { body: `<!doctype html><title>Listener</title><script>(${listen.toString()})()</script>` });
  }

  function handedTo(target: Page): Promise<unknown[]> {
    return waitFor(
      () => target.evaluate(() => (window as unknown as { handed?: unknown[] }).handed ?? []),
      (handed) => handed.length > 0,
    );
  }

  async function deliverWithData(messageId: string): Promise<void> {
    const { data } = payloadOf(messageId);
    const actions = [{ action: 'buy', title: 'Buy now', icon: null }];
    await deliver(payloadOf(messageId, { actions, data: { ...data, data: { orderId: 4711 } } }));
  }

  it('is handed to the page that a click focuses', async () => {
    serveListener('/sale-focused');
    await page.goto(`${site.url}/sale-focused`);
    await deliverWithData('focused');
    desktop.click(await onDesktop('Sale focused'));

    const click = { source: 'push-contact', event: 'click', messageId: 'focused', action: '' };
    expect(await handedTo(page)).toEqual([{ ...click, data: { orderId: 4711 } }]);
  });

  it('is handed to the page that a click on an action opens', async () => {
    serveListener('/buy-opened');
    await deliverWithData('opened');
    desktop.clickButton(await onDesktop('Sale opened'), 'Buy now');

    await waitFor(openPages, (urls) => urls.includes(`${site.url}/buy-opened`));
    const opened = browser.context.pages().find((each) => each.url() === `${site.url}/buy-opened`);
    if (opened === undefined) throw new Error('The page is closed again');
    const click = { source: 'push-contact', event: 'click', messageId: 'opened', action: 'buy' };
    expect(await handedTo(opened)).toEqual([{ ...click, data: { orderId: 4711 } }]);
  });
});

describe('a notification that the visitor closes', () => {
  beforeEach(() => subscribe(desktop.environment));

  it('is reported as dismissed, and a clicked one is not', async () => {
    await deliver(payloadOf('closed'));
    desktop.dismiss(await onDesktop('Sale closed'));
    await waitFor(
      () => reports('closed'),
      (sent) => sent.length === 2,
    );
    expect(reports('closed')).toEqual(['POST /closed/received', 'POST /closed/dismissed']);

    await deliver(payloadOf('not-closed'));
    desktop.click(await onDesktop('Sale not-closed'));
    await waitFor(
      () => reports('not-closed'),
      (sent) => sent.length >= 2,
    );
    await deliver(payloadOf('after'));
    desktop.dismiss(await onDesktop('Sale after'));
    await waitFor(
      () => reports('after'),
      (sent) => sent.length === 2,
    );
    expect(reports('not-closed')).toEqual(['POST /not-closed/received', 'POST /not-closed/clicked']);
  });

  it('is reported by a link that is signed, with its signature', async () => {
    const { data } = payloadOf('signed');
    const query = '?s=ofaolmeWV3ZqXrZNqfYAPli6gQ';
    const receivedEventEndpoint = `${data.receivedEventEndpoint ?? ''}${query}`;
    await deliver(payloadOf('signed', { data: { ...data, receivedEventEndpoint } }));
    desktop.dismiss(await onDesktop('Sale signed'));
    await waitFor(
      () => reports('signed'),
      (sent) => sent.length === 2,
    );
    expect(reports('signed')).toEqual([`POST /signed/received${query}`, `POST /signed/dismissed${query}`]);
  });

  it('of another sender, or without a link of receipts, is not reported', async () => {
    const { data } = payloadOf('elsewhere');
    const receivedEventEndpoint = `${tracking.url}/elsewhere/seen`;
    await deliver(payloadOf('elsewhere', { data: { ...data, receivedEventEndpoint } }));
    desktop.dismiss(await onDesktop('Sale elsewhere'));
    await deliver(payloadOf('next'));
    desktop.dismiss(await onDesktop('Sale next'));
    await waitFor(
      () => reports('next'),
      (sent) => sent.length === 2,
    );
    expect(reports('elsewhere')).toEqual(['POST /elsewhere/seen']);
  });
});

describe('a declared message', () => {
  /** As a browser that does not know the form gets it: Safari before 18.4, and every other. */
  function declaredOf(messageId: string): object {
    const payload = payloadOf(messageId);
    const { title, body, data } = payload;
    const navigate = `${tracking.url}/${messageId}/open`;
    return { web_push: 8030, mutable: true, notification: { title, body, navigate, data }, ...payload };
  }

  /** No other browser dispatches such an event, so a script does. Resolves when its work is done. */
  async function dispatch(type: 'push' | 'notificationclick', notification: object): Promise<void> {
    const worker = await browser.worker(`${site.url}/push-service-worker.js`);
    await worker.evaluate(
      async ([name, proposed]) => {
        const work: Promise<unknown>[] = [];
        const waitUntil = (promise: Promise<unknown>): number => work.push(promise);
        const shown = { ...proposed, close: () => undefined };
        self.dispatchEvent(Object.assign(new Event(name), { notification: shown, data: null, action: '', waitUntil }));
        await Promise.all(work);
      },
      [type, notification] as const,
    );
  }

  it('is shown and clicked like any other where the browser does not know the form', async () => {
    await subscribe(desktop.environment);
    await deliver(declaredOf('declared'));
    desktop.click(await onDesktop('Sale declared'));

    await waitFor(openPages, (urls) => urls.includes(`${site.url}/sale-declared`));
    await waitFor(
      () => reports('declared'),
      (sent) => sent.length === 2,
    );
    expect(reports('declared')).toEqual(['POST /declared/received', 'POST /declared/clicked']);
  });

  it('is left to a browser that shows it, and only its receipt is reported', async () => {
    await subscribe();
    const { data } = payloadOf('proposed');
    await dispatch('push', { title: 'Sale proposed', navigate: `${tracking.url}/proposed/open`, data });
    await dispatch('push', { title: 'Of another', navigate: site.url, data: { any: 'thing' } });

    expect(reports('proposed')).toEqual(['POST /proposed/received']);
    expect(await shown()).toEqual([]);
  });

  it('is not counted by the worker when the browser opens its address', async () => {
    await subscribe();
    const { data } = payloadOf('navigated');
    await dispatch('notificationclick', { navigate: `${tracking.url}/navigated/open`, data });
    expect(reports('navigated')).toEqual([]);
    await dispatch('notificationclick', { navigate: '', data });
    await waitFor(
      () => reports('navigated'),
      (sent) => sent.length > 0,
    );
    expect(reports('navigated')).toEqual(['POST /navigated/clicked']);
  });
});

describe('a subscription that the browser changes', () => {
  beforeEach(() => subscribe());

  /**
   * No browser can be told to change a subscription, so a script dispatches the event. The platform does not
   * keep the worker alive for such an event; the test awaits it instead.
   */
  async function changeSubscription(): Promise<void> {
    const worker = await browser.worker(`${site.url}/push-service-worker.js`);
    await worker.evaluate(async () => {
      const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      const event = new Event('pushsubscriptionchange');
      const work: Promise<unknown>[] = [];
      Object.assign(event, { waitUntil: (promise: Promise<unknown>) => work.push(promise) });
      self.dispatchEvent(event);
      await Promise.all(work);
    });
  }

  /** What was sent since; the key that the worker has asked for before says nothing of the subscription. */
  async function changesSince(count: number): Promise<[string, string][]> {
    await changeSubscription();
    const sent = tracking.requests.slice(count).filter(({ method }) => method !== 'GET');
    return sent.map(({ method, path }) => [method, path]);
  }

  it('is renewed and stored in the API under the same device token', async () => {
    const token = (await page.evaluate(() => window.pushScript?.deviceToken)) ?? '';
    const before = tracking.requests.length;

    expect(await changesSince(before)).toEqual([['PUT', `/push-contacts/${token}/subscription`]]);
    expect(tracking.requests.at(-1)?.body).toMatchObject({ endPoint: pushService.endpoints.at(-1) });

    await page.goto(site.url);
    await untilStatus(page, 'subscribed');
    expect(await page.evaluate(() => window.pushScript?.deviceToken)).toBe(token);
  });

  it('is registered again when the API no longer knows the contact', async () => {
    const token = (await page.evaluate(() => window.pushScript?.deviceToken)) ?? '';
    subscriptionStatus = 404;
    const before = tracking.requests.length;

    expect(await changesSince(before)).toEqual([
      ['PUT', `/push-contacts/${token}/subscription`],
      ['POST', '/push-contacts'],
    ]);
    expect(tracking.requests.at(-1)?.body).toMatchObject({
      domain: 'shop.localhost',
      deviceToken: token,
      subscription: { endPoint: pushService.endpoints.at(-1) },
    });
  });
});
