import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { type BrowserContext, type CDPSession, chromium, type Page, type Worker } from 'playwright-core';
import { testEnvironment } from '../../support/test-environment.js';
import { waitFor } from '../../support/wait-for.js';
import { standInPushManager } from './stand-in-push-manager.js';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

type Permission = 'granted' | 'denied' | 'prompt';

/** A headless Chromium with a profile of its own. */
export interface Browser {
  readonly context: BrowserContext;
  /** Sets what the visitor has answered, or will answer, to the browser's own question of this origin. */
  setPermission(origin: string, permission: Permission): Promise<void>;
  /** Hands a push message to the worker of this scope, as the vendor's push service does. */
  deliverPush(scope: string, payload: string): Promise<void>;
  /** The running service worker whose script has this address. */
  worker(scriptUrl: string): Promise<Worker>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** Where subscriptions come from; without it the browser is left as it is. */
  readonly pushServiceUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function openBrowser({ pushServiceUrl, environment = {} }: BrowserOptions = {}): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'push-contact-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: ARGUMENTS,
    env: { PATH: testEnvironment('PATH'), HOME: profile, ...environment },
    locale: 'en-US',
  });
  if (pushServiceUrl !== undefined) await context.addInitScript(standInPushManager, pushServiceUrl);
  const devTools = await context.newCDPSession(context.pages()[0] ?? (await context.newPage()));
  const registrations = await watchRegistrations(devTools);
  return {
    context,
    async setPermission(origin, setting) {
      await devTools.send('Browser.setPermission', { permission: { name: 'notifications' }, setting, origin });
    },
    async deliverPush(scope, payload) {
      const { registrationId } = await waitFor(
        () => registrations().find(({ scopeURL }) => scopeURL === scope) ?? { registrationId: '' },
        (found) => found.registrationId !== '',
      );
      const { origin } = new URL(scope);
      await devTools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: payload });
    },
    worker: (scriptUrl) => waitForWorker(context, scriptUrl),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** PushScript's status, once it is one of these. */
export async function untilStatus(page: Page, ...statuses: PushScriptStatus[]): Promise<PushScriptStatus> {
  const ask = (): Promise<PushScriptStatus> => page.evaluate(() => window.pushScript?.status ?? 'starting');
  return waitFor(ask, (status) => statuses.includes(status), 10_000);
}

async function watchRegistrations(devTools: CDPSession): Promise<() => { registrationId: string; scopeURL: string }[]> {
  const registrations = new Map<string, { registrationId: string; scopeURL: string }>();
  devTools.on('ServiceWorker.workerRegistrationUpdated', (event) => {
    for (const each of event.registrations) registrations.set(each.registrationId, each);
  });
  await devTools.send('ServiceWorker.enable');
  return () => [...registrations.values()];
}

async function waitForWorker(context: BrowserContext, scriptUrl: string): Promise<Worker> {
  const worker = await waitFor(
    () => context.serviceWorkers().find((each) => each.url() === scriptUrl),
    (running) => running !== undefined,
    10_000,
  );
  if (worker === undefined) throw new Error(`No worker runs ${scriptUrl}`);
  return worker;
}

function findBrowser(): string {
  const folders = testEnvironment('PATH').split(delimiter);
  const candidates = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('The browser tests need Chromium on PATH (Debian: apt-get install chromium)');
  return found;
}
