import { isOwnData, isOwnPayload, readPayload, readPayloadData } from '../../read-payload.js';
import { fetchVapidPublicKey } from '../contact-api.js';
import { loadContact } from '../contact-store.js';
import { tellWithdrawn } from '../leaving.js';
import { subscribe } from '../subscribing.js';
import { openLink, openSite } from './windows.js';

declare const self: ServiceWorkerGlobalScope;

/**
 * Options that TypeScript's library lacks, as not all browsers have them (MDN,
 * "ServiceWorkerRegistration.showNotification()").
 */
interface ShownNotification extends NotificationOptions {
  readonly image?: string;
  readonly actions: readonly { action: string; title: string; icon?: string }[];
}

// The site may import this file into its own worker: it neither skips waiting nor claims pages, which are for
// the site to decide, and it leaves alone what is not of this product.
self.addEventListener('push', (event) => {
  const text = event.data?.text() ?? '';
  if (isOwnPayload(text) || isWorkerOfPushScript()) event.waitUntil(receive(text));
});

self.addEventListener('notificationclick', (event) => {
  if (!isOwnData(event.notification.data)) return;
  event.notification.close();
  event.waitUntil(click(event.notification.data, event.action));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  // The members are optional (W3C Push API, section 10.4); TypeScript's library lacks them.
  const { oldSubscription } = event as { readonly oldSubscription?: PushSubscription | null };
  event.waitUntil(renew(oldSubscription?.endpoint));
});

/**
 * Returns whether the worker is registered with the default scope, or one below: then every push is of this
 * product, and one that cannot be read is shown too.
 */
function isWorkerOfPushScript(): boolean {
  return new URL(self.registration.scope).pathname.startsWith('/push-script/');
}

async function receive(text: string): Promise<void> {
  const { title, body, icon, image, data, actions } = readPayload(text, self.location.hostname);
  const options: ShownNotification = {
    body,
    data,
    ...(icon !== null && { icon }),
    ...(image !== null && { image }),
    ...(data.messageId !== null && { tag: data.messageId }),
    actions: actions.map(({ icon: actionIcon, ...action }) => ({
      ...action,
      ...(actionIcon !== null && { icon: actionIcon }),
    })),
  };
  await self.registration.showNotification(title, options).catch(async (error: unknown) => {
    await leaveIfWithdrawn();
    throw error;
  });
  await report(data.receivedEventEndpoint);
}

async function click(notificationData: unknown, action: string): Promise<void> {
  const data = readPayloadData(notificationData);
  const isAction = action !== '';
  const link = (isAction ? data.actionClickLinks[action] : undefined) ?? data.clickLink;
  const endpoint = isAction ? (data.actionEventEndpoints[action] ?? null) : data.clickedEventEndpoint;
  await Promise.allSettled([open(link), report(endpoint)]);
}

async function open(link: string | null): Promise<void> {
  if (link !== null) return openLink(self.clients, link);
  const contact = await loadContact(self.registration.scope);
  return openSite(self.clients, contact?.siteUrl ?? self.location.origin);
}

/** Sends a subscription that the browser has renewed to the API; the contact keeps its device token. */
async function renew(oldEndpoint: string | undefined): Promise<void> {
  await leaveIfWithdrawn();
  const contact = await loadContact(self.registration.scope);
  if (contact === undefined || contact.vapidPublicKey === null || contact.isWithdrawn === true) return;
  // The subscription was of the site's own worker.
  if (oldEndpoint !== undefined && oldEndpoint !== contact.endpoint) return;
  const { apiUrl, domain, vapidPublicKey: oldKey } = contact;
  const vapidPublicKey = await fetchVapidPublicKey(apiUrl, domain).catch(() => oldKey);
  await subscribe(self.registration, { ...contact, vapidPublicKey });
}

/**
 * Tells the API when the permission is gone. A browser may say so by `pushsubscriptionchange` (W3C Push API,
 * section 3, "Security and privacy considerations"), and shows no notification then (Notifications API,
 * "showNotification": a TypeError).
 */
async function leaveIfWithdrawn(): Promise<void> {
  if (Notification.permission !== 'granted') await tellWithdrawn(self.registration.scope);
}

/** Reports a receipt or click. Never rejects: a failed report must not stop the notification or the link. */
async function report(endpoint: string | null): Promise<void> {
  if (endpoint === null) return;
  await fetch(endpoint, { method: 'POST', keepalive: true, credentials: 'omit' }).catch(() => undefined);
}
