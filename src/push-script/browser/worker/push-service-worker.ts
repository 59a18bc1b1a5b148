import { readPayload, readPayloadData } from '../../read-payload.js';
import { loadContact } from '../contact-store.js';
import { subscribe } from '../subscribing.js';
import { openLink, openSite } from './windows.js';

declare const self: ServiceWorkerGlobalScope;

/** TypeScript's library leaves out what not every browser has (MDN, "ServiceWorkerRegistration.showNotification()"). */
interface ShownNotification extends NotificationOptions {
  readonly image?: string;
  readonly actions: readonly { action: string; title: string; icon?: string }[];
}

// A new version takes over at once: it serves no page, so none can be confused by it.
self.addEventListener('install', () => void self.skipWaiting());

self.addEventListener('push', (event) => {
  event.waitUntil(receive(event.data?.text() ?? ''));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(click(event.notification.data, event.action));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renew());
});

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
  await self.registration.showNotification(title, options);
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

/** The browser has replaced or ended the subscription: the API learns the new one under the contact's old device token. */
async function renew(): Promise<void> {
  const contact = await loadContact(self.registration.scope);
  if (contact === undefined || contact.vapidPublicKey === null) return;
  await subscribe(self.registration, { ...contact, vapidPublicKey: contact.vapidPublicKey });
}

/** Tells the API what happened; a report that fails must not keep the notification or the link from the visitor. */
async function report(endpoint: string | null): Promise<void> {
  if (endpoint === null) return;
  await fetch(endpoint, { method: 'POST', keepalive: true, credentials: 'omit' }).catch(() => undefined);
}
