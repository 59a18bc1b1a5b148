import { MessageTemplate, type RenderedMessage } from '../../messages/message-template.js';
import type { Message } from '../../messages/messages.repository.js';
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

/** One request to PushApi: contacts with the same kind of address that get the same texts and links. */
export type Call = { readonly content: RenderedMessage } & (
  | { readonly by: 'device-token'; readonly contacts: readonly Recipient[] }
  | { readonly by: 'subscription'; readonly contacts: readonly SubscribedContact[] }
);

/**
 * Divides recipients into as few calls as possible. A contact with a subscription is sent to by it, any other
 * by its device token. Contacts share a call when texts and links are the same once placeholders are
 * replaced.
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
  const template = new MessageTemplate(message);
  const messageBytes = Buffer.byteLength(JSON.stringify({ ...message, ...template.plainLinks })) + CALL_NAMES_BYTES;
  return groupByContent(template, recipients, lookUpValues).flatMap(({ contacts, content }) => {
    const bySubscription = contacts.filter(isSubscribed);
    const byToken = contacts.filter((contact) => !isSubscribed(contact));
    const bytes = MAX_CALL_BYTES - messageBytes - atMost(content.key);
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
      ...tokenParts.map((part): Call => ({ by: 'device-token', contacts: part, content })),
      ...subscriptionParts.map((part): Call => ({ by: 'subscription', contacts: part, content })),
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

interface SameContent {
  readonly content: RenderedMessage;
  readonly contacts: Recipient[];
}

function groupByContent(
  template: MessageTemplate,
  recipients: readonly Recipient[],
  lookUpValues: ValuesLookup,
): SameContent[] {
  const groups = new Map<string, SameContent>();
  const plain = template.render(new Map());
  for (const contact of recipients) {
    const values = lookUpValues(contact);
    const content = values.size === 0 ? plain : template.render(values);
    const group = groups.get(content.key);
    if (group) group.contacts.push(contact);
    else groups.set(content.key, { content, contacts: [contact] });
  }
  return [...groups.values()];
}
