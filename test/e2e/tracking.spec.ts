import { CLICKED_ACTIONS, clickAway, countedOf, totalOf } from '../support/clicking.js';
import { trackingPath } from '../support/link-signatures.js';
import type { RequestOptions } from '../support/http.js';
import { encryptId, Installation, names } from '../support/installation.js';
import { bsonTypeOf, CLEAN_UP_MS, uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const UNKNOWN_MESSAGE = 'df555721-5135-4b5d-9c6a-7db3565f22ae';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('tracking', { latencyMs: 20 });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
}, CLEAN_UP_MS);

async function track(
  contactId: string,
  messageId: string,
  what: string,
  options: RequestOptions = {},
): Promise<number> {
  const { status, text } = await product.ask('POST', trackingPath(contactId, messageId, what), options);
  expect(text).toBe('');
  return status;
}

/** Stores a message of the domain, and one contact. */
async function messageWithContact(domain: string, contactDomain = domain): Promise<[string, string]> {
  const [contactId = ''] = await product.db.addContacts(contactDomain, [`token of ${domain}`]);
  const actions = [...CLICKED_ACTIONS, { action: 'a/b ñ%', title: 'Other' }];
  return [contactId, await product.store(domain, { title: 'Tracked', actions })];
}

it('each request is counted in the event, the message and the hour, with the right BSON types', async () => {
  const domain = 'counts.example.com';
  const [contactId, messageId] = await messageWithContact(domain);
  const before = Date.now();
  for (const what of ['received', 'clicked', 'clicked', 'actionClick/buy', 'actionClick/a%2Fb%20%C3%B1%25']) {
    expect(await track(contactId, messageId, what)).toBe(202);
  }

  expect(await countedOf(product, messageId)).toEqual([1, 2, 2]);
  const { stats } = await product.counters(messageId);
  expect(stats).toMatchObject({ unique_received: 1, unique_click: 1, unique_action_click: 2 });
  const events = await product.events(messageId, [1, 2, 6]);
  const first = `${contactId}:first:${messageId}`;
  const derived = events.map(({ _id }) => String(_id)).filter((id) => id.includes(':first:'));
  expect(derived.sort()).toEqual([`${first}:1`, `${first}:2`, `${first}:6:a/b ñ%`, `${first}:6:buy`]);
  expect(events.map(({ type, event_descriptor: name }) => [Number(type), name]).sort()).toEqual([
    [1, null],
    [2, null],
    [2, null],
    [6, 'a/b ñ%'],
    [6, 'buy'],
  ]);
  for (const event of events) {
    expect([event.type, event.sub_type, event.date, event.message_id].map(bsonTypeOf)).toEqual([
      'Int32',
      'Int32',
      'Date',
      'Binary',
    ]);
    expect((event.message_id as { sub_type: number }).sub_type).toBe(4);
    const none = { device_token: null, error_message: null };
    expect({ ...event, sub_type: Number(event.sub_type) }).toMatchObject({
      domain,
      push_contact_id: contactId,
      sub_type: 0,
      ...none,
    });
    expect((event.date as Date).getTime()).toBeGreaterThanOrEqual(before);
  }
  const [hour, ...others] = await product.db.find('messageStats', { message_id: uuid(messageId) });
  expect(others).toEqual([]);
  expect(Object.keys(hour ?? {}).sort()).toEqual([
    '_id',
    'action_click',
    'billable_sends',
    'click',
    'date',
    'delivered',
    'domain',
    'message_id',
    'not_delivered',
    'received',
    'sent',
    'unique_action_click',
    'unique_click',
    'unique_received',
  ]);
  for (const name of Object.keys(hour ?? {}).filter(
    (each) => !['_id', 'date', 'domain', 'message_id'].includes(each),
  )) {
    expect([name, bsonTypeOf(hour?.[name])]).toEqual([name, 'Int32']);
  }
  const [message] = await product.db.find('messages', { message_id: uuid(messageId) });
  expect([message?.received, message?.clicks].map(bsonTypeOf)).toEqual(['Int32', 'Int32']);
});

it('domains are compared in any case and counted under the spelling of the message', async () => {
  const [contactId, messageId] = await messageWithContact('Spelled.Example.com', 'spelled.example.COM');
  expect(await track(contactId, messageId, 'clicked')).toBe(202);
  expect(await countedOf(product, messageId)).toEqual([0, 1, 0]);
  const [event] = await product.events(messageId, [2]);
  const [hour] = await product.db.find('messageStats', { message_id: uuid(messageId) });
  expect([event?.domain, hour?.domain]).toEqual(['Spelled.Example.com', 'Spelled.Example.com']);
});

it('a contact that was pruned since is still counted', async () => {
  const [contactId, messageId] = await messageWithContact('pruned.example.com');
  await product.db.update('push-contacts', { _id: contactId }, { $set: { deleted: true } });
  expect(await track(contactId, messageId, 'received')).toBe(202);
  expect(await countedOf(product, messageId)).toEqual([1, 0, 0]);
});

it('a contact of another domain, an unknown contact and an unknown message are accepted and not counted', async () => {
  const [contactId, messageId] = await messageWithContact('mine.example.com');
  const [stranger = ''] = await product.db.addContacts('other.example.com', ['stranger']);
  const events = await product.db.count('webPushEvent');
  for (const what of ['clicked', 'received', 'actionClick/buy']) {
    expect(await track(stranger, messageId, what)).toBe(202);
    expect(await track('66291accdc3ab636288af4ab', messageId, what)).toBe(202);
    expect(await track(contactId, UNKNOWN_MESSAGE, what)).toBe(202);
  }
  expect(await product.db.count('webPushEvent')).toBe(events);
  expect(await product.db.count('messageStats', { message_id: uuid(UNKNOWN_MESSAGE) })).toBe(0);
  expect(await product.db.count('messageStats', { message_id: uuid(messageId) })).toBe(0);
  expect(await countedOf(product, messageId)).toEqual([0, 0, 0]);
});

it('a message that was unknown at first is counted as soon as it is stored', async () => {
  const [contactId] = await messageWithContact('first.example.com');
  const messageId = '11111111-2222-4333-8444-555555555555';
  expect(await track(contactId, messageId, 'clicked')).toBe(202);
  const [template] = await product.db.find('messages', { domain: 'first.example.com' });
  await product.db.insert('messages', [{ ...template, _id: 'stored later', message_id: uuid(messageId) }]);
  expect(await track(contactId, messageId.toUpperCase(), 'clicked')).toBe(202);
  expect(await countedOf(product, messageId)).toEqual([0, 1, 0]);
});

it('an older message without these counters gets them', async () => {
  const [contactId, messageId] = await messageWithContact('old.example.com');
  await product.db.update(
    'messages',
    { message_id: uuid(messageId) },
    { $unset: { clicks: 1, received: 1, billable_sends: 1, actions: 1 } },
  );
  await track(contactId, messageId, 'clicked');
  await track(contactId, messageId, 'received');
  expect(await countedOf(product, messageId)).toEqual([1, 1, 0]);
});

describe('ids and names that are not valid', () => {
  const contact = encryptId('66291accdc3ab636288af4ab');
  const message = encryptId(UNKNOWN_MESSAGE);

  it.each([
    ['a contact id that is not encrypted', '66291accdc3ab636288af4ab', message],
    ['a contact id of other characters', '!!!!', message],
    ['a contact id that was shortened', contact.slice(0, -4), message],
    ['an encrypted text that is no contact id', encryptId('not an object id'), message],
    ['a message id for a contact', message, message],
    ['a message id that is not encrypted', contact, UNKNOWN_MESSAGE],
    ['an encrypted text that is no UUID', contact, encryptId('no uuid')],
    ['a contact id for a message', contact, contact],
    ['a very long id', contact, 'A'.repeat(513)],
  ])('return 400, which does not tell which of them it is: %s', async (_, contactId, messageId) => {
    for (const what of ['clicked', 'received', 'actionClick/buy']) {
      const path = `/push-contacts/${contactId}/messages/${messageId}/${what}`;
      const { status, body, headers } = await product.ask('POST', path, {
        headers: { origin: 'https://site.example' },
      });
      expect(status).toBe(400);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(Object.keys((body as { errors: object }).errors)).toEqual(['encryptedContactId', 'encryptedMessageId']);
    }
  });

  it('return 400 for an action whose name is too long', async () => {
    const path = `/push-contacts/${contact}/messages/${message}/actionClick/`;
    expect((await product.ask('POST', path + 'x'.repeat(128))).status).toBe(202);
    expect((await product.ask('POST', path + 'x'.repeat(129))).status).toBe(400);
  });
});

it.each([
  ['no body but a type of JSON', { headers: { 'content-type': 'application/json' } }],
  ['a body of JSON', { json: { any: 'thing' } }],
  ['an empty object', { raw: '{}' }],
  ['text, as sendBeacon sends it', { raw: 'text', headers: { 'content-type': 'text/plain;charset=UTF-8' } }],
  ['no JSON although it says so', { raw: 'x' }],
])('a tracking request may have %s', async (name, options: RequestOptions) => {
  const [contactId, messageId] = await messageWithContact(`${name.replaceAll(/\W/g, '-')}.example.com`);
  expect(await track(contactId, messageId, 'clicked', options)).toBe(202);
  expect(await countedOf(product, messageId)).toEqual([0, 1, 0]);
});

it('all counters agree under load, together with the broadcast of the same message', async () => {
  const domain = 'load.example.com';
  const contactIds = await product.db.addContacts(domain, [...names('fine', 11_000), ...names('unregistered', 1_000)]);
  const second = await product.startProcess('api');
  const messageId = await product.send(domain, { title: 'Load', actions: CLICKED_ACTIONS });
  const clicking = [product.api, second].map(({ url }) => clickAway(url, contactIds, messageId, 16));

  const isDone = product.finished(messageId, 60_000).finally(async () => {
    await waitFor(
      () => clicking.reduce((sum, { accepted }) => sum + totalOf(accepted), 0),
      (count) => count > 1_000,
    );
    await Promise.all(clicking.map((each) => each.stop()));
  });
  const progress = await isDone;

  expect(progress).toMatchObject({ planned: 12_000, delivered: 11_000, notDelivered: 1_000, state: 'done' });
  const accepted = [0, 1, 2].map((kind) => clicking.reduce((sum, each) => sum + (each.accepted[kind] ?? 0), 0));
  expect(await countedOf(product, messageId)).toEqual(accepted);
  const { message, stats } = await product.counters(messageId);
  const sends = { sent: 12_000, delivered: 11_000, not_delivered: 1_000, billable_sends: 12_000 };
  expect([message, stats]).toEqual([expect.objectContaining(sends), expect.objectContaining(sends)]);
  expect(Object.keys(await product.outcomes(messageId))).toHaveLength(12_000);
}, 120_000);
