import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.js';
import { type Browser, openBrowser, untilStatus } from './support/browser.js';
import { DOMAIN } from './support/customer-site.js';
import type { RecordedResponse } from './support/recording-server.js';
import { leaveAsNewVisitor, type Shop, startShop } from './support/shop.js';

const PACKAGE = join(process.cwd(), 'packages/push-script');
const NAME = '@push-contact/push-script';
/** The API's address in the examples. */
const EXAMPLE_API = 'http://localhost:3000';

let shop: Shop;
/** A site's folder with the package, as `npm install` makes it. */
let installed: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(PACKAGE, 'build.mjs')]);
  installed = await mkdtemp(join(tmpdir(), 'push-contact-package-'));
  await mkdir(join(installed, 'node_modules', dirname(NAME)), { recursive: true });
  await symlink(PACKAGE, join(installed, 'node_modules', NAME));
  shop = await startShop('package');
  browser = await openBrowser({ pushServiceUrl: shop.pushService.url });
});

afterAll(async () => {
  await browser.close();
  await shop.stop();
  await rm(installed, { recursive: true });
});

/** Bundles as a site does, with the built package; returns the files by their names. */
async function bundle(options: BuildOptions): Promise<Map<string, string>> {
  const { outputFiles = [] } = await build({
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    write: false,
    outdir: 'out',
    nodePaths: [join(installed, 'node_modules')],
    // The examples' own configuration takes the package's sources, to check types without a build.
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    ...options,
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** Bundles these lines of a site. */
function bundleLines(contents: string, options: BuildOptions = {}): Promise<Map<string, string>> {
  return bundle({ ...options, stdin: { contents, resolveDir: process.cwd(), sourcefile: 'site.ts', loader: 'ts' } });
}

/** Opens a page of the site with these files. */
async function open(files: ReadonlyMap<string, string>): Promise<void> {
  const scripts = [...files].map(([name, body]) => [`/${name}`, { type: 'text/javascript', body }] as const);
  shop.serve({
    ...Object.fromEntries<RecordedResponse>(scripts),
    '/': { body: '<!doctype html><title>Shop</title><script type="module" src="/stdin.js"></script>' },
  });
  await page.goto(shop.url);
}

describe.each([
  ['React', 'examples/react/main.tsx'],
  ['Vue', 'examples/vue/main.ts'],
])('the example for %s', (_framework, entry) => {
  beforeEach(async () => {
    page = await browser.context.newPage();
    await browser.setPermission(shop.url, 'prompt');
    const files = await bundle({ entryPoints: [entry] });
    const scripts = [...files].map(([name, text]): [string, RecordedResponse] => [
      `/${name}`,
      { type: 'text/javascript', body: text.replaceAll(EXAMPLE_API, shop.api.url) },
    ]);
    const policy = `default-src 'none'; script-src 'self'; connect-src ${shop.api.url}; worker-src 'self'`;
    shop.serve({
      ...Object.fromEntries(scripts),
      '/': {
        headers: { 'content-security-policy': policy },
        body: '<!doctype html><html lang="en"><title>Shop</title><div id="app"></div><script type="module" src="/main.js"></script>',
      },
      '/push-service-worker.js': {
        type: 'text/javascript',
        body: `${shop.workerPreface}importScripts('${shop.api.url}/push-service-worker.js');`,
      },
    });
    await page.goto(shop.url);
    await page.getByText('Notifications: ready').waitFor();
  });

  afterEach(() => leaveAsNewVisitor(page, shop.url));

  it('asks, subscribes and lets the visitor leave, with no script of the API', async () => {
    const scripts: string[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.url());
    });
    await page.getByRole('button', { name: 'Notify me of sales' }).click();
    await untilStatus(page, 'asking');
    await browser.setPermission(shop.url, 'granted');
    await page.getByRole('dialog').getByRole('button', { name: /^Yes/ }).click();
    await page.getByText('Notifications: subscribed').waitFor();
    const token = await page.evaluate(() => window.pushScript?.deviceToken);
    const contacts = await waitFor(
      () => shop.db.contactsOf(DOMAIN),
      (found) => found.some(({ device_token }) => device_token === token),
    );
    expect(contacts).toEqual(expect.arrayContaining([expect.objectContaining({ device_token: token })]));

    await page.getByRole('button', { name: 'Stop notifications' }).click();
    await page.getByText('Notifications: left').waitFor();

    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.every((url) => url.startsWith(shop.url))).toBe(true);
  });
});

describe('the package', () => {
  beforeEach(async () => {
    page = await browser.context.newPage();
  });

  afterEach(() => leaveAsNewVisitor(page, shop.url));

  it('adds nothing to a site that imports nothing from it, and little to one that only watches', async () => {
    // In one file, because esbuild divides files before it drops what is unused.
    const unused = await bundleLines(`import { startPushScript } from '${NAME}';`, { splitting: false });
    const watchStatus = `import { watchStatus } from '${NAME}'; watchStatus(console.log);`;
    const watching = await bundleLines(watchStatus, { splitting: false });

    expect([...unused.values()].join('').trim()).toBe('');
    expect([...watching.values()].join('').length).toBeLessThan(300);
  });

  it('leaves prompt and subscribing in files that are loaded when they are needed', async () => {
    const files = await bundleLines(`import { startPushScript } from '${NAME}'; window.start = startPushScript;`);

    const first = files.get('stdin.js') ?? '';
    expect(first).toContain('pushscript:status');
    expect(first).not.toContain('applicationServerKey');
    expect(first).not.toContain('push-script-prompt');
  });

  it('has types, which take settings, refuse others, and know each status', async () => {
    await writeFile(
      join(installed, 'site.ts'),
      `import { type Settings, startPushScript, watchStatus } from '${NAME}';
      const settings: Settings = { api: 'https://push.example.com', domain: 'example.com', laterDays: 3 };
      const pushScript: PushScript = startPushScript(settings);
      export const end: () => void = watchStatus((status, reason) => status === 'denied' && reason === 'frame-blocked');
      // @ts-expect-error -- there is no domain
      startPushScript({ api: 'https://push.example.com' });
      // @ts-expect-error -- there is no such status
      export const isOn = pushScript.status === 'on';`,
    );
    const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--target',
      'es2022',
    ];

    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, 'site.ts'], { cwd: installed });

    expect(stdout).toBe('');
  });

  it('can be kept in a ref of Vue', async () => {
    const files = await bundleLines(`import { startPushScript } from '${NAME}';
      import { ref } from 'vue';
      window.kept = ref(startPushScript({ api: '${shop.api.url}', domain: '${DOMAIN}', prompt: 'manual' }));`);
    await open(files);

    const status = await page.evaluate(() => (window as unknown as { kept: { value: PushScript } }).kept.value.leave());

    expect(status).toBe('left');
  });

  it('starts once, and tells what is wrong with the settings', async () => {
    const files = await bundleLines(`import { startPushScript } from '${NAME}';
      const settings = { api: 'no address', domain: '${DOMAIN}' };
      window.isOnce = startPushScript(settings) === startPushScript(settings);`);
    await open(files);

    expect(await untilStatus(page, 'failed')).toBe('failed');
    const isOnce = await page.evaluate(() => (window as unknown as { isOnce: boolean }).isOnce);
    expect([isOnce, await page.evaluate(() => window.pushScript?.reason)]).toEqual([true, 'tag-invalid']);
  });
});
