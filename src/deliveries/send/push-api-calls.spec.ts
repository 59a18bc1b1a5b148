import type { Message } from '../../messages/messages.repository.js';
import { divideIntoCalls } from './push-api-calls.js';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import type { FieldValues } from '../../messages/placeholders.js';

const message = {
  title: 'Hi [[[name]]]',
  body: 'b',
  onClickLink: null,
  imageUrl: null,
  iconUrl: null,
  badgeUrl: null,
  actions: [],
  utm: null,
} as unknown as Message;

interface Sample {
  readonly contact: Recipient;
  readonly values: FieldValues;
}

function divide(message: Message, recipients: readonly Sample[], limit: number): ReturnType<typeof divideIntoCalls> {
  const values = new Map(recipients.map((each) => [each.contact.id, each.values]));
  const lookUpValues = ({ id }: Recipient): FieldValues => values.get(id) ?? new Map();
  return divideIntoCalls(
    message,
    recipients.map(({ contact }) => contact),
    lookUpValues,
    limit,
  );
}

function recipient(id: string, values: Record<string, string> = {}, isSubscribed = false): Sample {
  const subscription = isSubscribed ? { endpoint: `https://${id}`, p256dh: 'p', auth: 'a' } : null;
  const contact = { id, deviceToken: id, visitorGuid: null, subscription };
  return { contact, values: new Map(Object.entries(values)) };
}

function recipients(count: number, isSubscribed: boolean): Sample[] {
  return Array.from({ length: count }, (_, index) =>
    recipient(`${isSubscribed ? 's' : 't'}${index}`, {}, isSubscribed),
  );
}

function sizes(calls: ReturnType<typeof divideIntoCalls>): [string, number][] {
  return calls.map(({ by, contacts }) => [by, contacts.length]);
}

describe('divideIntoCalls', () => {
  it('divides by kind of address, at the limit of each', () => {
    const all = [...recipients(401, false), ...recipients(201, true)];
    const calls = divide(message, all, 200);
    expect(sizes(calls)).toEqual([
      ['device-token', 200],
      ['device-token', 200],
      ['device-token', 1],
      ['subscription', 100],
      ['subscription', 100],
      ['subscription', 1],
    ]);
    const ids = calls.flatMap(({ contacts }) => contacts.map(({ id }) => id));
    expect(ids.sort()).toEqual(all.map(({ contact }) => contact.id).sort());
  });

  it('returns no call without recipients and one call for exactly the limit', () => {
    expect(divide(message, [], 200)).toEqual([]);
    expect(sizes(divide(message, recipients(100, true), 200))).toEqual([['subscription', 100]]);
  });

  it('puts contacts with the same title and body into one call, whatever their other values', () => {
    const calls = divide(
      message,
      [
        recipient('a', { name: 'Ana' }),
        recipient('b', { name: 'Bea' }),
        recipient('c', { name: 'Ana', other: 'x' }),
        recipient('d'),
        recipient('e', { other: 'x' }),
        recipient('f', { name: 'Ana' }, true),
      ],
      200,
    );
    expect(
      calls.map(({ by, content, contacts }) => [by, content.title, contacts.map(({ id }) => id).join('')]),
    ).toEqual([
      ['device-token', 'Hi Ana', 'ac'],
      ['subscription', 'Hi Ana', 'f'],
      ['device-token', 'Hi Bea', 'b'],
      ['device-token', 'Hi [[[name]]]', 'de'],
    ]);
  });

  it('keeps contacts apart whose title and body are equal only when joined', () => {
    const both = { ...message, title: '[[[a]]]', body: '[[[b]]]' };
    const calls = divide(both, [recipient('x', { a: 'ab', b: 'c' }), recipient('y', { a: 'a', b: 'bc' })], 200);
    expect(calls.map(({ content: { title, body } }) => [title, body])).toEqual([
      ['ab', 'c'],
      ['a', 'bc'],
    ]);
  });

  it('cuts title and body that values made too long, but not within a character', () => {
    const long = { ...message, title: '[[[a]]]', body: '[[[a]]]' };
    const [call] = divide(long, [recipient('x', { a: `${'x'.repeat(1_023)}😀${'y'.repeat(9_000)}` })], 200);
    expect(call?.content.title).toBe('x'.repeat(1_023));
    expect(call?.content.body).toHaveLength(8_192);
  });
});
