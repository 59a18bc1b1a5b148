import { MAX_LENGTH } from '../core/limits.js';
import type { Message } from '../messages/messages.repository.js';
import { replacePlaceholders } from '../messages/placeholders.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import type { Recipient } from './recipients.service.js';

/** Subscriptions in one call of PushApi. */
const SUBSCRIPTIONS_LIMIT = 100;

/** One call of PushApi: contacts that are reached in the same way and are shown the same. */
export interface Call {
  readonly by: 'device-token' | 'subscription';
  readonly contacts: readonly ContactToReach[];
  readonly title: string;
  readonly body: string;
}

/**
 * Divides recipients into as few calls as possible. A contact with a subscription is reached by it, any other by its
 * device token; those whose placeholders stand for the same share calls.
 */
export function divideIntoCalls(message: Message, recipients: readonly Recipient[], tokensLimit: number): Call[] {
  return groupByText(message, recipients).flatMap(({ contacts, title, body }) => {
    const bySubscription = contacts.filter(({ subscription }) => subscription !== null);
    const byToken = contacts.filter(({ subscription }) => subscription === null);
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

interface SameText {
  readonly title: string;
  readonly body: string;
  readonly contacts: ContactToReach[];
}

function groupByText(message: Message, recipients: readonly Recipient[]): SameText[] {
  const groups = new Map<string, SameText>();
  for (const { contact, values } of recipients) {
    const title = values.size === 0 ? message.title : shown(message.title, values, MAX_LENGTH.title);
    const body = values.size === 0 ? message.body : shown(message.body, values, MAX_LENGTH.body);
    const key = `${title.length}:${title}${body}`;
    const group = groups.get(key);
    if (group) group.contacts.push(contact);
    else groups.set(key, { title, body, contacts: [contact] });
  }
  return [...groups.values()];
}

/** Values can make a text longer than what PushApi takes of it; half of a surrogate pair would not be UTF-8. */
function shown(text: string, values: Recipient['values'], maxLength: number): string {
  return replacePlaceholders(text, values)
    .slice(0, maxLength)
    .replace(/[\uD800-\uDBFF]$/, '');
}

function slices<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
