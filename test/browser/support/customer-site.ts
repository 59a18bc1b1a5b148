import { type RecordedResponse, type RecordingServer, startRecordingServer } from './recording-server.js';
import { standInPushManager } from './stand-in-push-manager.js';

/** The customer's site: a page with PushScript's tag, the one-line worker file, and plain pages for links. */
export interface CustomerSite {
  /** Its address. Browsers resolve the name to this machine (RFC 6761, section 6.3). */
  readonly url: string;
  readonly requests: RecordingServer['requests'];
  /** Sets the attributes of the tag besides `data-domain`, and a script that runs before it. */
  use(attributes: Readonly<Record<string, string>>, scriptBefore?: string): void;
  /** Serves this instead of the usual page or file; with undefined the usual again. */
  serve(path: string, response: RecordedResponse | undefined): void;
  /** The usual worker file. */
  readonly worker: string;
  stop(): Promise<void>;
}

export const DOMAIN = 'shop.localhost';

/**
 * Runs in the worker: counts notifications that are fully shown. Listing a notification earlier makes
 * Chromium drop it.
 */
function countShown(): void {
  const scope = self as unknown as { shown: number };
  const { prototype } = ServiceWorkerRegistration;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with its registration
  const show = prototype.showNotification;
  scope.shown = 0;
  prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    scope.shown += 1;
  };
}

/** Starts the site. Page and worker load PushScript from `apiUrl`. */
export async function startCustomerSite(apiUrl: string, pushServiceUrl: string): Promise<CustomerSite> {
  let tag = '';
  let before = '';
  const served = new Map<string, RecordedResponse>();
  const worker = `(${standInPushManager.toString()})(${JSON.stringify(pushServiceUrl)});
(${countShown.toString()})();
importScripts('${apiUrl}/push-service-worker.js');`;
  const server = await startRecordingServer(({ path }) => {
    const instead = served.get(path);
    if (instead !== undefined) return instead;
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
    serve(path, response) {
      if (response === undefined) served.delete(path);
      else served.set(path, response);
    },
    worker,
    stop: () => server.stop(),
  };
}
