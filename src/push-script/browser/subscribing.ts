import { trace } from './console.js';
import { fetchIsActive, postContact, putSubscription, type SubscriptionBody } from './contact-api.js';
import { loadContact, saveContact, type StoredContact } from './contact-store.js';
import { describe, Failure, isFailure, within } from './failure.js';
import { isPruned } from './pruned-contact.js';

/** The contact, existing or new, that a subscription is made for. */
export interface Subscriber extends Pick<StoredContact, 'apiUrl' | 'domain' | 'visitorGuid' | 'siteUrl'> {
  readonly vapidPublicKey: string;
}

/**
 * Subscribes the worker's registration, unless it is subscribed with this key already, and sends the
 * subscription to the API: an existing contact gets the new subscription, otherwise a contact is registered.
 * Permission must be granted. Throws a Failure when the browser's push service or the API does not accept it;
 * a later call tries again.
 * @param replacedAuth the `auth` of a subscription that the browser has just replaced.
 */
export async function subscribe(
  registration: ServiceWorkerRegistration,
  subscriber: Subscriber,
  replacedAuth?: string,
): Promise<StoredContact> {
  const { vapidPublicKey } = subscriber;
  const before = await registration.pushManager.getSubscription();
  const subscription = toBody(await ensureSubscription(registration, vapidPublicKey), vapidPublicKey);
  const { endPoint } = subscription;
  const known = await loadKnown(registration.scope, subscriber.domain);
  // A push service may give the same endpoint again for another key.
  if (known?.endpoint === endPoint && known.vapidPublicKey === vapidPublicKey) return known;
  const contact = {
    ...subscriber,
    visitorGuid: known?.visitorGuid ?? subscriber.visitorGuid,
    deviceToken: known?.deviceToken ?? (await deviceTokenFor(subscriber.domain, before?.endpoint ?? endPoint)),
    endpoint: endPoint,
    auth: subscription.keys.auth,
    checkedAt: Date.now(),
    isWithdrawn: false,
  };
  // Without a stored contact the replaced subscription still says which one it was.
  const mayExist = known !== undefined || (before !== null && before.endpoint !== endPoint);
  const previousAuth = known?.auth ?? replacedAuth ?? (before === null ? undefined : readAuth(before));
  const body = { ...subscription, previousAuth };
  const isReplaced = mayExist && (await replaceSubscription(contact, body));
  if (!isReplaced) await register(contact, body);
  await saveContact(registration.scope, contact);
  return contact;
}

/**
 * Ends the browser's subscription when the API has pruned or lost its contact, so that `subscribe` makes a
 * new one and registers the contact again under its visitor guid. Without a stored contact the API is asked
 * for the one that this subscription would have.
 * @param mustAsk as in `isPruned`.
 */
export async function endPrunedSubscription(
  registration: ServiceWorkerRegistration,
  { apiUrl, domain }: Pick<StoredContact, 'apiUrl' | 'domain'>,
  mustAsk: boolean,
): Promise<void> {
  const { scope } = registration;
  const known = await loadKnown(scope, domain);
  if (known !== undefined) {
    if (!(await isPruned(scope, apiUrl, known, mustAsk))) return;
    // A push service may give the same endpoint again; it must not be taken for one that the API knows.
    await saveContact(scope, { ...known, endpoint: null });
  }
  const current = await registration.pushManager.getSubscription();
  if (current === null) return;
  const isUnknown = known === undefined && (await isLost(apiUrl, domain, current.endpoint));
  if (known !== undefined || isUnknown) await makeRoom(registration, current);
}

/** Resolves with the device token that a contact of the current subscription has; undefined without one. */
export async function deriveDeviceToken(
  { pushManager }: ServiceWorkerRegistration,
  domain: string,
): Promise<string | undefined> {
  const current = await pushManager.getSubscription();
  return current === null ? undefined : deviceTokenFor(domain, current.endpoint);
}

/**
 * Ends the browser's subscription, unless the site's own worker has replaced it by another. From then on the
 * push service returns 410. Throws a Failure when that fails.
 */
export async function unsubscribe(registration: ServiceWorkerRegistration): Promise<void> {
  const current = await registration.pushManager.getSubscription();
  const endpoint = (await loadContact(registration.scope))?.endpoint ?? current?.endpoint;
  if (current !== null && current.endpoint === endpoint) await end(current);
}

async function loadKnown(scope: string, domain: string): Promise<StoredContact | undefined> {
  const stored = await loadContact(scope);
  return stored?.domain === domain ? stored : undefined;
}

async function isLost(apiUrl: string, domain: string, endpoint: string): Promise<boolean> {
  return (await fetchIsActive(apiUrl, domain, await deviceTokenFor(domain, endpoint))) === false;
}

async function ensureSubscription(
  registration: ServiceWorkerRegistration,
  vapidPublicKey: string,
): Promise<PushSubscription> {
  const current = await registration.pushManager.getSubscription();
  const key = current?.options.applicationServerKey;
  if (current && key && toBase64Url(key) === withoutPadding(vapidPublicKey)) return current;
  // A subscription belongs to one key (W3C Push API, section 7.2); messages signed with another are refused.
  if (current && key) await makeRoom(registration, current);
  trace('the push service is asked for a subscription');
  const options = { userVisibleOnly: true, applicationServerKey: withoutPadding(vapidPublicKey) };
  return within(subscribeAnew(registration, options), 'push-service-timeout');
}

async function subscribeAnew(
  registration: ServiceWorkerRegistration,
  options: PushSubscriptionOptionsInit,
): Promise<PushSubscription> {
  const { pushManager } = registration;
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // The registration has a subscription of another key that the browser did not show (Push API, 7.2).
    const other = nameOf(error) === 'InvalidStateError' ? await pushManager.getSubscription() : null;
    if (other === null) throw toPushFailure(error);
    await makeRoom(registration, other);
    return pushManager.subscribe(options).catch((again: unknown) => {
      throw toPushFailure(again);
    });
  }
}

/** Ends a subscription that is to be replaced. */
async function makeRoom(registration: ServiceWorkerRegistration, subscription: PushSubscription): Promise<void> {
  await end(subscription);
  // The worker may still be that of another provider: registering a known file again does not fetch it.
  await within(registration.update(), 'worker-timeout').catch(() => undefined);
}

async function end(subscription: PushSubscription): Promise<void> {
  trace('the subscription is ended');
  const ending = subscription.unsubscribe().catch((error: unknown) => {
    throw toPushFailure(error);
  });
  await within(ending, 'push-service-timeout');
}

/** Names the reason of a rejection by `PushManager.subscribe()` (W3C Push API, section 7.2). */
function toPushFailure(error: unknown): Failure {
  const detail = describe(error);
  const name = nameOf(error);
  if (name === 'InvalidAccessError' || name === 'InvalidCharacterError')
    return new Failure('vapid-key-invalid', detail);
  // Chromium's words for a private window, where it supports no push (crbug.com/401439).
  if (name === 'AbortError' && detail.includes('permission denied')) return new Failure('private-window', detail);
  return new Failure(name === 'NotAllowedError' ? 'push-refused' : 'push-service-unreachable', detail);
}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : '';
}

/** The secret of a subscription, base64url (RFC 8291, section 3.2). */
export function readAuth(subscription: PushSubscription): string | undefined {
  return subscription.toJSON().keys?.auth;
}

function toBody(subscription: PushSubscription, vapidPublicKey: string): SubscriptionBody {
  const { endpoint, keys } = subscription.toJSON();
  if (endpoint === undefined || keys?.p256dh === undefined || keys.auth === undefined) {
    throw new Failure('push-service-unreachable', 'The subscription has no keys');
  }
  return { endPoint: endpoint, keys: { p256DH: keys.p256dh, auth: keys.auth }, vapidPublicKey };
}

/** Resolves with false when the API no longer knows the contact. */
async function replaceSubscription(contact: StoredContact, subscription: SubscriptionBody): Promise<boolean> {
  try {
    await putSubscription(contact.apiUrl, contact.deviceToken, subscription);
    trace('the contact has a new subscription');
    return true;
  } catch (error) {
    if (isFailure(error) && error.httpStatus === 404) return false;
    throw error;
  }
}

async function register(
  { apiUrl, domain, deviceToken, visitorGuid }: StoredContact,
  { previousAuth, ...subscription }: SubscriptionBody,
): Promise<void> {
  await postContact(apiUrl, { domain, deviceToken, visitorGuid, previousAuth, subscription });
  trace('the contact is registered');
}

/**
 * Derives the contact's device token: SHA-256 of domain and first endpoint. It stays when the endpoint
 * changes.
 */
async function deviceTokenFor(domain: string, endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${domain} ${endpoint}`));
  return toBase64Url(digest);
}

function toBase64Url(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return withoutPadding(btoa(binary).replace(/\+/g, '-').replace(/\//g, '_'));
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, '');
}
