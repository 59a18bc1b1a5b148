import type { ContactTotals } from '../push-contacts/counting/contact-totals.repository.js';
import type { ContactsStatsResponse } from './domains.dto.js';

const NO_CONTACTS: ContactTotals = { active: 0, deleted: 0, unsubscribed: 0 };

/** What a response says of the contacts of a domain; zeros for a domain without contacts. */
export function toContactsStats({ active, deleted, unsubscribed } = NO_CONTACTS): ContactsStatsResponse {
  const left = unsubscribed === 0 ? {} : { unsubscribed };
  return { deleted, active, total: deleted + active, ...left };
}
