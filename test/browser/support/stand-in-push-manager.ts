/**
 * Replaces `registration.pushManager` in a page and in a worker, because the vendor's push service is
 * unreachable. Subscriptions come from the stand-in push service at `serviceUrl` and are kept per scope of
 * the worker. The function runs in the browser as text, so it uses nothing from outside its body.
 */
export function standInPushManager(serviceUrl: string): void {
  const CACHE = 'stand-in-push-manager';

  interface Stored {
    readonly endpoint: string;
    readonly keys: Record<string, string>;
    readonly applicationServerKey: string;
  }

  async function post(path: string, body: object): Promise<string> {
    const url = serviceUrl + path;
    // A browser's own push manager is not bound by the page's policy.
    const outside = (globalThis as { postOutsideOfPage?: (url: string, body: string) => Promise<string> })
      .postOutsideOfPage;
    if (outside !== undefined) return outside(url, JSON.stringify(body));
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new DOMException('The push service refuses', 'AbortError');
    return response.text();
  }

  async function load(scope: string): Promise<Stored | undefined> {
    const stored = await (await caches.open(CACHE)).match(`${scope}subscription`);
    return stored && ((await stored.json()) as Stored);
  }

  function bytesOf(base64Url: string): ArrayBuffer {
    const binary = atob(base64Url.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer;
  }

  function toSubscription(scope: string, { endpoint, keys, applicationServerKey }: Stored): object {
    return {
      endpoint,
      options: { userVisibleOnly: true, applicationServerKey: bytesOf(applicationServerKey) },
      toJSON: () => ({ endpoint, expirationTime: null, keys }),
      unsubscribe: async () => {
        await post('/ended-subscriptions', { endpoint });
        return (await caches.open(CACHE)).delete(`${scope}subscription`);
      },
    };
  }

  function managerOf(registration: ServiceWorkerRegistration): object {
    const { scope } = registration;
    return {
      getSubscription: async () => {
        const stored = await load(scope);
        return stored === undefined ? null : toSubscription(scope, stored);
      },
      subscribe: async ({
        userVisibleOnly,
        applicationServerKey,
      }: {
        userVisibleOnly?: boolean;
        applicationServerKey: string;
      }) => {
        if (registration.active === null) throw new DOMException('There is no active worker', 'AbortError');
        if (Notification.permission !== 'granted') throw new DOMException('No permission', 'NotAllowedError');
        if (userVisibleOnly !== true) throw new DOMException('Only user-visible pushes', 'NotAllowedError');
        const given = JSON.parse(await post('/subscriptions', { applicationServerKey })) as Stored;
        const stored = { ...given, applicationServerKey };
        await (await caches.open(CACHE)).put(`${scope}subscription`, new Response(JSON.stringify(stored)));
        return toSubscription(scope, stored);
      },
    };
  }

  Object.defineProperty(ServiceWorkerRegistration.prototype, 'pushManager', {
    get(this: ServiceWorkerRegistration) {
      return managerOf(this);
    },
  });
}
