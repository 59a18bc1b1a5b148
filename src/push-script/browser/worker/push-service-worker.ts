import { PAYLOAD_SOURCE, type PushPayloadData } from '../../payload.js';
import { isOwnData, isOwnPayload, readPayload, readPayloadData } from '../../read-payload.js';
import { fetchVapidPublicKey } from '../contact-api.js';
import { loadContact } from '../contact-store.js';
import { tellWithdrawn } from '../leaving.js';
import { readAuth, subscribe } from '../subscribing.js';
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

/** What is before the last word of the path, and the query, which signs the link. */
const RECEIVED = /^([^?#]*)\/received(\?[^#]*)?$/;

// The site may import this file into its own worker: it neither skips waiting nor claims pages, which are for
// the site to decide, and it leaves alone what is not of this product.
self.addEventListener('push', (event) => {
  const declared = readDeclared(event);
  if (declared !== null) {
    if (isOwnData(declared.data)) event.waitUntil(report(readPayloadData(declared.data).receivedEventEndpoint));
    return;
  }
  const text = event.data?.text() ?? '';
  if (isOwnPayload(text) || isWorkerOfPushScript()) event.waitUntil(receive(text));
});

self.addEventListener('notificationclick', (event) => {
  // A browser that opens its address itself does so through the API, which counts the click.
  if (!isOwnData(event.notification.data) || isDeclared(event.notification)) return;
  event.notification.close();
  event.waitUntil(click(event.notification.data, event.action));
});

self.addEventListener('notificationclose', (event) => {
  if (isOwnData(event.notification.data)) event.waitUntil(reportDismissal(event.notification.data));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  // The members are optional (W3C Push API, section 10.4); TypeScript's library lacks them.
  const { oldSubscription } = event as { readonly oldSubscription?: PushSubscription | null };
  event.waitUntil(renew(oldSubscription ?? undefined));
});

/**
 * The notification that the browser shows unless the worker shows another (W3C Push API, `PushEvent`). Its
 * event may have no data.
 */
function readDeclared(event: PushEvent): Notification | null {
  return (event as { readonly notification?: Notification | null }).notification ?? null;
}

/** Whether a click opens an address without the worker (Notifications standard, `navigate`). */
function isDeclared(notification: Notification): boolean {
  return Boolean((notification as { readonly navigate?: string }).navigate);
}

/**
 * Returns whether the worker is registered with the default scope, or one below: then every push is of this
 * product, and one that cannot be read is shown too.
 */
function isWorkerOfPushScript(): boolean {
  return new URL(self.registration.scope).pathname.startsWith('/push-script/');
}

async function receive(text: string): Promise<void> {
  const { title, body, icon, image, data, actions, options } = readPayload(text, self.location.hostname);
  const shown: ShownNotification = {
    body,
    data,
    ...(icon !== null && { icon }),
    ...(image !== null && { image }),
    ...(data.messageId !== null && { tag: data.messageId }),
    ...options,
    actions: actions.map(({ icon: actionIcon, ...action }) => ({
      ...action,
      ...(actionIcon !== null && { icon: actionIcon }),
    })),
  };
  await self.registration.showNotification(title, shown).catch(async (error: unknown) => {
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
  await Promise.allSettled([openWith(link, data, action), report(endpoint)]);
}

/** Gives the message's data to the page that it opens, where that is of the worker's origin. */
async function openWith(link: string | null, { messageId, data }: PushPayloadData, action: string): Promise<void> {
  const page = await open(link);
  if (data !== undefined) page?.postMessage({ source: PAYLOAD_SOURCE, event: 'click', messageId, action, data });
}

async function open(link: string | null): Promise<WindowClient | null> {
  if (link !== null) return openLink(self.clients, link);
  const contact = await loadContact(self.registration.scope);
  return openSite(self.clients, contact?.siteUrl ?? self.location.origin);
}

/** A message has no link for it: it is the one of receipts with another word at its end. */
async function reportDismissal(notificationData: unknown): Promise<void> {
  const { receivedEventEndpoint } = readPayloadData(notificationData);
  const [, base, query = ''] = RECEIVED.exec(receivedEventEndpoint ?? '') ?? [];
  if (base !== undefined) await report(`${base}/dismissed${query}`);
}

/** Sends a subscription that the browser has renewed to the API; the contact keeps its device token. */
async function renew(old: PushSubscription | undefined): Promise<void> {
  await leaveIfWithdrawn();
  const contact = await loadContact(self.registration.scope);
  if (contact === undefined || contact.vapidPublicKey === null || contact.isWithdrawn === true) return;
  // The subscription was of the site's own worker.
  if (old !== undefined && old.endpoint !== contact.endpoint) return;
  const { apiUrl, domain, vapidPublicKey: oldKey } = contact;
  const vapidPublicKey = await fetchVapidPublicKey(apiUrl, domain).catch(() => oldKey);
  await subscribe(self.registration, { ...contact, vapidPublicKey }, old && readAuth(old));
}

/**
 * Tells the API when the permission is gone. A browser may say so by `pushsubscriptionchange` (W3C Push API,
 * section 3, "Security and privacy considerations"), and shows no notification then (Notifications API,
 * "showNotification": a TypeError).
 */
async function leaveIfWithdrawn(): Promise<void> {
  if (Notification.permission !== 'granted') await tellWithdrawn(self.registration.scope);
}

/**
 * Reports a receipt, a click or a dismissal. Never rejects: a failed report must not stop the notification or
 * the link.
 */
async function report(endpoint: string | null): Promise<void> {
  if (endpoint === null) return;
  await fetch(endpoint, { method: 'POST', keepalive: true, credentials: 'omit' }).catch(() => undefined);
}
