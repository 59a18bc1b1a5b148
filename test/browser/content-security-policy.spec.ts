import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { answerInWindow, type Browser, openBrowser, untilStatus } from './support/browser.js';
import { leaveAsNewVisitor, type Shop, startShop } from './support/shop.js';

const DOCUMENT = await readFile(new URL('../../docs/push-script.md', import.meta.url), 'utf8');
const EXAMPLE_API = 'https://push.example.com';
/** The policies that the document shows, with what they are called there. */
const POLICIES = [
  ...DOCUMENT.matchAll(/\n([^\n;]+)(?:;[^\n]*)?:\n\n```http\nContent-Security-Policy: ([^\n]+)\n```/g),
].map(([, name = '', policy = '']) => [name, policy] as const);
const TRUSTED_TYPES_WORKER = /```js\n(const url = [^`]+importScripts[^`]+)```/.exec(DOCUMENT)?.[1] ?? '';

let shop: Shop;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  shop = await startShop('content_security_policy');
  browser = await openBrowser({ pushServiceUrl: shop.pushService.url });
  await browser.context.addInitScript(() => {
    const seen = window as unknown as { violations: string[] };
    seen.violations = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      seen.violations.push(`${effectiveDirective} ${blockedURI}`);
    });
  });
});

afterAll(async () => {
  await browser.close();
  await shop.stop();
});

beforeEach(async () => {
  page = await browser.context.newPage();
  await browser.setPermission(shop.url, 'prompt');
});

afterEach(async () => {
  await leaveAsNewVisitor(page, shop.url);
});

/** Puts the test's API in; the stand-in of the browser's push service connects, as the browser's own does. */
function adapt(policy: string): string {
  const { api, pushService } = shop;
  return policy.replaceAll(EXAMPLE_API, api.url).replace(/connect-src/, `connect-src ${pushService.url}`);
}

/** Visits a page with these headers, accepts, and resolves with the status, and what was blocked. */
async function subscribeUnder(
  policy: string,
  workerPolicy = policy,
): Promise<{ status: string; violations: string[] }> {
  const { api, workerPreface } = shop;
  const nonce = /'nonce-(\w+)'/.exec(policy)?.[1];
  const importing = workerPolicy.includes('trusted-types')
    ? TRUSTED_TYPES_WORKER.replaceAll(EXAMPLE_API, api.url)
    : `importScripts('${api.url}/push-service-worker.js');`;
  const headers = { 'cross-origin-embedder-policy': 'require-corp' };
  shop.serve({
    '/': {
      headers: { ...headers, 'content-security-policy': adapt(policy) },
      body: `<!doctype html><html lang="en"><title>Shop</title>${shop.tag(nonce === undefined ? {} : { nonce })}<h1>Shop</h1>`,
    },
    '/push-service-worker.js': {
      headers: { ...headers, 'content-security-policy': adapt(workerPolicy) },
      type: 'text/javascript',
      body: `${workerPreface} ${importing}`,
    },
  });
  await page.goto(shop.url);
  if ((await untilStatus(page, 'asking', 'failed')) === 'asking') {
    await browser.setPermission(shop.url, 'granted');
    await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
  }
  const status = await untilStatus(page, 'subscribed', 'failed');
  const violations = await page.evaluate(() => (window as unknown as { violations: string[] }).violations);
  return { status, violations };
}

it('the document shows three policies, and a worker file for Trusted Types', () => {
  expect(POLICIES.map(([name]) => name)).toEqual(['By host names', 'By nonces', 'With Trusted Types']);
  expect(TRUSTED_TYPES_WORKER).toContain('createPolicy');
});

it.each(POLICIES)(
  '“%s”: a visitor subscribes, nothing is blocked, and the worker reaches the API',
  async (_name, policy) => {
    expect(await subscribeUnder(policy)).toEqual({ status: 'subscribed', violations: [] });

    const worker = await browser.worker(`${shop.url}/push-service-worker.js`);
    const reached = await worker.evaluate(
      async (api) => (await fetch(`${api}/push-script/configuration`)).status,
      shop.api.url,
    );
    expect(reached).toBe(200);
  },
);

it('the soft prompt has its style and its colors under a policy without styles', async () => {
  const [, policy = ''] = POLICIES[0] ?? [];
  await subscribeUnder(policy);
  await page.evaluate(() => {
    localStorage.clear();
  });
  await browser.setPermission(shop.url, 'prompt');
  await page.goto(shop.url);
  const prompt = page.getByRole('dialog');
  await prompt.waitFor();

  const style = await prompt.evaluate((dialog) => getComputedStyle(dialog).position);
  const button = await prompt
    .getByRole('button', { name: /^Yes/ })
    .evaluate((each) => getComputedStyle(each).backgroundColor);
  expect([style, button]).toEqual(['fixed', 'rgb(20, 83, 45)']);
});

it.each([
  ['no worker-src', (policy: string) => policy.replace("; worker-src 'self'", ''), undefined],
  [
    'another policy of Trusted Types',
    (policy: string) => policy.replace('trusted-types push-script', 'trusted-types other'),
    undefined,
  ],
  ['a worker file that may import nothing', (policy: string) => policy, "default-src 'none'; connect-src *"],
])('a page with %s does not subscribe', async (_what, change, workerPolicy) => {
  const changed = change(POLICIES[2]?.[1] ?? '');

  expect(await subscribeUnder(changed, workerPolicy)).toMatchObject({ status: 'failed' });
});

describe('on an external push domain', () => {
  let externalPushDomain: string;

  beforeAll(async () => {
    externalPushDomain = shop.api.url.replace('127.0.0.1', 'push.localhost');
    await shop.putDomain({ isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain });
    await browser.setPermission(externalPushDomain, 'granted');
  });

  afterAll(() => shop.putDomain({ isPushFeatureEnabled: true, usesExternalPushDomain: false }));

  it.each(POLICIES)('“%s”: a visitor subscribes in the window without worker-src', async (_name, policy) => {
    const nonce = /'nonce-(\w+)'/.exec(policy)?.[1];
    const tag = shop.tag(nonce === undefined ? {} : { nonce });
    shop.serve({
      '/': {
        headers: { 'content-security-policy': adapt(policy.replace("; worker-src 'self'", '')) },
        body: `<!doctype html><html lang="en"><title>Shop</title>${tag}<h1>Shop</h1>`,
      },
    });
    await page.goto(shop.url);
    await untilStatus(page, 'asking');
    const opening = page.waitForEvent('popup');
    await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
    await answerInWindow(await opening, /^Yes/);

    expect(await untilStatus(page, 'subscribed', 'failed', 'ready')).toBe('subscribed');
    expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations)).toEqual([]);
  });
});
