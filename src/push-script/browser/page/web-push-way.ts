import { fetchVapidPublicKey } from '../contact-api.js';
import { forgetContact, type StoredContact } from '../contact-store.js';
import { subscribe, unsubscribe } from '../subscribing.js';
import { askAndConnect, connectIfGranted, type Way } from './way.js';

/** Who asks for a subscription, and with which worker. */
export interface WebPushSite extends Pick<StoredContact, 'apiUrl' | 'domain' | 'siteUrl'> {
  readonly workerUrl: string;
  readonly scope: string;
  readonly visitorGuid: () => string;
}

/** Web Push (W3C Push API) on the page's own origin. */
export function webPushWay(site: WebPushSite): Way {
  const connect = async (): Promise<string> => {
    const vapidPublicKey = await fetchVapidPublicKey(site.apiUrl);
    if (vapidPublicKey === null) throw new Error('The API has no VAPID key');
    const registration = await registerWorker(site);
    return (await subscribe(registration, subscriberOf(site, vapidPublicKey))).deviceToken;
  };
  return {
    isSupported: supportsWebPush(),
    resume: () => connectIfGranted(Notification.permission, connect),
    subscribe: () => askAndConnect(connect),
    async leave() {
      const registration = await navigator.serviceWorker.getRegistration(site.scope);
      if (registration?.scope === site.scope) await unsubscribe(registration);
      await forgetContact(site.scope);
    },
  };
}

/** False above all on insecure pages, and in Safari on iOS outside an app on the home screen. */
function supportsWebPush(): boolean {
  return (
    isSecureContext &&
    'serviceWorker' in navigator &&
    'PushManager' in window &&
    'Notification' in window &&
    'indexedDB' in window
  );
}

function subscriberOf(site: WebPushSite, vapidPublicKey: string): Parameters<typeof subscribe>[1] {
  const { apiUrl, domain, siteUrl } = site;
  return { apiUrl, domain, siteUrl, vapidPublicKey, visitorGuid: site.visitorGuid() };
}

async function registerWorker({ workerUrl, scope }: WebPushSite): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register(workerUrl, { scope });
  // `navigator.serviceWorker.ready` waits for a worker of this page, which ours is not; only an active one can subscribe.
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker !== null) await untilActivated(worker);
  return registration;
}

function untilActivated(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error('The worker was not installed'));
    };
    worker.addEventListener('statechange', check);
    check();
  });
}
