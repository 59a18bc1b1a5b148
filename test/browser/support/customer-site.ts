import { type RecordingServer, startRecordingServer } from './recording-server.js';
import { standInPushManager } from './stand-in-push-manager.js';

/** The customer's site: a page with PushScript's tag, the one-line worker file, and plain pages for links. */
export interface CustomerSite {
  /** Its address; the name resolves to this machine in browsers (RFC 6761, section 6.3). */
  readonly url: string;
  readonly requests: RecordingServer['requests'];
  /** Sets the attributes that the tag has besides `data-domain`, and what the page has before it. */
  use(attributes: Readonly<Record<string, string>>, scriptBefore?: string): void;
  stop(): Promise<void>;
}

export const DOMAIN = 'shop.localhost';

/** Runs in the worker: counts what has been shown, to the end. Before that, listing a notification makes Chromium drop it. */
function countShown(): void {
  const scope = self as unknown as { shown: number };
  const { prototype } = ServiceWorkerRegistration;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the registration that it belongs to
  const show = prototype.showNotification;
  scope.shown = 0;
  prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    scope.shown += 1;
  };
}

/** @param apiUrl where the page and the worker load PushScript from. */
export async function startCustomerSite(apiUrl: string, pushServiceUrl: string): Promise<CustomerSite> {
  let tag = '';
  let before = '';
  const worker = `(${standInPushManager.toString()})(${JSON.stringify(pushServiceUrl)});
(${countShown.toString()})();
importScripts('${apiUrl}/push-service-worker.js');`;
  const server = await startRecordingServer(({ path }) => {
    if (path === '/push-service-worker.js') return { type: 'text/javascript', body: worker };
    if (path !== '/') return { body: `<!doctype html><title>${path}</title>` };
    const script = `<script src="${apiUrl}/push-script.js" data-domain="${DOMAIN}" ${tag} async></script>`;
    return {
      body: `<!doctype html><html lang="en"><title>Shop</title><script>${before}</script>${script}<h1>Shop</h1>`,
    };
  });
  return {
    url: `http://${DOMAIN}:${server.port}`,
    requests: server.requests,
    use(attributes, scriptBefore = '') {
      tag = Object.entries(attributes)
        .map(([name, value]) => `${name}="${value}"`)
        .join(' ');
      before = scriptBefore;
    },
    stop: () => server.stop(),
  };
}
