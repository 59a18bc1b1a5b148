import type { Page } from 'playwright-core';
import { DOMAIN } from './customer-site.js';
import { type PushBackend, startPushBackend } from './push-backend.js';
import { type RecordedResponse, startRecordingServer } from './recording-server.js';
import { standInPushManager } from './stand-in-push-manager.js';

/** A customer's site whose files each test chooses, with its backend. */
export interface Shop extends PushBackend {
  readonly url: string;
  /** Runs first in a worker file: replaces the vendor's push service. */
  readonly workerPreface: string;
  /** The tag with these attributes besides `src` and `data-domain`. */
  tag(attributes?: Readonly<Record<string, string>>): string;
  /** Replaces the files of the site by path, for example `/`; without a query. Others are 404. */
  serve(files: Readonly<Record<string, RecordedResponse>>): void;
}

/** Starts all of it; the domain's push feature is on. */
export async function startShop(name: string): Promise<Shop> {
  const backend = await startPushBackend(name);
  const { api, pushService } = backend;
  let files: Readonly<Record<string, RecordedResponse>> = {};
  const server = await startRecordingServer(({ path }) => files[path.replace(/\?.*/, '')] ?? { status: 404 });
  await backend.putDomain({ isPushFeatureEnabled: true });
  return {
    ...backend,
    url: `http://${DOMAIN}:${server.port}`,
    workerPreface: `(${standInPushManager.toString()})(${JSON.stringify(pushService.url)});`,
    tag(attributes = {}) {
      const all = { src: `${api.url}/push-script.js`, 'data-domain': DOMAIN, 'data-delay': '0', ...attributes };
      const written = Object.entries(all).map(([attribute, value]) => `${attribute}="${value}"`);
      return `<script ${written.join(' ')} async></script>`;
    },
    serve(served) {
      files = served;
    },
    async stop() {
      await Promise.all([server.stop(), backend.stop()]);
    },
  };
}

/** Closes the page and forgets all that its browser keeps for the origin, workers included. */
export async function leaveAsNewVisitor(page: Page, origin: string): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  await page.goto('about:blank');
  await devTools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await page.close();
}
