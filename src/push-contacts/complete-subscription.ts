import type { SubscriptionRequest } from './push-contacts.dto.js';
import type { StoredSubscription } from './push-contacts.schema.js';

/** Returns the subscription when it has an absolute endpoint and both keys, else null. */
export function completeSubscription(subscription: SubscriptionRequest | null | undefined): StoredSubscription | null {
  const endpoint = textOrNull(subscription?.endPoint);
  const p256dh = textOrNull(subscription?.keys?.p256DH);
  const auth = textOrNull(subscription?.keys?.auth);
  if (endpoint === null || p256dh === null || auth === null || !URL.canParse(endpoint)) return null;
  const key = textOrNull(subscription?.vapidPublicKey);
  return { endpoint, p256dh, auth, ...(key !== null && { vapid_public_key: key }) };
}

/** Returns null for a text that is missing or blank. */
export function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}
