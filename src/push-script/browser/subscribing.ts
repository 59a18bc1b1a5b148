import { postContact, putSubscription, type SubscriptionBody } from './contact-api.js';
import { loadContact, saveContact, type StoredContact } from './contact-store.js';

/** Whom a subscription is made for. */
export interface Subscriber extends Pick<StoredContact, 'apiUrl' | 'domain' | 'visitorGuid' | 'siteUrl'> {
  readonly vapidPublicKey: string;
}

/**
 * Subscribes the worker's registration, where it is not subscribed with this key yet, and makes the API know the
 * subscription: a contact that it knew before gets the new one, any other is registered. Permission must be granted.
 * Throws when the browser's push service or the API does not accept it; the next call tries again.
 */
export async function subscribe(
  registration: ServiceWorkerRegistration,
  subscriber: Subscriber,
): Promise<StoredContact> {
  const subscription = toBody(await ensureSubscription(registration.pushManager, subscriber.vapidPublicKey));
  const { endPoint } = subscription;
  const stored = await loadContact(registration.scope);
  const known = stored?.domain === subscriber.domain ? stored : undefined;
  if (known?.endpoint === endPoint) return known;
  const contact = {
    ...subscriber,
    visitorGuid: known?.visitorGuid ?? subscriber.visitorGuid,
    deviceToken: known?.deviceToken ?? (await deviceTokenFor(subscriber.domain, endPoint)),
    endpoint: endPoint,
  };
  const isReplaced = known !== undefined && (await replaceSubscription(known, subscription));
  if (!isReplaced) await register(contact, subscription);
  await saveContact(registration.scope, contact);
  return contact;
}

/** Ends the browser's subscription. The push service then answers 410 for it, by which the API learns that it is gone. */
export async function unsubscribe(registration: ServiceWorkerRegistration): Promise<void> {
  await (await registration.pushManager.getSubscription())?.unsubscribe();
}

async function ensureSubscription(pushManager: PushManager, vapidPublicKey: string): Promise<PushSubscription> {
  const current = await pushManager.getSubscription();
  if (current !== null) {
    const key = current.options.applicationServerKey;
    if (key === null || toBase64Url(key) === vapidPublicKey.replace(/=+$/, '')) return current;
    // A subscription belongs to one key (W3C Push API, section 7.2): with another one its messages would be refused.
    await current.unsubscribe();
  }
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: vapidPublicKey });
}

function toBody(subscription: PushSubscription): SubscriptionBody {
  const { endpoint, keys } = subscription.toJSON();
  if (endpoint === undefined || keys?.p256dh === undefined || keys.auth === undefined) {
    throw new Error('The subscription has no keys');
  }
  return { endPoint: endpoint, keys: { p256DH: keys.p256dh, auth: keys.auth } };
}

/** False when the API does not know the contact any more. */
async function replaceSubscription(known: StoredContact, subscription: SubscriptionBody): Promise<boolean> {
  const result = await putSubscription(known.apiUrl, known.deviceToken, subscription);
  if (result === 'accepted' || result === 'unknown') return result === 'accepted';
  throw new Error(`The new subscription: ${result}`);
}

async function register(contact: StoredContact, subscription: SubscriptionBody): Promise<void> {
  const { apiUrl, domain, deviceToken, visitorGuid } = contact;
  const result = await postContact(apiUrl, { domain, deviceToken, visitorGuid, subscription });
  if (result !== 'accepted') throw new Error(`The registration: ${result}`);
}

/** A contact needs a device token: SHA-256 of domain and first endpoint. It stays when the browser changes the endpoint. */
async function deviceTokenFor(domain: string, endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${domain} ${endpoint}`));
  return toBase64Url(digest);
}

function toBase64Url(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
