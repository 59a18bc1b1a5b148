import { randomUUID } from 'node:crypto';
import { EXPLANATIONS } from '../../src/diagnosis/causes.js';
import type { HttpResponse } from '../support/http.js';
import { Installation, messageIdOf } from '../support/installation.js';
import { CLEAN_UP_MS, uuid } from '../support/test-database.js';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('diagnosis');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
}, CLEAN_UP_MS);

interface Found {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor: string | null;
}

async function ask<T = Record<string, unknown>>(path: string, query: Record<string, string> = {}): Promise<T> {
  const response = await answer(path, query);
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${response.text}`);
  return response.body as T;
}

function answer(path: string, query: Record<string, string> = {}): Promise<HttpResponse> {
  return product.askAsSuperUser('GET', `/domains/${path}?${new URLSearchParams(query).toString()}`);
}

/** A domain with a visitor that has one contact. */
async function newVisitor(token: string): Promise<{ domain: string; guid: string; deviceToken: string }> {
  const domain = `${randomUUID()}.example.com`;
  const [guid, deviceToken] = [randomUUID(), `${token}-${domain}`];
  await product.db.addContacts(domain, [deviceToken], { visitor_guid: guid });
  return { domain, guid, deviceToken };
}

it('finds contacts with what is stored of them, and no secret of a subscription', async () => {
  const domain = 'search.example.com';
  await product.db.addSubscribers(domain, 'fcm.googleapis.com', ['one'], { email: 'Visitor@Example.com' });
  const { items, nextCursor } = await ask<Found>(`${domain}/contacts`, { email: 'visitor@example.com' });
  expect(items).toEqual([
    {
      contactId: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown,
      deviceToken: 'https://fcm.googleapis.com/one',
      visitorGuid: null,
      email: 'Visitor@Example.com',
      isActive: true,
      endedBecause: null,
      registeredAt: expect.any(String) as unknown,
      modified: expect.any(String) as unknown,
      pushService: 'fcm.googleapis.com',
      hasSubscription: true,
      vapidPublicKey: null,
    },
  ]);
  expect(nextCursor).toBeNull();
  expect(await ask(`other.example.com/contacts`, { email: 'visitor@example.com' })).toMatchObject({ items: [] });
});

it('wants exactly one of device token, visitor guid and e-mail, and names all three', async () => {
  const messageId = await product.store('keys.example.com', { title: 'Keys' });
  const wrong: Record<string, string>[] = [{}, { email: ' ' }, { email: 'a@example.com', visitorGuid: 'a' }];
  for (const route of ['keys.example.com/contacts', 'keys.example.com/diagnosis']) {
    for (const query of wrong) {
      const { status, body } = await answer(route, { messageId, ...query });
      const { errors } = body as { errors: object };
      expect([status, Object.keys(errors)]).toEqual([400, ['deviceToken', 'visitorGuid', 'email']]);
    }
  }
  expect((await answer('keys.example.com/diagnosis', { email: 'a@example.com' })).status).toBe(400);
  const cursor = { deviceToken: 'x', cursor: '!' };
  expect((await answer('keys.example.com/contacts', cursor)).status).toBe(400);
});

it('knows no message and no contact of another domain', async () => {
  const { domain, deviceToken } = await newVisitor('fine');
  const messageId = await product.send(domain, { title: 'Mine' });
  await product.finished(messageId);
  expect((await answer('other.example.com/diagnosis', { messageId, deviceToken })).status).toBe(404);
  const { items } = await ask<Found>(`${domain}/contacts`, { deviceToken });
  const contactId = String(items[0]?.contactId);
  expect((await answer(`other.example.com/contacts/${contactId}/history`)).status).toBe(404);
  const history = await ask<Found>(`${domain}/contacts/${contactId}/history`);
  expect(history.items).toMatchObject([{ type: 'delivered', messageId, title: 'Mine', pushService: 'firebase' }]);
});

it('refuses a cursor of a time or an id that there is not, as one of another kind', async () => {
  const { domain, deviceToken } = await newVisitor('cursor');
  const { items } = await ask<Found>(`${domain}/contacts`, { deviceToken });
  const history = `${domain}/contacts/${String(items[0]?.contactId)}/history`;
  for (const place of ['1 9999999999999999 x - -', '9999999999999999 x - -', '1 - - 5 #zz', '- - 5 #zz', '5']) {
    const { status, body } = await answer(history, { cursor: Buffer.from(place).toString('base64url') });
    expect([place, status, Object.keys((body as { errors: object }).errors)]).toEqual([place, 400, ['cursor']]);
  }
});

it('says of a list who was in it, and of a single send whom it was to', async () => {
  const one = await newVisitor('fine');
  const { domain } = one;
  const [other] = await product.db.addContacts(domain, [`other of ${domain}`], { visitor_guid: 'the other' });
  const messageId = await product.store(domain, { title: 'List' });
  const cause = async (visitorGuid: string): Promise<unknown> =>
    (await ask(`${domain}/diagnosis`, { messageId, visitorGuid })).cause;
  expect(await cause(one.guid)).toBe('not-sent');

  const json = { visitorsFieldsList: [{ visitorGuid: one.guid, fields: {} }] };
  messageIdOf(await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json }), 202);
  await product.finished(messageId);
  expect([await cause(one.guid), await cause('the other')]).toEqual(['delivered', 'not-addressed']);

  const send = `/messages/${messageId}/visitors/the%20other/send`;
  messageIdOf(await product.askAsSuperUser('POST', send, { json: {} }), 202);
  await product.finished(messageId);
  expect(await ask(`${domain}/diagnosis`, { messageId, visitorGuid: 'the other' })).toMatchObject({
    cause: 'delivered',
    contactId: other,
  });

  // A week later the batches and single sends are removed, and the events speak for themselves.
  await product.db.deleteAll('deliveryBatches');
  expect([await cause(one.guid), await cause('the other')]).toEqual(['delivered', 'delivered']);
});

it('says who refused and why, as Firebase answered it', async () => {
  const gone = await newVisitor('unregistered');
  const refused = await newVisitor('sender');
  for (const [{ domain, deviceToken }, expected] of [
    [gone, { cause: 'pruned', pushService: 'firebase', reason: 'unregistered' }],
    [refused, { cause: 'refused-by-push-service', pushService: 'firebase', reason: 'sender-id-mismatch' }],
  ] as const) {
    const messageId = await product.send(domain, { title: 'Refused' });
    await product.finished(messageId);
    const found = await ask(`${domain}/diagnosis`, { messageId, deviceToken });
    expect(found).toMatchObject({ ...expected, explanation: EXPLANATIONS[expected.cause] });
  }
});

it('understands messages and events that another version has stored', async () => {
  const { domain, deviceToken } = await newVisitor('old');
  const [contact] = await product.db.contactsOf(domain);
  const messageId = randomUUID();
  const ofMessage = { domain, message_id: uuid(messageId) };
  await product.db.insert('messages', [
    {
      _id: messageId,
      ...ofMessage,
      title: 'Old',
      body: 'B',
      sent: 1,
      delivered: 0,
      not_delivered: 1,
      inserted_date: new Date(),
    },
  ]);
  expect(await ask(`${domain}/diagnosis`, { messageId, deviceToken })).toMatchObject({ cause: 'not-recorded' });
  const event = {
    type: 4,
    sub_type: 2,
    date: new Date(),
    push_contact_id: contact?._id,
    event_descriptor: 'wrong key',
  };
  await product.db.insert('webPushEvent', [{ _id: `${contact?._id ?? ''}:old`, ...ofMessage, ...event }]);
  expect(await ask(`${domain}/diagnosis`, { messageId, deviceToken })).toMatchObject({
    cause: 'wrong-key',
    pushService: 'firebase',
    reason: null,
  });
});

it('says of old sends that nothing is kept of them, and not that they were to others', async () => {
  const one = await newVisitor('aged');
  const { domain } = one;
  await product.db.addContacts(domain, [`other of ${domain}`], { visitor_guid: 'the other' });
  const messageId = await product.store(domain, { title: 'Aged' });
  const list = { visitorsFieldsList: [{ visitorGuid: one.guid, fields: {} }] };
  messageIdOf(await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json: list }), 202);
  const single = `/messages/${messageId}/visitors/the%20other/send`;
  messageIdOf(await product.askAsSuperUser('POST', single, { json: {} }), 202);
  await product.finished(messageId);
  const ofMessage = { message_id: uuid(messageId) };
  const age = async (days: number): Promise<void> => {
    const change = { $set: { inserted_date: new Date(Date.now() - days * 86_400_000) } };
    await product.db.update('messages', ofMessage, change);
  };
  const causes = async (): Promise<unknown[]> =>
    Promise.all(
      [one.guid, 'the other'].map(
        async (visitorGuid) => (await ask(`${domain}/diagnosis`, { messageId, visitorGuid })).cause,
      ),
    );
  await product.db.deleteAll('deliveryBatches');
  await age(8);
  expect(await causes()).toEqual(['delivered', 'delivered']);
  await product.db.deleteAll('webPushEvent');
  expect(await causes()).toEqual(['not-recorded', 'not-recorded']);
  await age(40);
  expect(await causes()).toEqual(['history-expired', 'history-expired']);
});

it('prefers a contact that the send came to over one that was pruned before', async () => {
  const { domain, guid } = await newVisitor('sender');
  const ended = { visitor_guid: guid, deleted: true, modified: new Date(0) };
  await product.db.addContacts(domain, [`dead of ${domain}`], ended);
  const messageId = await product.send(domain, { title: 'Two contacts' });
  await product.finished(messageId);
  const found = await ask(`${domain}/diagnosis`, { messageId, visitorGuid: guid });
  expect(found).toMatchObject({ cause: 'refused-by-push-service', reason: 'sender-id-mismatch' });
});

it('tells a contact that came back from one that was kept and changed otherwise', async () => {
  const { domain, deviceToken, guid } = await newVisitor('unregistered');
  const messageId = await product.send(domain, { title: 'Gone' });
  await product.finished(messageId);
  const cause = async (): Promise<unknown> => (await ask(`${domain}/diagnosis`, { messageId, deviceToken })).cause;
  expect(await cause()).toBe('pruned');
  // As the breaker keeps it, and the visitor gives an e-mail afterwards.
  const setDeleted = (deleted: boolean): Promise<void> =>
    product.db.update('push-contacts', { device_token: deviceToken }, { $set: { deleted } });
  await setDeleted(false);
  const email = `/push-contacts/${encodeURIComponent(deviceToken)}/email`;
  expect((await product.ask('PUT', email, { json: 'visitor@example.com' })).status).toBe(200);
  expect(await cause()).toBe('gone-not-pruned');
  await setDeleted(true);
  const json = { domain, deviceToken, visitorGuid: guid };
  expect((await product.ask('POST', '/push-contacts', { json })).status).toBe(200);
  expect(await cause()).toBe('registered-again');
});

it('finds nothing of whoever was erased', async () => {
  const { domain, guid } = await newVisitor('erased');
  const messageId = await product.send(domain, { title: 'Erased' });
  await product.finished(messageId);
  expect((await product.askAsSuperUser('DELETE', `/visitors/${guid}/data`)).status).toBe(200);
  expect(await ask(`${domain}/diagnosis`, { messageId, visitorGuid: guid })).toEqual({
    cause: 'never-a-contact',
    explanation: EXPLANATIONS['never-a-contact'],
    since: null,
    until: null,
    pushService: null,
    reason: null,
    contactId: null,
  });
});
