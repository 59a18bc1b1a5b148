import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { VAPID_KEYS } from '../support/product-process.js';
import type { StoredContact } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import type { RecordedResponse } from './support/recording-server.js';
import { leaveAsNewVisitor, type Shop, startShop } from './support/shop.js';

/** A provider's worker file and scope, as it registers them by default. */
interface Provider {
  readonly file: string;
  readonly scope: string;
}

interface Registration {
  readonly scope: string;
  readonly file: string;
  readonly endpoint: string | undefined;
}

const ONE_SIGNAL: Provider = { file: '/OneSignalSDKWorker.js', scope: '/' };
const FIREBASE: Provider = { file: '/firebase-messaging-sw.js', scope: '/firebase-cloud-messaging-push-scope' };
const PROVIDERS = [
  ['OneSignal', ONE_SIGNAL],
  ['Firebase', FIREBASE],
] as const;
const OWN = { file: '/push-service-worker.js', scope: '/push-script/' };
const PROVIDER_KEY = generateP256KeyPair().publicKey;
const DOCUMENT = await readFile(new URL('../../docs/migrating.md', import.meta.url), 'utf8');
const END_OLD_WORKERS = /```js\n(const OLD_WORKERS[^`]+)```/.exec(DOCUMENT)?.[1] ?? '';

/** Runs in the provider's worker: it takes over the site, shows its own pushes, and leaves others alone. */
function providerWorker(): void {
  const scope = self as unknown as ServiceWorkerLike;
  scope.addEventListener('install', () => void scope.skipWaiting());
  scope.addEventListener('activate', (event) => {
    event.waitUntil(scope.clients.claim());
  });
  scope.addEventListener('push', (event) => {
    const { provider } = event.data.json() as { provider?: string };
    if (provider !== undefined) event.waitUntil(scope.registration.showNotification(provider));
  });
}

interface ServiceWorkerLike {
  readonly clients: { claim(): Promise<void> };
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener(
    type: string,
    listen: (event: { waitUntil(work: Promise<void>): void; data: { json(): unknown } }) => void,
  ): void;
}

/** Runs in a worker: keeps the title of each notification, and the scope that showed it, in a cache. */
function keepShown(): void {
  const { prototype } = ServiceWorkerRegistration;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with its registration
  const show = prototype.showNotification;
  prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    const query = new URLSearchParams({ scope: new URL(this.scope).pathname, title });
    await (await caches.open('shown')).put(`/shown?${query.toString()}`, new Response(''));
  };
}

let shop: Shop;
let browser: Browser;
let page: Page;
let ours: string;
let theirs: string;

beforeAll(async () => {
  shop = await startShop('migrating');
  browser = await openBrowser({ pushServiceUrl: shop.pushService.url });
  const preface = `${shop.workerPreface} (${keepShown.toString()})();`;
  ours = `importScripts('${shop.api.url}/push-service-worker.js');`;
  theirs = `(${providerWorker.toString()})();`;
  [ours, theirs] = [preface + ours, preface + theirs];
});

afterAll(async () => {
  await browser.close();
  await shop.stop();
});

beforeEach(async () => {
  page = await browser.context.newPage();
  await browser.setPermission(shop.url, 'granted');
});

afterEach(async () => {
  await leaveAsNewVisitor(page, shop.url);
});

/** Serves the site with the tag; a page `/before` has only the provider. */
function serve(workers: Record<string, string>, attributes: Record<string, string> = {}, script = ''): void {
  const files = Object.entries(workers).map(([path, body]) => [path, { type: 'text/javascript', body }] as const);
  shop.serve({
    '/before': { body: '<!doctype html><title>Shop</title>' },
    '/': {
      body: `<!doctype html><title>Shop</title><script>
        window.seen = [];
        document.addEventListener('pushscript:status', ({ detail }) => seen.push(detail.status));
        ${script}</script>${shop.tag(attributes)}`,
    },
    ...Object.fromEntries<RecordedResponse>(files),
  });
}

/** Subscribes the visitor to the provider, which resolves with the endpoint. */
async function subscribeToProvider({ file, scope }: Provider): Promise<string> {
  await page.goto(`${shop.url}/before`);
  return page.evaluate(
    async ([url, at, key]) => {
      const registration = await navigator.serviceWorker.register(url, { scope: at });
      while (registration.active?.state !== 'activated') await new Promise((resolve) => setTimeout(resolve, 20));
      const options = { userVisibleOnly: true, applicationServerKey: key };
      return (await registration.pushManager.subscribe(options)).endpoint;
    },
    [file, scope, PROVIDER_KEY] as const,
  );
}

async function registrations(): Promise<Registration[]> {
  return page.evaluate(async () => {
    const all = await navigator.serviceWorker.getRegistrations();
    const described = all.map(async ({ scope, active, pushManager }) => ({
      scope: new URL(scope).pathname,
      file: active === null ? '' : new URL(active.scriptURL).pathname,
      endpoint: (await pushManager.getSubscription())?.endpoint,
    }));
    return (await Promise.all(described)).sort((one, other) => one.scope.localeCompare(other.scope));
  });
}

/** The statuses since the page was loaded, and the stored contact. */
async function visit(): Promise<{ seen: string[]; contact: StoredContact | undefined }> {
  await page.goto(shop.url);
  await untilStatus(page, 'subscribed', 'failed', 'asking');
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  const token = await page.evaluate(() => window.pushScript?.deviceToken);
  const contact = (await shop.db.contactsOf(DOMAIN)).find(({ device_token }) => device_token === token);
  return { seen, contact };
}

/** Delivers to a scope; resolves with what was shown in which scope. */
async function deliver(scope: string, payload: object): Promise<string[]> {
  await browser.deliverPush(shop.url + scope, JSON.stringify(payload));
  return shown();
}

async function shown(): Promise<string[]> {
  const read = (): Promise<string[]> =>
    page.evaluate(async () => {
      const requests = await (await caches.open('shown')).keys();
      return requests
        .map(({ url }) => new URL(url).searchParams)
        .map((kept) => `${kept.get('scope') ?? ''} ${kept.get('title') ?? ''}`);
    });
  return waitFor(read, (titles) => titles.length > 0);
}

describe.each(PROVIDERS)('a visitor of %s', (_name, provider) => {
  it('is subscribed by PushScript without a question, and stays subscribed there', async () => {
    serve({ [provider.file]: theirs, [OWN.file]: ours });
    const endpoint = await subscribeToProvider(provider);

    const { seen, contact } = await visit();

    expect(seen).not.toContain('asking');
    expect(seen.at(-1)).toBe('subscribed');
    const own = contact?.subscription?.endpoint;
    expect(own).not.toBe(endpoint);
    expect(shop.pushService.endpoints).toEqual(expect.arrayContaining([endpoint, own]) as string[]);
    const expected = [
      { ...provider, endpoint },
      { ...OWN, endpoint: own },
    ];
    expect(await registrations()).toEqual(expected.sort((one, other) => one.scope.localeCompare(other.scope)));
  });

  it('is subscribed without a question by ask(), and by nothing else, on a page with data-prompt="manual"', async () => {
    serve({ [provider.file]: theirs, [OWN.file]: ours }, { 'data-prompt': 'manual' });
    await subscribeToProvider(provider);
    const before = shop.pushService.endpoints;
    await page.goto(shop.url);
    expect(await untilStatus(page, 'ready', 'subscribed', 'failed')).toBe('ready');
    expect(shop.pushService.endpoints).toEqual(before);

    expect(await page.evaluate(() => window.pushScript?.ask())).toBe('subscribed');

    expect(shop.pushService.endpoints).toHaveLength(before.length + 1);
  });

  it('receives the messages of both, each from its own worker', async () => {
    serve({ [provider.file]: theirs, [OWN.file]: ours });
    await subscribeToProvider(provider);
    await visit();

    expect(await deliver(provider.scope, { provider: 'Of the provider' })).toEqual([
      `${provider.scope} Of the provider`,
    ]);
    await deliver(OWN.scope, { title: 'Of PushScript' });
    await waitFor(shown, (titles) => titles.length === 2);
    expect((await shown()).sort()).toEqual([`${OWN.scope} Of PushScript`, `${provider.scope} Of the provider`].sort());
  });

  it('leaves the provider by the documented script, and stays with PushScript', async () => {
    serve({ [provider.file]: theirs, [OWN.file]: ours });
    const endpoint = await subscribeToProvider(provider);
    const { contact } = await visit();

    await page.evaluate(`(async () => { ${END_OLD_WORKERS} })()`);

    expect(await registrations()).toEqual([{ ...OWN, endpoint: contact?.subscription?.endpoint }]);
    expect(shop.pushService.endpoints).not.toContain(endpoint);
  });

  it('is subscribed by an import in the provider’s worker file, beside the provider', async () => {
    serve({ [provider.file]: theirs }, { 'data-worker': provider.file });
    const endpoint = await subscribeToProvider(provider);
    serve({ [provider.file]: theirs + ours }, { 'data-worker': provider.file });

    const { seen, contact } = await visit();

    expect(seen).not.toContain('asking');
    const own = { file: provider.file, scope: OWN.scope, endpoint: contact?.subscription?.endpoint };
    const expected = [{ ...provider, endpoint }, own];
    expect(await registrations()).toEqual(expected.sort((one, other) => one.scope.localeCompare(other.scope)));
    expect(await deliver(OWN.scope, { title: 'Of PushScript' })).toEqual([`${OWN.scope} Of PushScript`]);
  });

  it('is subscribed in the place of the provider’s worker, whose subscription ends', async () => {
    serve({ [provider.file]: theirs });
    const endpoint = await subscribeToProvider(provider);
    serve({ [provider.file]: ours }, { 'data-worker': provider.file, 'data-scope': provider.scope });

    const { seen, contact } = await visit();

    expect(seen).not.toContain('asking');
    expect(await registrations()).toEqual([{ ...provider, endpoint: contact?.subscription?.endpoint }]);
    expect(shop.pushService.endpoints).not.toContain(endpoint);
    await page.goto('about:blank');
    await page.goto(`${shop.url}/before`);
    await waitFor(isUpToDate, (isDone) => isDone);
    const message = { title: 'Of PushScript', data: { source: 'push-contact' } };
    expect(await deliver(provider.scope, message)).toEqual([`${provider.scope} Of PushScript`]);
  });
});

/** Whether no newer worker waits for the pages of its scope to be closed. */
async function isUpToDate(): Promise<boolean> {
  return page.evaluate(async () => {
    const all = await navigator.serviceWorker.getRegistrations();
    return all.every(
      ({ installing, waiting, active }) => installing === null && waiting === null && active?.state === 'activated',
    );
  });
}

it('a visitor of Firebase whose page gives its token is registered with it, without a question', async () => {
  const script = `window.pushScriptOptions = { getFirebaseToken: async () => 'the-token-of-firebase' };`;
  serve({ [FIREBASE.file]: theirs }, {}, script);
  const endpoint = await subscribeToProvider(FIREBASE);

  const { seen, contact } = await visit();

  expect(seen).not.toContain('asking');
  expect(contact).toMatchObject({ device_token: 'the-token-of-firebase', subscription: null, deleted: false });
  expect(shop.pushApi.deviceChecks).toContain('the-token-of-firebase');
  expect(await registrations()).toEqual([{ ...FIREBASE, endpoint }]);
});

it('PushScript’s subscription is under the key of this installation, the provider’s under its own', async () => {
  serve({ [ONE_SIGNAL.file]: theirs, [OWN.file]: ours });
  await subscribeToProvider(ONE_SIGNAL);
  await visit();

  const keys = await page.evaluate(async () => {
    const all = await navigator.serviceWorker.getRegistrations();
    const subscriptions = await Promise.all(all.map(({ pushManager }) => pushManager.getSubscription()));
    return subscriptions.map((each) =>
      btoa(String.fromCharCode(...new Uint8Array(each?.options.applicationServerKey ?? new ArrayBuffer()))),
    );
  });
  const toBase64Url = (key: string): string => Buffer.from(key, 'base64').toString('base64url');
  expect(keys.map(toBase64Url).sort()).toEqual([PROVIDER_KEY, VAPID_KEYS.publicKey].sort());
});
