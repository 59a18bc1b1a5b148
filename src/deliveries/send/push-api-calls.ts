import { MAX_LENGTH } from '../../core/validation/limits.js';
import type { Message } from '../../messages/messages.repository.js';
import { type FieldValues, replacePlaceholders } from '../../messages/placeholders.js';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import type { ValuesLookup } from './batch-reader.js';
import { atMost, chunkBySize, halve, MAX_CALL_BYTES } from './call-size.js';

/** Most subscriptions in one call. */
const SUBSCRIPTIONS_LIMIT = 100;

/** More than the names of a call's properties, and of one recipient's, take with their punctuation. */
const CALL_NAMES_BYTES = 1_000;
const SUBSCRIPTION_NAMES_BYTES = 200;
const COMMA_BYTES = 1;

export interface SubscribedContact extends Recipient {
  readonly subscription: NonNullable<Recipient['subscription']>;
}

/** One request to PushApi: contacts with the same kind of address that get the same title and body. */
export type Call = { readonly title: string; readonly body: string } & (
  | { readonly by: 'device-token'; readonly contacts: readonly Recipient[] }
  | { readonly by: 'subscription'; readonly contacts: readonly SubscribedContact[] }
);

/**
 * Divides recipients into as few calls as possible. A contact with a subscription is sent to by it, any other
 * by its device token. Contacts share a call when title and body are the same once placeholders are replaced.
 *
 * @param tokensLimit the most device tokens in one call; a call has at most 100 subscriptions, and at most
 *   MAX_CALL_BYTES unless it has one contact.
 * @param measureLinks the bytes of a contact's tracking links, about the same for all of a message.
 */
export function divideIntoCalls(
  message: Message,
  recipients: readonly Recipient[],
  lookUpValues: ValuesLookup,
  tokensLimit: number,
  measureLinks: (contactId: string) => number = () => 0,
): Call[] {
  const messageBytes = Buffer.byteLength(JSON.stringify(message)) + CALL_NAMES_BYTES;
  return groupByText(message, recipients, lookUpValues).flatMap(({ contacts, title, body }) => {
    const bySubscription = contacts.filter(isSubscribed);
    const byToken = contacts.filter((contact) => !isSubscribed(contact));
    const bytes = MAX_CALL_BYTES - messageBytes - atMost(title) - atMost(body);
    const [firstSubscribed] = bySubscription;
    const links = firstSubscribed === undefined ? 0 : measureLinks(firstSubscribed.id) + SUBSCRIPTION_NAMES_BYTES;
    const tokenParts = chunkBySize(
      byToken,
      { items: tokensLimit, bytes },
      ({ deviceToken }, measureText) => measureText(deviceToken) + COMMA_BYTES,
    );
    const subscriptionParts = chunkBySize(
      bySubscription,
      { items: SUBSCRIPTIONS_LIMIT, bytes },
      ({ subscription: { endpoint, p256dh, auth, vapid_public_key: key = '' } }, measureText) =>
        measureText(endpoint) + measureText(p256dh) + measureText(auth) + measureText(key) + links,
    );
    return [
      ...tokenParts.map((part): Call => ({ by: 'device-token', contacts: part, title, body })),
      ...subscriptionParts.map((part): Call => ({ by: 'subscription', contacts: part, title, body })),
    ];
  });
}

/** Divides a call that is too large for PushApi; empty when it has one contact. */
export function divideCall(call: Call): Call[] {
  if (call.contacts.length < 2) return [];
  // Not one expression: TypeScript would lose which kind of contacts the call has.
  if (call.by === 'device-token') return halve(call.contacts).map((contacts) => ({ ...call, contacts }));
  return halve(call.contacts).map((contacts) => ({ ...call, contacts }));
}

/** The call without these contacts. */
export function leaveOut(call: Call, ids: ReadonlySet<string>): Call {
  // Not one expression, for the same reason.
  if (call.by === 'device-token') return { ...call, contacts: call.contacts.filter(({ id }) => !ids.has(id)) };
  return { ...call, contacts: call.contacts.filter(({ id }) => !ids.has(id)) };
}

function isSubscribed(contact: Recipient): contact is SubscribedContact {
  return contact.subscription !== null;
}

interface SameText {
  readonly title: string;
  readonly body: string;
  readonly contacts: Recipient[];
}

function groupByText(message: Message, recipients: readonly Recipient[], lookUpValues: ValuesLookup): SameText[] {
  const groups = new Map<string, SameText>();
  const plain = renderText(message, new Map());
  for (const contact of recipients) {
    const values = lookUpValues(contact);
    const { key, title, body } = values.size === 0 ? plain : renderText(message, values);
    const group = groups.get(key);
    if (group) group.contacts.push(contact);
    else groups.set(key, { title, body, contacts: [contact] });
  }
  return [...groups.values()];
}

function renderText(message: Message, values: FieldValues): { key: string; title: string; body: string } {
  const title = shown(message.title, values, MAX_LENGTH.title);
  const body = shown(message.body, values, MAX_LENGTH.body);
  return { key: `${title.length}:${title}${body}`, title, body };
}

/** Cuts a text that values made longer than PushApi accepts. Half of a surrogate pair is no valid UTF-8. */
function shown(text: string, values: FieldValues, maxLength: number): string {
  return replacePlaceholders(text, values)
    .slice(0, maxLength)
    .replace(/[\uD800-\uDBFF]$/, '');
}
