import { fetchIsActive } from './contact-api.js';
import { saveContact, type StoredContact } from './contact-store.js';

/** How long the API's word that a contact is active is believed. */
const CHECK_AFTER_MS = 86_400_000;

/**
 * Returns whether the API has pruned or lost this contact, asking it at most once a day; false when it does
 * not say. Never rejects.
 * @param mustAsk asks now, as when the visitor wants to subscribe.
 */
export async function isPruned(
  scope: string,
  apiUrl: string,
  contact: StoredContact,
  mustAsk: boolean,
): Promise<boolean> {
  const age = Date.now() - (contact.checkedAt ?? 0);
  // A time in the future is of a clock that was wrong.
  if (!mustAsk && age >= 0 && age < CHECK_AFTER_MS) return false;
  const isActive = await fetchIsActive(apiUrl, contact.domain, contact.deviceToken);
  if (isActive === true) await saveContact(scope, { ...contact, checkedAt: Date.now() });
  return isActive === false;
}
