import type { Connection } from 'mongoose';
import { ContactTokens } from '../../src/push-contacts/tokens/contact-tokens.js';
import { CONTACT_TOKEN, contactTokenSchema } from '../../src/push-contacts/tokens/contact-tokens.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { TokenEntries } from '../../src/push-contacts/tokens/token-entries.js';
import type { Moment, StoredDocument } from './test-database.js';

/** What finds contacts by token with CONTACT_KEY=`key`, on a connection of a test. */
export function newContactTokens(connection: Connection, key: 'token' | 'domain'): ContactTokens {
  if (key === 'token') return new IndexedTokens();
  return new TokenEntries(connection.model(CONTACT_TOKEN, contactTokenSchema) as never);
}

/** What `contactTokens` has to have by the contacts, and what it has. */
export async function compareTokens(moment: Moment): Promise<{ wanted: unknown; stored: unknown }> {
  const contacts = await moment.find('push-contacts', {});
  const wanted = contacts.map(({ _id, domain, device_token: token }) => ({ _id: token, domain, contact_id: _id }));
  return { wanted: sort(wanted), stored: sort(await moment.find('contactTokens', {})) };
}

function sort(documents: readonly StoredDocument[]): unknown {
  return documents.toSorted((one, other) => (String(one._id) < String(other._id) ? -1 : 1));
}
