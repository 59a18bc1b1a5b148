import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { signedPath } from '../support/link-signatures.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

interface Listed {
  readonly messageId: string;
  readonly title: string;
  readonly state: string;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly perPage: number;
}

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('message_reports');
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

async function get<T>(path: string, expected = 200): Promise<T> {
  const { status, body } = await product.askAsSuperUser('GET', path);
  expect({ path, status }).toEqual({ path, status: expected });
  return body as T;
}

function countersOf(messageId: string): Promise<object> {
  return get(`/messages/${messageId}`);
}

it('counts the contacts of a broadcast by push service and reason, and they add up to sent', async () => {
  const domain = 'broadcast.example.com';
  const audience = await addAudience(product, domain, { tokens: 60, subscriptions: 60 });
  const sent = await broadcast(product, domain, audience);
  await expectSettled(product, sent);
  const { items } = await product.outcomesByService(sent.messageId);
  // In each twenty of the audience, a subscription is gone and another one refuses the key.
  expect(items.slice(0, 2)).toEqual([
    { pushService: 'firebase', outcome: 'delivered', reason: null, contacts: 60 },
    { pushService: 'other', outcome: 'delivered', reason: null, contacts: 48 },
  ]);
  expect(new Set(items.slice(2))).toEqual(
    new Set([
      { pushService: 'other', outcome: 'notDelivered', reason: 'gone', contacts: 6 },
      { pushService: 'other', outcome: 'notDelivered', reason: 'wrong-key', contacts: 6 },
    ]),
  );
  const [stored] = await product.db.pick('messages', { message_id: uuid(sent.messageId) }, 'outcomes');
  expect(Object.keys(stored?.outcomes as object)).toHaveLength(items.length);
});

it('counts single visitors, lists of visitors, and what was never sent', async () => {
  const domain = 'visitors.example.com';
  await product.db.addContacts(domain, names('fine', 3), (token) => ({ visitor_guid: `of ${token}` }));
  await product.db.addContacts(domain, ['unregistered-1'], { visitor_guid: 'gone' });
  const messageId = await product.store(domain, { title: 'To visitors' });
  expect(await countersOf(messageId)).toMatchObject({ state: 'stored', sent: 0 });
  expect(await product.outcomesByService(messageId)).toEqual({ messageId, isComplete: true, items: [] });

  const single = `/messages/${messageId}/visitors/gone/send`;
  messageIdOf(await product.askAsSuperUser('POST', single, { json: {} }), 202);
  const visitorsFieldsList = names('of fine', 3).map((visitorGuid) => ({ visitorGuid }));
  const list = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, {
    json: { visitorsFieldsList },
  });
  messageIdOf(list, 202);
  await product.finished(messageId);
  expect(await countersOf(messageId)).toMatchObject({ state: 'done', sent: 4, delivered: 3, notDelivered: 1 });
  expect(await product.outcomesByService(messageId)).toEqual({
    messageId,
    isComplete: true,
    items: [
      { pushService: 'firebase', outcome: 'delivered', reason: null, contacts: 3 },
      { pushService: 'firebase', outcome: 'notDelivered', reason: 'unregistered', contacts: 1 },
    ],
  });
});

it('counts who is sent to within the request, and a contact that is tried again once, by its last outcome', async () => {
  const domain = 'within.example.com';
  await product.db.addContacts(domain, ['fine-within', 'once-within'], { visitor_guid: 'within' });
  const path = `/push-contacts/${domain}/within/message`;
  const json = { title: 'Within the request', body: 'The body' };
  const messageId = messageIdOf(await product.askAsSuperUser('POST', path, { json }), 200);
  expect(await product.outcomesByService(messageId)).toMatchObject({
    isComplete: true,
    items: [{ pushService: 'firebase', outcome: 'delivered', contacts: 1 }],
  });
  await product.finished(messageId);
  expect(await product.outcomesByService(messageId)).toEqual({
    messageId,
    isComplete: true,
    items: [{ pushService: 'firebase', outcome: 'delivered', reason: null, contacts: 2 }],
  });
});

it('says which contacts were not sent to in time, and that nobody was asked', async () => {
  const domain = 'expired.example.com';
  await product.db.addContacts(domain, ['fine-and-late']);
  const soon = { title: 'Too late', timeToLiveSeconds: 1, ratePerMinute: 1 };
  await product.db.addContacts(domain, names('fine-later', 2));
  const messageId = await product.send(domain, soon);
  await product.finished(messageId);
  const { isComplete, items } = await product.outcomesByService(messageId);
  expect(isComplete).toBe(true);
  expect(items).toContainEqual({ pushService: null, outcome: 'notDelivered', reason: 'expired', contacts: 2 });
});

it('keeps the outcomes that a worker of an older version has counted apart', async () => {
  const domain = 'upgraded.example.com';
  await product.db.addContacts(domain, names('fine-upgraded', 2));
  const messageId = await product.send(domain, { title: 'Partly before' });
  await product.finished(messageId);
  await product.db.update('messages', { message_id: uuid(messageId) }, { $inc: { sent: 3, delivered: 3 } });
  expect(await product.outcomesByService(messageId)).toMatchObject({
    isComplete: false,
    items: [
      { pushService: 'firebase', outcome: 'delivered', contacts: 2 },
      { pushService: null, outcome: 'delivered', reason: null, contacts: 3 },
    ],
  });
});

it('returns all that was asked for with a message', async () => {
  const asked = {
    title: 'All options',
    body: 'The body',
    onClickLink: 'https://example.com/sale',
    imageUrl: 'https://example.com/sale.png',
    iconUrl: 'https://example.com/icon.png',
    badgeUrl: 'https://example.com/badge.png',
    preferLargeImage: true,
    actions: [{ action: 'buy', title: 'Buy', icon: null, link: 'https://example.com/buy' }],
    timeToLiveSeconds: 3_600,
    sendAt: '2100-01-01T00:00:00.000Z',
    urgency: 'high',
    topic: 'sale',
    ratePerMinute: 600,
    utm: { source: 'push', campaign: 'summer' },
    requireInteraction: true,
    renotify: true,
    tag: 'sale',
    vibrate: [200, 100],
    language: 'es-AR',
    direction: 'ltr',
    data: { orderId: 4711 },
  };
  const messageId = await product.send('options.example.com', asked);
  expect(await countersOf(messageId)).toMatchObject({ ...asked, messageId, state: 'scheduled', sent: 0 });
  await product.askAsSuperUser('DELETE', `/messages/${messageId}/delivery`);
  expect(await countersOf(messageId)).toMatchObject({ state: 'cancelled' });
});

it('lists the messages of a domain with their activity, page after page', async () => {
  const domain = 'listed.example.com';
  const [contactId = ''] = await product.db.addContacts(domain, ['fine-listed']);
  const sent: string[] = [];
  for (const title of ['First', 'Second', 'Third']) sent.push(await product.send(domain, { title }));
  await Promise.all(sent.map((messageId) => product.finished(messageId)));
  const [messageId = ''] = sent;
  for (const kind of ['received', 'clicked', 'dismissed'])
    await product.ask('POST', signedPath({ contactId, messageId }, kind));

  const first = await get<Page<Listed>>(`/domains/${domain}/messages?per_page=2`);
  expect(first).toMatchObject({ items: [{ title: 'Third' }, { title: 'Second' }], perPage: 2 });
  const counted = await waitFor(
    () => get<Page<object>>(`/domains/${domain}/messages?per_page=2&cursor=${first.nextCursor ?? ''}`),
    ({ items }) => 'dismissed' in (items[0] ?? {}) && (items[0] as { dismissed: number }).dismissed === 1,
  );
  expect(counted).toEqual({
    items: [
      {
        messageId,
        title: 'First',
        body: 'The body',
        imageUrl: null,
        insertedAt: expect.any(String) as unknown,
        sendAt: null,
        state: 'done',
        sent: 1,
        delivered: 1,
        notDelivered: 0,
        received: 1,
        clicks: 1,
        dismissed: 1,
        activity: [expect.any(Number), ...Array.from({ length: 23 }, () => expect.any(Number) as unknown)] as unknown,
      },
    ],
    nextCursor: null,
    perPage: 2,
  });
  const [{ activity = [] } = {}] = counted.items as { activity?: number[] }[];
  expect(activity.reduce((sum, each) => sum + each, 0)).toBe(2);
  expect((await get<Page<Listed>>(`/domains/${domain}/messages?text=SEC`)).items).toMatchObject([{ title: 'Second' }]);
  const { items: hours } = await get<Page<{ received: number }>>(`/messages/${messageId}/hours`);
  expect(hours.reduce((sum, { received }) => sum + received, 0)).toBe(1);
});

it.each([
  ['/domains/listed.example.com/messages?cursor=MTIz', 'cursor'],
  ['/domains/listed.example.com/messages?cursor=%21', 'cursor'],
  ['/domains/listed.example.com/messages?from=2026-02-02&to=2026-02-01', 'from'],
  ['/domains/listed.example.com/messages?per_page=101', 'per_page'],
  [`/domains/listed.example.com/messages?text=${'x'.repeat(257)}`, 'text'],
])('refuses %s', async (path, property) => {
  const { errors } = await get<{ errors: object }>(path, 400);
  expect(Object.keys(errors)).toEqual([property]);
});

it.each(['', '/hours', '/outcomes'])('knows no message of another id: %s', async (route) => {
  await get(`/messages/7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6${route}`, 404);
});
