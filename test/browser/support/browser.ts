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

/** A headless Chromium with its own profile. */
export interface Browser {
  readonly context: BrowserContext;
  /** Sets the visitor's answer to the permission prompt of this origin, now or later. */
  setPermission(origin: string, permission: Permission): Promise<void>;
  /** Delivers a push message to the worker of this scope, as the vendor's push service does. */
  deliverPush(scope: string, payload: string): Promise<void>;
  /** The running service worker with this script. */
  worker(scriptUrl: string): Promise<Worker>;
  /** Deletes what the origin has stored, its workers included. */
  clear(origin: string): Promise<void>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** Address of the stand-in push service; without it the browser keeps its own push manager. */
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
  if (pushServiceUrl !== undefined) {
    await context.exposeFunction('postOutsideOfPage', postText);
    await context.addInitScript(standInPushManager, pushServiceUrl);
  }
  const devTools = await context.newCDPSession(context.pages()[0] ?? (await context.newPage()));
  const registrations = await watchRegistrations(devTools);
  return {
    context,
    async setPermission(origin, setting) {
      await devTools.send('Browser.setPermission', { permission: { name: 'notifications' }, setting, origin });
    },
    async deliverPush(scope, payload) {
      const { registrationId } = await waitFor(
        () => registrations().findLast(({ scopeURL }) => scopeURL === scope) ?? { registrationId: '' },
        (found) => found.registrationId !== '',
      );
      const { origin } = new URL(scope);
      await devTools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: payload });
    },
    worker: (scriptUrl) => waitForWorker(context, scriptUrl),
    async clear(origin) {
      await devTools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Clicks a button of a window that closes itself then, and waits until it is closed. It may be closed before
 * Playwright has the result of its click.
 */
export async function answerInWindow(opened: Page, button: string | RegExp): Promise<void> {
  const closed = opened.waitForEvent('close');
  const clicking = opened.getByRole('button', { name: button }).click();
  await clicking.catch((error: unknown) => {
    if (!opened.isClosed()) throw error;
  });
  await closed;
}

/** Runs `act` in a private window, where notifications are allowed for this origin. */
export async function inPrivateWindow(origin: string, act: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ARGUMENTS });
  try {
    // Unlike a persistent context, this one is off the record.
    const context = await browser.newContext();
    await context.grantPermissions(['notifications'], { origin });
    await act(await context.newPage());
  } finally {
    await browser.close();
  }
}

/** Waits until PushScript has one of these statuses. Resolves with it. */
export async function untilStatus(page: Page, ...statuses: PushScriptStatus[]): Promise<PushScriptStatus> {
  const ask = (): Promise<PushScriptStatus> => page.evaluate(() => window.pushScript?.status ?? 'starting');
  return waitFor(ask, (status) => statuses.includes(status));
}

async function watchRegistrations(devTools: CDPSession): Promise<() => { registrationId: string; scopeURL: string }[]> {
  const registrations = new Map<string, { registrationId: string; scopeURL: string }>();
  devTools.on('ServiceWorker.workerRegistrationUpdated', (event) => {
    for (const each of event.registrations) {
      if (each.isDeleted) registrations.delete(each.registrationId);
      else registrations.set(each.registrationId, each);
    }
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

async function postText(url: string, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) throw new Error(`The push service answered ${response.status}`);
  return response.text();
}
