import { MAX_LENGTH } from '../core/limits.js';
import { slices } from '../core/slices.js';
import type { Message } from '../messages/messages.repository.js';
import { type FieldValues, replacePlaceholders } from '../messages/placeholders.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import type { ValuesOf } from './recipients.service.js';

/** Subscriptions in one call of PushApi. */
const SUBSCRIPTIONS_LIMIT = 100;

export interface SubscribedContact extends ContactToReach {
  readonly subscription: NonNullable<ContactToReach['subscription']>;
}

/** One call of PushApi: contacts that are reached in the same way and are shown the same. */
export type Call = { readonly title: string; readonly body: string } & (
  | { readonly by: 'device-token'; readonly contacts: readonly ContactToReach[] }
  | { readonly by: 'subscription'; readonly contacts: readonly SubscribedContact[] }
);

/**
 * Divides recipients into as few calls as possible. A contact with a subscription is reached by it, any other by its
 * device token; those whose placeholders stand for the same share calls.
 */
export function divideIntoCalls(
  message: Message,
  recipients: readonly ContactToReach[],
  valuesOf: ValuesOf,
  tokensLimit: number,
): Call[] {
  return groupByText(message, recipients, valuesOf).flatMap(({ contacts, title, body }) => {
    const bySubscription = contacts.filter(isSubscribed);
    const byToken = contacts.filter((contact) => !isSubscribed(contact));
    return [
      ...slices(byToken, tokensLimit).map((slice): Call => ({ by: 'device-token', contacts: slice, title, body })),
      ...slices(bySubscription, SUBSCRIPTIONS_LIMIT).map((slice): Call => ({
        by: 'subscription',
        contacts: slice,
        title,
        body,
      })),
    ];
  });
}

function isSubscribed(contact: ContactToReach): contact is SubscribedContact {
  return contact.subscription !== null;
}

interface SameText {
  readonly title: string;
  readonly body: string;
  readonly contacts: ContactToReach[];
}

function groupByText(message: Message, recipients: readonly ContactToReach[], valuesOf: ValuesOf): SameText[] {
  const groups = new Map<string, SameText>();
  const plain = textOf(message, new Map());
  for (const contact of recipients) {
    const values = valuesOf(contact);
    const { key, title, body } = values.size === 0 ? plain : textOf(message, values);
    const group = groups.get(key);
    if (group) group.contacts.push(contact);
    else groups.set(key, { title, body, contacts: [contact] });
  }
  return [...groups.values()];
}

function textOf(message: Message, values: FieldValues): { key: string; title: string; body: string } {
  const title = shown(message.title, values, MAX_LENGTH.title);
  const body = shown(message.body, values, MAX_LENGTH.body);
  return { key: `${title.length}:${title}${body}`, title, body };
}

/** Values can make a text longer than what PushApi takes of it; half of a surrogate pair would not be UTF-8. */
function shown(text: string, values: FieldValues, maxLength: number): string {
  return replacePlaceholders(text, values)
    .slice(0, maxLength)
    .replace(/[\uD800-\uDBFF]$/, '');
}
