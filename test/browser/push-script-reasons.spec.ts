import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { type Browser, inPrivateWindow, openBrowser } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import { type PushStage, startPushStage } from './support/push-stage.js';

const OVER_THE_LIMIT_MS = 31_000;
const ENDED: readonly string[] = ['disabled', 'unsupported', 'ready', 'refused', 'denied', 'subscribed', 'failed'];

interface Outcome {
  readonly status: string;
  readonly reason: string | null;
}

let stage: PushStage;
let browser: Browser;
/** With the browser's own push manager, whose push service it cannot reach. */
let realBrowser: Browser;
let page: Page;
let warnings: string[];

beforeAll(async () => {
  stage = await startPushStage('reasons');
  browser = await openBrowser({ pushServiceUrl: stage.pushService.url });
  realBrowser = await openBrowser();
  await realBrowser.setPermission(stage.site.url, 'granted');
});

afterAll(async () => {
  await Promise.all([browser.close(), realBrowser.close()]);
  await stage.stop();
});

beforeEach(async () => {
  await stage.putDomain({ isPushFeatureEnabled: true });
  await browser.setPermission(stage.site.url, 'granted');
  // The soft prompt, which would come by itself, is of another spec.
  stage.site.use({ 'data-delay': '600' });
  await openPage(browser);
});

afterEach(async () => {
  await page.close();
  await browser.clear(stage.site.url);
  stage.pushService.subscriptionResponse = 'subscription';
  for (const path of ['/', '/push-service-worker.js', '/frame']) stage.site.serve(path, undefined);
});

async function openPage({ context }: Browser): Promise<void> {
  page = await context.newPage();
  watchWarnings(page);
}

function watchWarnings(watched: Page): void {
  warnings = [];
  watched.on('console', (message) => {
    if (message.type() === 'warning' && message.text().startsWith('[PushScript]')) warnings.push(message.text());
  });
}

/** Visits the site, and waits until PushScript has ended what it does by itself. */
async function visit(): Promise<Outcome> {
  await page.goto(stage.site.url);
  return outcome();
}

async function outcome(shown: Pick<Page, 'evaluate'> = page): Promise<Outcome> {
  return waitFor(
    () =>
      shown.evaluate(() => ({
        status: window.pushScript?.status ?? 'starting',
        reason: window.pushScript?.reason ?? null,
      })),
    ({ status }) => ENDED.includes(status),
  );
}

function servePage(tag: string, headers: Readonly<Record<string, string>> = {}, before = ''): void {
  const body = `<!doctype html><title>Shop</title>${before}<script src="${stage.api.url}/push-script.js" ${tag}></script>`;
  stage.site.serve('/', { body, headers });
}

function serveWorker(body: string, type = 'text/javascript', headers: Readonly<Record<string, string>> = {}): void {
  stage.site.serve('/push-service-worker.js', { body, type, headers });
}

async function answer(url: string, json: object, status = 200): Promise<void> {
  await page.route(url, (route) => route.fulfill({ status, json }));
}

async function initial(script: string): Promise<void> {
  await page.addInitScript(script);
}

/** Lets requests to this URL hang. Resolves, once one is there, after the time limit by the page's clock. */
async function exceedTimeLimit(url: string): Promise<void> {
  await page.clock.install();
  let isAsked = false;
  await page.route(url, () => {
    isAsked = true;
  });
  await page.goto(stage.site.url);
  await waitFor(
    () => isAsked,
    (asked) => asked,
  );
  await page.clock.fastForward(OVER_THE_LIMIT_MS);
}

async function untilBrowserWaits(): Promise<void> {
  await waitFor(
    () => stage.pushService.waitingBrowsers,
    (count) => count === 1,
  );
}

type Case = readonly [reason: PushScriptReason, status: PushScriptStatus, what: string, prepare: () => unknown];

const AT_START: readonly Case[] = [
  [
    'domain-missing',
    'failed',
    'no domain in the tag',
    () => {
      servePage('');
    },
  ],
  [
    'tag-invalid',
    'failed',
    'a scope that is no URL',
    () => {
      stage.site.use({ 'data-scope': 'http://[' });
    },
  ],
  [
    'domain-unknown',
    'disabled',
    'a domain that the API does not know',
    () => {
      servePage('data-domain="unknown.example.com"');
    },
  ],
  ['feature-disabled', 'disabled', 'the feature off', () => stage.putDomain({ isPushFeatureEnabled: false })],
  [
    'insecure-page',
    'unsupported',
    'an insecure page',
    () => initial('Object.defineProperty(window, "isSecureContext", { value: false })'),
  ],
  [
    'page-sandboxed',
    'unsupported',
    'a sandboxed page',
    () => {
      servePage(`data-domain="${DOMAIN}"`, { 'content-security-policy': 'sandbox allow-scripts' });
    },
  ],
  ['browser-unsupported', 'unsupported', 'no PushManager', () => initial('delete window.PushManager')],
  [
    'permission-blocked',
    'denied',
    'notifications blocked earlier',
    () => browser.setPermission(stage.site.url, 'denied'),
  ],
  [
    'api-unreachable',
    'failed',
    'no connection to the API',
    () => page.route('**/push-configuration', (route) => route.abort()),
  ],
  [
    'api-blocked-by-csp',
    'failed',
    'a policy without the API in connect-src',
    () => {
      servePage(`data-domain="${DOMAIN}"`, {
        'content-security-policy': `connect-src 'self' ${stage.pushService.url}`,
      });
    },
  ],
  [
    'api-refused',
    'failed',
    'a visitor guid that is too long',
    () => {
      stage.site.use({ 'data-visitor-guid': 'g'.repeat(200) });
    },
  ],
  [
    'api-refused',
    'failed',
    'a valid Firebase token with a visitor guid that is too long',
    () => {
      const attributes = { 'data-visitor-guid': 'g'.repeat(200) };
      stage.site.use(attributes, 'pushScriptOptions = { getFirebaseToken: async () => "valid-token" }');
    },
  ],
  ['api-error', 'failed', 'an API that fails', () => answer('**/push-script/configuration?*', {}, 500)],
  [
    'api-error',
    'failed',
    'something else in the place of the API',
    () => page.route('**/push-configuration', (route) => route.fulfill({ body: '<html>' })),
  ],
  [
    'file-unavailable',
    'failed',
    'no connection for the script’s own module',
    () => page.route('**/push-script/connection.js*', (route) => route.abort()),
  ],
  [
    'file-unavailable',
    'failed',
    'an error page in the place of the script’s own module',
    () => page.route('**/push-script/connection.js*', (route) => route.fulfill({ status: 502, body: '<html>' })),
  ],
  [
    'file-unavailable',
    'failed',
    'a policy that allows the tag alone',
    () => {
      servePage(`data-domain="${DOMAIN}"`, {
        'content-security-policy': `script-src ${stage.api.url}/push-script.js`,
      });
    },
  ],
  [
    'vapid-key-missing',
    'failed',
    'no VAPID key',
    () => answer('**/push-script/configuration?*', { vapidPublicKey: null }),
  ],
  [
    'worker-not-found',
    'failed',
    'no worker file',
    () => {
      stage.site.serve('/push-service-worker.js', { status: 404 });
    },
  ],
  [
    'worker-not-found',
    'failed',
    'a worker file that redirects',
    () => {
      const headers = { location: '/other.js' };
      stage.site.serve('/push-service-worker.js', { status: 302, headers });
    },
  ],
  [
    'worker-wrong-type',
    'failed',
    'a page in the place of the worker file',
    () => {
      serveWorker('<!doctype html>', 'text/html');
    },
  ],
  [
    'worker-blocked-by-csp',
    'failed',
    'a page’s policy without worker-src',
    () => {
      servePage(`data-domain="${DOMAIN}"`, { 'content-security-policy': "worker-src 'none'" });
    },
  ],
  [
    'worker-blocked-by-csp',
    'failed',
    'a worker’s policy without the API',
    () => {
      serveWorker(stage.site.worker, 'text/javascript', { 'content-security-policy': "script-src 'self'" });
    },
  ],
  [
    'worker-refused',
    'failed',
    'a scope above the worker file',
    () => {
      stage.site.serve('/folder/worker.js', { body: '', type: 'text/javascript' });
      stage.site.use({ 'data-worker': '/folder/worker.js', 'data-scope': '/' });
    },
  ],
  [
    'worker-failed',
    'failed',
    'a worker file that throws',
    () => {
      serveWorker('throw new Error("broken")');
    },
  ],
  [
    'worker-failed',
    'failed',
    'a worker whose import is unreachable',
    () => {
      serveWorker('importScripts("http://127.0.0.1:9/push-service-worker.js")');
    },
  ],
  [
    'worker-failed',
    'failed',
    'a worker that does not install',
    () => {
      serveWorker('self.addEventListener("install", (event) => event.waitUntil(Promise.reject(new Error("no"))))');
    },
  ],
  [
    'push-service-unreachable',
    'failed',
    'no connection to the push service',
    () => {
      stage.pushService.subscriptionResponse = 'refusal';
    },
  ],
  ['push-refused', 'failed', 'a browser that refuses push', () => rejectSubscribe('NotAllowedError', 99)],
  [
    'token-unavailable',
    'failed',
    'a Firebase that fails',
    () => {
      stage.site.use({}, 'pushScriptOptions = { getFirebaseToken: () => { throw new Error("no config"); } }');
    },
  ],
  [
    'token-unavailable',
    'failed',
    'an empty Firebase token',
    () => {
      stage.site.use({}, 'pushScriptOptions = { getFirebaseToken: async () => "" }');
    },
  ],
  [
    'token-invalid',
    'failed',
    'a Firebase token of another project',
    () => {
      stage.site.use({}, 'pushScriptOptions = { getFirebaseToken: async () => "invalid-token" }');
    },
  ],
  [
    'unexpected',
    'failed',
    'an external push domain that is none',
    () => {
      const external = { usesExternalPushDomain: true, externalPushDomain: 'http://[' };
      return answer('**/push-configuration', { isPushFeatureEnabled: true, ...external });
    },
  ],
];

/** Lets the browser's `subscribe()` reject so many times. */
function rejectSubscribe(name: string, times: number): Promise<void> {
  return initial(`{
    let left = ${times};
    const get = Object.getOwnPropertyDescriptor(ServiceWorkerRegistration.prototype, 'pushManager').get;
    Object.defineProperty(ServiceWorkerRegistration.prototype, 'pushManager', { get() {
      const manager = get.call(this);
      const subscribe = async (options) => {
        if (left-- > 0) throw new DOMException('of the test', '${name}');
        return manager.subscribe(options);
      };
      return { ...manager, subscribe };
    } });
  }`);
}

it.each(AT_START)('gives %s, status %s, with %s, and one warning', async (reason, status, _what, prepare) => {
  await prepare();

  expect(await visit()).toEqual({ status, reason });

  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`[PushScript] ${reason}`);
});

it('names the refused property, and no value, when the API refuses', async () => {
  stage.site.use({ 'data-visitor-guid': 'g'.repeat(200) });

  await visit();

  expect(warnings[0]).toContain('visitorGuid');
  expect(warnings[0]).not.toContain('ggg');
});

it('tells the reason in the event too', async () => {
  stage.site.serve('/push-service-worker.js', { status: 404 });
  stage.site.use({}, 'seen = []; document.addEventListener("pushscript:status", ({ detail }) => seen.push(detail))');

  await visit();

  const seen = await page.evaluate(() => (window as unknown as { seen: unknown[] }).seen);
  expect(seen).toEqual([{ status: 'failed', deviceToken: null, reason: 'worker-not-found' }]);
});

describe('the browser’s prompt', () => {
  beforeEach(async () => {
    await browser.setPermission(stage.site.url, 'prompt');
    expect(await visit()).toEqual({ status: 'ready', reason: null });
  });

  it('gives permission-denied when the visitor refuses it', async () => {
    await browser.setPermission(stage.site.url, 'prompt');
    await page.evaluate(() => {
      Notification.requestPermission = () => Promise.resolve('denied');
    });

    await page.evaluate(() => window.pushScript?.subscribe());

    expect(await outcome()).toEqual({ status: 'denied', reason: 'permission-denied' });
  });

  it('gives permission-dismissed when the visitor closes it', async () => {
    await page.evaluate(() => {
      Notification.requestPermission = () => Promise.resolve('default');
    });

    await page.evaluate(() => window.pushScript?.subscribe());

    expect(await outcome()).toEqual({ status: 'ready', reason: 'permission-dismissed' });
  });
});

it('gives file-unavailable when the soft prompt does not load, and ask() resolves', async () => {
  await browser.setPermission(stage.site.url, 'prompt');
  await page.route('**/push-script/soft-prompt.js*', (route) => route.abort());
  await visit();

  expect(await page.evaluate(() => window.pushScript?.ask())).toBe('failed');

  expect(await outcome()).toEqual({ status: 'failed', reason: 'file-unavailable' });
});

it('gives frame-blocked in a frame of another origin', async () => {
  await browser.setPermission(stage.site.url, 'prompt');
  stage.site.serve('/frame', { body: `<!doctype html><iframe src="${stage.site.url}/"></iframe>` });
  const { port } = new URL(stage.site.url);

  await page.goto(`http://127.0.0.1:${port}/frame`);

  const frame = await waitFor(
    () => page.frames().find((each) => each.url() === `${stage.site.url}/`),
    (found) => found !== undefined,
  );
  expect(frame && (await outcome(frame))).toEqual({ status: 'denied', reason: 'frame-blocked' });
});

describe('the subscribe window', () => {
  beforeEach(async () => {
    const externalPushDomain = stage.api.url.replace('127.0.0.1', 'push.localhost');
    await stage.putDomain({ isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain });
    await browser.setPermission(externalPushDomain, 'denied');
    await visit();
  });

  it('gives popup-blocked when the browser blocks it', async () => {
    await page.evaluate(() => {
      window.open = () => null;
    });

    await page.evaluate(() => window.pushScript?.subscribe());

    expect(await outcome()).toEqual({ status: 'ready', reason: 'popup-blocked' });
  });

  it.each([
    ['popup-closed when the visitor closes it', false, 'ready', 'popup-closed'],
    ['its own reason when it is closed after a failure', true, 'denied', 'permission-blocked'],
  ])('gives %s', async (_what, accepts, status, reason) => {
    const opening = page.waitForEvent('popup');
    const subscribing = page.evaluate(() => window.pushScript?.subscribe());
    const opened = await opening;
    await waitFor(
      () => page.evaluate(() => window.pushScript?.status),
      (current) => current === 'subscribing',
    );
    if (accepts) {
      await opened.getByRole('button', { name: /^Yes/ }).click();
      await opened.getByText('blocked').waitFor();
    }
    await opened.close();
    await subscribing;

    expect(await outcome()).toEqual({ status, reason });
  });
});

it('gives private-window in a private window, where Chromium has no push', async () => {
  await inPrivateWindow(stage.site.url, async (opened) => {
    watchWarnings(opened);
    // Without the stand-in in the worker, which the browser's own push manager does not need.
    serveWorker(`importScripts('${stage.api.url}/push-service-worker.js')`);
    await opened.goto(stage.site.url);

    expect(await outcome(opened)).toEqual({ status: 'failed', reason: 'private-window' });
  });
});

describe('with the browser’s own push manager', () => {
  beforeEach(async () => {
    await page.close();
    await openPage(realBrowser);
    serveWorker(`importScripts('${stage.api.url}/push-service-worker.js')`);
  });

  afterEach(() => realBrowser.clear(stage.site.url));

  it.each(['BAAA', 'not base64url!'])('gives vapid-key-invalid for the key %s', async (vapidPublicKey) => {
    await answer('**/push-script/configuration?*', { vapidPublicKey });

    expect(await visit()).toEqual({ status: 'failed', reason: 'vapid-key-invalid' });
  });

  it('gives push-service-timeout when the push service never answers', async () => {
    await page.clock.install();
    stage.site.use({}, 'pushScriptQueue = [(pushScript) => { pushScript.debug = true; }]');
    const asking = page.waitForEvent('console', (message) => message.text().includes('the push service is asked'));
    await page.goto(stage.site.url);
    await asking;

    await page.clock.fastForward(OVER_THE_LIMIT_MS);

    expect(await outcome()).toEqual({ status: 'failed', reason: 'push-service-timeout' });
  });
});

describe('what does not answer', () => {
  it.each<[PushScriptReason, string]>([
    ['api-timeout', '**/push-configuration'],
    ['api-timeout', '**/push-contacts'],
  ])('gives %s for %s, and works on the next visit', async (reason, url) => {
    await exceedTimeLimit(url);
    expect(await outcome()).toEqual({ status: 'failed', reason });

    await page.unrouteAll();

    expect(await visit()).toEqual({ status: 'subscribed', reason: null });
  });

  it('gives file-unavailable for the script’s own module, and works on the next visit', async () => {
    await exceedTimeLimit('**/push-script/connection.js*');
    expect(await outcome()).toEqual({ status: 'failed', reason: 'file-unavailable' });

    await page.unrouteAll();

    expect(await visit()).toEqual({ status: 'subscribed', reason: null });
  });

  it('gives push-service-timeout for a push service, and works on the next visit', async () => {
    stage.pushService.subscriptionResponse = 'nothing';
    await page.clock.install();
    await page.goto(stage.site.url);
    await untilBrowserWaits();
    await page.clock.fastForward(OVER_THE_LIMIT_MS);
    expect(await outcome()).toEqual({ status: 'failed', reason: 'push-service-timeout' });

    stage.pushService.subscriptionResponse = 'subscription';

    expect(await visit()).toEqual({ status: 'subscribed', reason: null });
  });

  it('gives worker-timeout for a worker that installs for ever', async () => {
    serveWorker('self.addEventListener("install", (event) => event.waitUntil(new Promise(() => {})))');
    await page.clock.install();
    await page.goto(stage.site.url);
    await waitFor(
      () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length),
      (count) => count === 1,
    );

    await page.clock.fastForward(OVER_THE_LIMIT_MS);

    expect(await outcome()).toEqual({ status: 'failed', reason: 'worker-timeout' });
  });

  it('gives token-unavailable for a Firebase that never answers', async () => {
    await page.clock.install();
    stage.site.use(
      {},
      'pushScriptOptions = { getFirebaseToken: () => { asked = true; return new Promise(() => {}); } }',
    );
    await page.goto(stage.site.url);
    await page.waitForFunction(() => 'asked' in window);

    await page.clock.fastForward(OVER_THE_LIMIT_MS);

    expect(await outcome()).toEqual({ status: 'failed', reason: 'token-unavailable' });
  });

  it('is waited for with the status subscribing after a click, and every caller gets the end', async () => {
    await browser.setPermission(stage.site.url, 'prompt');
    await page.clock.install();
    await visit();
    stage.pushService.subscriptionResponse = 'nothing';
    await browser.setPermission(stage.site.url, 'granted');
    const calls = page.evaluate(() => Promise.all([window.pushScript?.subscribe(), window.pushScript?.ask()]));
    await untilBrowserWaits();
    expect(await page.evaluate(() => window.pushScript?.status)).toBe('subscribing');

    await page.clock.fastForward(OVER_THE_LIMIT_MS);

    expect(await calls).toEqual(['failed', 'failed']);
  });
});

it('makes a subscription anew when the browser has one of another key that it does not show', async () => {
  await visit();
  await stage.db.deleteAll('push-contacts');
  const before = stage.pushService.endpoints.at(-1);
  await initial(`{
    const get = Object.getOwnPropertyDescriptor(ServiceWorkerRegistration.prototype, 'pushManager').get;
    let isOther = true;
    Object.defineProperty(ServiceWorkerRegistration.prototype, 'pushManager', { get() {
      const manager = get.call(this);
      return {
        getSubscription: async () => {
          const shown = await manager.getSubscription();
          const unsubscribe = () => { isOther = false; return shown.unsubscribe(); };
          return shown && { ...shown, options: isOther ? {} : shown.options, unsubscribe };
        },
        subscribe: async (options) => {
          if (isOther) throw new DOMException('another key', 'InvalidStateError');
          return manager.subscribe(options);
        },
      };
    } });
  }`);

  expect(await visit()).toEqual({ status: 'subscribed', reason: null });

  expect(stage.pushService.endpoints).not.toContain(before);
});

describe('the domain', () => {
  const options = `<script>pushScriptOptions = { domain: '${DOMAIN}' }</script>`;
  const url = (query: string): string => `<script src="${stage.api.url}/push-script.js${query}"></script>`;

  it.each([
    ['the address of the script', () => url(`?v=1&domain=${DOMAIN}`)],
    ['pushScriptOptions', () => options + url('')],
    [
      'the address rather than pushScriptOptions',
      () => `<script>pushScriptOptions = { domain: 'x' }</script>${url(`?domain=${DOMAIN}`)}`,
    ],
    ['data-domain rather than the address', () => url(`?domain=x" data-domain=" ${DOMAIN} `)],
    ['the address when data-domain is empty', () => url(`?domain=${DOMAIN}" data-domain="`)],
    [
      'a tag that a tag manager has inserted',
      () => `<script>{
       const tag = document.createElement('script');
       tag.src = '${stage.api.url}/push-script.js?domain=${DOMAIN}';
       document.head.append(tag);
     }</script>`,
    ],
  ])('may be in %s', async (_where, tag) => {
    stage.site.serve('/', { body: `<!doctype html><title>Shop</title>${tag()}` });

    expect(await visit()).toEqual({ status: 'subscribed', reason: null });
  });
});

describe('debug', () => {
  /** The steps that the console shows, after a visit of this address. */
  async function steps(query: string): Promise<string[]> {
    const shown: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'log' && message.text().startsWith('[PushScript]')) shown.push(message.text());
    });
    await page.goto(`${stage.site.url}/${query}`);
    await outcome();
    return shown;
  }

  it('shows each step, without endpoint, token and guid', async () => {
    servePage(`data-domain="${DOMAIN}"`);
    stage.site.serve('/?pushscript-debug', {
      body: `<!doctype html><script src="${stage.api.url}/push-script.js?domain=${DOMAIN}"></script>`,
    });

    const shown = await steps('?pushscript-debug');

    const secrets = await page.evaluate(() => [
      window.pushScript?.deviceToken ?? '',
      window.pushScript?.visitorGuid ?? '',
    ]);
    for (const secret of [...secrets, stage.pushService.endpoints.at(-1) ?? '']) {
      expect(shown.join('\n')).not.toContain(secret);
    }
    expect(shown.map((step) => step.replace('[PushScript] ', ''))).toEqual([
      `the API ${stage.api.url} is asked about ${DOMAIN}`,
      'the channel is Web Push',
      'the worker is active',
      'the push service is asked for a subscription',
      'the contact is registered',
      'status: subscribed',
    ]);
  });

  it('shows nothing by itself, and steps once the page sets it', async () => {
    expect(await steps('')).toEqual([]);

    const logged = page.waitForEvent('console', (message) => message.text() === '[PushScript] status: left');
    await page.evaluate(async () => {
      if (window.pushScript) window.pushScript.debug = true;
      await window.pushScript?.leave();
    });
    await logged;
    expect(await page.evaluate(() => window.pushScript?.debug)).toBe(true);
  });
});
