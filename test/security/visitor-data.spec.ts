import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { holdCalls } from '../support/held-calls.js';
import type { HttpResponse } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type StandInServer, startStandInServer } from '../support/stand-in-server.js';
import { TestSubscription } from '../support/subscriptions.js';
import { CLEAN_UP_MS, type StoredContact, type StoredDocument } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';
import { searchEverything } from '../support/whole-database.js';

let product: Installation;
let doppler: StandInServer;

beforeAll(async () => {
  // It accepts nobody, so that everybody waits for it.
  doppler = await startStandInServer(() => ({ status: 500 }));
  product = await Installation.start('visitor_data', {
    environment: { DOPPLER_APP_SERVER: doppler.url, PUBLIC_URL: 'https://push.example.com' },
  });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
  await doppler.stop();
}, CLEAN_UP_MS);

interface Visitor {
  readonly domain: string;
  readonly guid: string;
  readonly email: string;
  readonly token: string;
  readonly endpoint: string;
  readonly p256DH: string;
  readonly auth: string;
  readonly name: string;
}

/** Somebody of whom each part is unlike everything else. */
function newVisitor(change: Partial<Visitor> = {}): Visitor {
  const part = (): string => randomBytes(12).toString('hex');
  const { endpoint, p256dh: p256DH, auth } = new TestSubscription(`https://push.example.com/${part()}`);
  return {
    domain: `${randomUUID()}.example.com`,
    guid: part(),
    email: `Visitor.${part()}@Example.com`,
    token: `token-${part()}`,
    endpoint,
    p256DH,
    auth,
    name: `Ana ${part()}`,
    ...change,
  };
}

function partsOf({ guid, email, token, endpoint, p256DH, auth, name }: Visitor): string[] {
  return [guid, email, token, endpoint, p256DH, auth, name];
}

async function register({ domain, guid, email, token, ...keys }: Visitor, hasSubscription = true): Promise<void> {
  const { endpoint: endPoint, p256DH, auth } = keys;
  const subscription = hasSubscription ? { endPoint, keys: { p256DH, auth } } : null;
  const json = { domain, deviceToken: token, email, visitorGuid: guid, subscription };
  expect((await product.ask('POST', '/push-contacts', { json })).status).toBe(200);
}

function dataOf(guid: string, query = ''): Promise<HttpResponse> {
  return product.askAsSuperUser('GET', `/visitors/${encodeURIComponent(guid)}/data${query}`);
}

async function erase(guid: string, query = ''): Promise<unknown> {
  const { status, body } = await product.askAsSuperUser('DELETE', `/visitors/${guid}/data${query}`);
  expect(status).toBe(200);
  return body;
}

async function eraseEmail(email: string, query = ''): Promise<unknown> {
  const path = `/visitors/data?email=${encodeURIComponent(email)}${query}`;
  const { status, body } = await product.askAsSuperUser('DELETE', path);
  expect(status).toBe(200);
  return body;
}

async function sendList(messageId: string, visitors: readonly Visitor[]): Promise<void> {
  const visitorsFieldsList = visitors.map(({ guid, name }) => ({ visitorGuid: guid, fields: { name } }));
  const path = `/messages/${messageId}/visitors/send`;
  expect((await product.askAsSuperUser('POST', path, { json: { visitorsFieldsList } })).status).toBe(202);
}

async function statsOf(domain: string): Promise<unknown> {
  await product.askAsSuperUser('PUT', `/domains/${domain}`, { json: { isPushFeatureEnabled: true } });
  return (await product.askAsSuperUser('GET', `/domains/${domain}/stats`)).body;
}

async function contactOf({ domain, token }: Visitor): Promise<StoredContact> {
  const contact = (await product.db.contactsOf(domain)).find((each) => each.device_token === token);
  if (contact === undefined) throw new Error('There is no contact');
  return contact;
}

const search = (visitor: Visitor): ReturnType<typeof searchEverything> =>
  searchEverything(product.database, partsOf(visitor));

/** A list whose body is sent piece by piece. */
class SlowList {
  private readonly request: ClientRequest;
  private readonly response: Promise<number | undefined>;

  constructor(url: string, token: string) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    this.request = httpRequest(url, { method: 'POST', headers });
    this.response = once(this.request, 'response').then(([response]) => (response as IncomingMessage).statusCode);
  }

  write(piece: string): void {
    this.request.write(piece);
  }

  end(piece: string): Promise<number | undefined> {
    this.request.end(piece);
    return this.response;
  }
}

/** A visitor of whom something is everywhere: sent, clicked, waiting in a list, waiting for Doppler, left. */
async function visitorEverywhere(): Promise<{ visitor: Visitor; other: Visitor; sent: string; waiting: string }> {
  const visitor = newVisitor();
  const other = newVisitor({ domain: visitor.domain });
  await register(visitor);
  await register(other);
  const sent = await product.send(visitor.domain, { title: 'Sent' });
  await product.finished(sent);
  const [call] = product.subscriptionsSent('Sent').filter(({ endpoint }) => endpoint === visitor.endpoint);
  const { pathname, search: signature } = new URL(call?.subscriptionExtraData.clickedEventEndpoint ?? '');
  expect(signature).not.toBe('');
  for (let time = 0; time < 2; time += 1) {
    expect((await product.ask('POST', pathname + signature)).status).toBe(202);
  }
  const single = await product.store(visitor.domain, { title: 'Single [[[name]]]' });
  const json = { fields: { name: visitor.name } };
  await product.askAsSuperUser('POST', `/messages/${single}/visitors/${visitor.guid}/send`, { json });
  await product.finished(single);
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const waiting = await product.store(visitor.domain, { title: 'Waiting [[[name]]]', sendAt });
  await sendList(waiting, [visitor, other]);
  await product.ask('DELETE', `/push-contacts/${visitor.token}`);
  await register(visitor);
  return { visitor, other, sent, waiting };
}

/** The values of a metric without labels, one of each process that has it. */
function valuesOf(metrics: string, name: string): number[] {
  return [...metrics.matchAll(new RegExp(`^${name} (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
}

const QUERY = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';

/** All that counts: reports, events by kind, counters of messages and domains. */
async function countsOf(domain: string, messageId: string): Promise<unknown[]> {
  const paths = [
    `/domains/${domain}/messages/${messageId}/stats?${QUERY}`,
    `/push-contacts/${domain}/messages/${messageId}/details?${QUERY}`,
    `/domains/${domain}/push-sends-consumed-count?${QUERY}`,
    `/messages/${messageId}/progress`,
  ];
  const reports = paths.map(async (path) => (await product.askAsSuperUser('GET', path)).body);
  const events = await product.db.pick('webPushEvent', { domain }, 'type', 'sub_type', 'date', 'push_contact_id');
  // Two shards return them in any order.
  const sorted = events.toSorted((one, other) => String(one._id).localeCompare(String(other._id)));
  return [...(await Promise.all(reports)), sorted, await product.counters(messageId)];
}

describe('GET /visitors/{visitorGuid}/data', () => {
  it('returns what is stored of the visitor in every collection, and of nobody else', async () => {
    const { visitor, other } = await visitorEverywhere();

    const { status, body, text } = await dataOf(visitor.guid);

    expect(status).toBe(200);
    const records = body as { source: string; document: Record<string, unknown> }[];
    const ofSource = (source: string): Record<string, unknown>[] =>
      records.filter((record) => record.source === source).map(({ document }) => document);
    expect(ofSource('contacts')).toMatchObject([
      {
        device_token: visitor.token,
        email: visitor.email,
        subscription: { endpoint: visitor.endpoint, p256dh: visitor.p256DH, auth: visitor.auth },
      },
    ]);
    expect(ofSource('handOvers')).toMatchObject([{ email: visitor.email, visitor_guid: visitor.guid }]);
    // Delivered by the broadcast and the single send, clicked for the first time and again, left.
    expect(
      ofSource('events')
        .map(({ type }) => type)
        .sort(),
    ).toEqual([0, 0, 2, 2, 8]);
    const clicks = ofSource('events').filter(({ type }) => type === 2);
    expect(clicks.filter(({ _id: id }) => String(id).includes(':first:'))).toHaveLength(1);
    expect(ofSource('sends').map(({ state }) => state)).toEqual(expect.arrayContaining(['done', 'received']));
    for (const { visitors } of ofSource('sends')) {
      expect(visitors).toEqual([{ visitor_guid: visitor.guid, values: [['name', visitor.name]] }]);
    }
    for (const part of partsOf(other)) expect(text).not.toContain(part);
    expect(await dataOf(visitor.guid, `?domain=${visitor.domain}`)).toMatchObject({ text });
  });

  it('returns 404 where nothing is stored, also of another domain', async () => {
    const visitor = newVisitor();
    await register(visitor);
    expect((await dataOf('nobody')).status).toBe(404);
    expect((await dataOf(visitor.guid, '?domain=other.example.com')).status).toBe(404);
    expect((await product.askAsSuperUser('GET', '/visitors/data?email=nobody@example.com')).status).toBe(404);
  });

  it('refuses an e-mail that is blank or too long, and a guid that is too long, by name', async () => {
    for (const [path, name] of [
      [`/visitors/data?email=${'x'.repeat(255)}`, 'email'],
      ['/visitors/data?email=%20', 'email'],
      ['/visitors/data', 'email'],
      [`/visitors/${'x'.repeat(129)}/data`, 'visitorGuid'],
      [`/visitors/x/data?domain=${'x'.repeat(254)}`, 'domain'],
    ] as const) {
      for (const method of ['GET', 'DELETE']) {
        const { status, body } = await product.askAsSuperUser(method, path);
        expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, [name]]);
      }
    }
  });

  it('finds by e-mail in any case, with contacts of the same visitor that have none', async () => {
    const visitor = newVisitor();
    const { token, endpoint } = newVisitor();
    await register(visitor);
    await product.db.addContacts(visitor.domain, [token], { visitor_guid: visitor.guid });
    const path = `/visitors/data?email=${encodeURIComponent(visitor.email.toUpperCase())}`;
    const { text } = await product.askAsSuperUser('GET', path);
    expect(text).toContain(visitor.token);
    expect(text).toContain(token);
    expect(text).not.toContain(endpoint);
  });
});

describe('DELETE /visitors/{visitorGuid}/data', () => {
  it('leaves nothing of the visitor anywhere, and every count as it was', async () => {
    const { visitor, other, sent, waiting } = await visitorEverywhere();
    const contact = await contactOf(visitor);
    expect(Object.keys(await search(visitor)).sort()).toEqual(partsOf(visitor).sort());
    const before = await countsOf(visitor.domain, sent);

    expect(await erase(visitor.guid)).toEqual({
      contacts: 1,
      events: 3,
      handOvers: 1,
      batches: 2,
      linkedContacts: 0,
      isComplete: true,
    });

    expect(await search(visitor)).toEqual({});
    expect(await countsOf(visitor.domain, sent)).toEqual(before);
    expect(await statsOf(visitor.domain)).toMatchObject({ contactsStats: { active: 1, deleted: 1, total: 2 } });
    const [left] = await product.db.pick('push-contacts', { _id: contact._id });
    expect(left).toEqual({
      _id: contact._id,
      domain: visitor.domain,
      device_token: expect.stringMatching(`^erased:${contact._id}:[\\w-]{22}$`) as unknown,
      email: null,
      visitor_guid: null,
      deleted: true,
      modified: expect.any(Date) as unknown,
      subscription: null,
      unsubscribed_at: expect.any(Date) as unknown,
      erased_at: expect.any(Date) as unknown,
    });
    expect(Object.keys(await search(other)).sort()).toEqual(partsOf(other).sort());
    const outputs = product.outputs().join('\n');
    for (const part of partsOf(visitor)) expect(outputs).not.toContain(part);
    expect(await product.progress(waiting)).toMatchObject({ state: 'scheduled' });
  });

  it('can be repeated, and does nothing for nobody', async () => {
    const visitor = newVisitor();
    await register(visitor);
    const nothing = { contacts: 0, events: 0, handOvers: 0, batches: 0, linkedContacts: 0, isComplete: true };
    expect(await erase(visitor.guid)).toEqual({ ...nothing, contacts: 1, handOvers: 1 });
    expect(await erase(visitor.guid)).toEqual(nothing);
    expect(await erase('nobody')).toEqual(nothing);
    expect(await eraseEmail(visitor.email)).toEqual(nothing);
  });

  it('erases contacts that left, that were pruned and that are of old versions', async () => {
    const visitor = newVisitor();
    const [left, pruned, old] = ['left', 'pruned', 'old'].map((name) => `${name} ${visitor.token}`);
    const ofVisitor = { visitor_guid: visitor.guid, email: visitor.email };
    await product.db.addContacts(visitor.domain, [left ?? '', pruned ?? ''], { ...ofVisitor, deleted: true });
    await product.db.addContacts(visitor.domain, [old ?? ''], {
      ...ofVisitor,
      history_events: [{ device_token: old, name: visitor.name }],
    } as Partial<StoredContact>);
    const leftAt = new Date('2026-01-01T00:00:00Z');
    await product.db.update('push-contacts', { device_token: left }, { $set: { unsubscribed_at: leftAt } });
    const counts = await statsOf(visitor.domain);

    expect(await erase(visitor.guid)).toMatchObject({ contacts: 3 });

    expect(await search(visitor)).toEqual({});
    expect(counts).toMatchObject({ contactsStats: { active: 1, deleted: 2, total: 3, unsubscribed: 1 } });
    // Who was active has left now.
    expect(await statsOf(visitor.domain)).toMatchObject({
      contactsStats: { active: 0, deleted: 3, total: 3, unsubscribed: 2 },
    });
  });

  it('is limited to a domain where one is given', async () => {
    const here = newVisitor();
    const there = newVisitor({ guid: here.guid, email: here.email });
    await register(here);
    await register(there);

    expect(await erase(here.guid, `?domain=${here.domain}`)).toMatchObject({ contacts: 1 });

    expect(Object.keys(await search(here)).sort()).toEqual([here.email, here.guid].sort());
    expect(Object.keys(await search(there))).toHaveLength(6);
  });

  it('takes away contacts of an e-mail in any case, and leaves those that may be of somebody else', async () => {
    const visitor = newVisitor();
    const second = newVisitor({ email: visitor.email.toLowerCase() });
    const shared = newVisitor({ domain: visitor.domain, guid: visitor.guid });
    for (const each of [visitor, second, shared]) await register(each);

    expect(await eraseEmail(visitor.email.toUpperCase())).toMatchObject({ contacts: 2, linkedContacts: 1 });

    expect(Object.keys(await search(visitor))).toEqual([visitor.guid]);
    expect(await search(second)).toEqual({});
    expect(Object.keys(await search(shared))).toContain(shared.email);
  });

  it('lets the same browser register again, as somebody new', async () => {
    const visitor = newVisitor();
    await register(visitor);
    const before = await contactOf(visitor);
    await erase(visitor.guid);
    await register(visitor);
    const after = await contactOf(visitor);
    expect(after._id).not.toBe(before._id);
    expect(after).toMatchObject({ deleted: false, visitor_guid: visitor.guid });
  });

  it('erases who registers with the token that an erased contact has', async () => {
    const visitor = newVisitor();
    await register(visitor);
    await erase(visitor.guid);
    const [left] = await product.db.contactsOf(visitor.domain);
    const next = newVisitor({ domain: visitor.domain, token: left?.device_token ?? '' });
    await register(next);
    const [revived] = await product.db.contactsOf(visitor.domain);
    expect(revived).toMatchObject({ _id: left?._id, deleted: false });
    expect(revived).not.toHaveProperty('erased_at');

    expect(await erase(next.guid)).toMatchObject({ contacts: 1 });

    expect(await search({ ...next, token: 'no longer sought' })).toEqual({});
  });

  it('takes a contact of the same visitor that has no field for the e-mail for nobody else', async () => {
    const visitor = newVisitor();
    const older = newVisitor({ domain: visitor.domain });
    await register(visitor);
    await product.db.addContacts(visitor.domain, [older.token], { visitor_guid: visitor.guid });
    await product.db.update('push-contacts', { device_token: older.token }, { $unset: { email: 1 } });

    expect(await eraseEmail(visitor.email)).toMatchObject({ contacts: 2, linkedContacts: 0 });

    expect(await search({ ...visitor, token: older.token })).toEqual({});
  });

  it('leaves contacts whose e-mail differs by more than case', async () => {
    const visitor = newVisitor({ email: `bob2.${randomBytes(6).toString('hex')}@x.de` });
    await register(visitor);
    const alike = [visitor.email.replace('2', '²'), visitor.email.replace('b', '\uff42')];
    for (const email of alike) {
      await product.db.addContacts(visitor.domain, [`of ${email}`], { email, visitor_guid: `guid of ${email}` });
    }

    const { body } = await product.askAsSuperUser('GET', `/visitors/data?email=${encodeURIComponent(visitor.email)}`);
    expect((body as unknown[]).filter((record) => (record as { source: string }).source === 'contacts')).toHaveLength(
      1,
    );
    expect(await eraseEmail(visitor.email)).toMatchObject({ contacts: 1 });

    expect(await product.db.count('push-contacts', { email: { $in: alike } })).toBe(2);
  });

  it.each([
    ['with spaces around', (part: string) => ` ${part}@example.com `],
    ['that is none', (part: string) => `of ${part}`],
  ])('erases a stored e-mail %s', async (_what, toEmail) => {
    const { domain, token, name } = newVisitor();
    const email = toEmail(name);
    await product.db.addContacts(domain, [token], { email });
    expect(await eraseEmail(email)).toMatchObject({ contacts: 1 });
  });

  it('sends nothing more: not by a list that waits, not by a broadcast, not by a new send', async () => {
    const visitor = newVisitor();
    const other = newVisitor({ domain: visitor.domain });
    await register(visitor);
    await register(other);
    const sendAt = new Date(Date.now() + 3_000).toISOString();
    const list = await product.store(visitor.domain, { title: 'List that waits [[[name]]]', sendAt });
    await sendList(list, [visitor, other]);
    const broadcast = await product.send(visitor.domain, { title: 'Broadcast that waits', sendAt });
    await erase(visitor.guid);
    const later = await product.store(visitor.domain, { title: 'Later' });
    await sendList(later, [visitor]);

    const done = await Promise.all([list, broadcast, later].map((id) => product.finished(id)));

    expect(done.map(({ planned, delivered }) => [planned, delivered])).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const sent = product.pushApi.webPushCalls.flatMap(({ subscriptions }) => subscriptions);
    const endpoints = sent.map(({ endpoint }) => endpoint);
    expect(endpoints).not.toContain(visitor.endpoint);
    expect(endpoints.filter((endpoint) => endpoint === other.endpoint)).toHaveLength(2);
    await erase(visitor.guid);
    expect(await search(visitor)).toEqual({});
  });

  /** Erases a visitor while PushApi holds the call of `title`, and waits until the erasure has ended. */
  async function eraseHeld(title: string, hasSubscription: boolean): Promise<void> {
    const visitor = newVisitor({ token: `${hasSubscription ? 'token' : 'argument'}-${randomUUID()}` });
    await register(visitor, hasSubscription);
    const calls = holdCalls(product, title);
    let messageId: string;
    if (title.includes('list')) {
      messageId = await product.store(visitor.domain, { title });
      await sendList(messageId, [visitor]);
    } else messageId = await product.send(visitor.domain, { title });
    await waitFor(
      () => product.pushApi.calls.filter((call) => call.title === title).length,
      (calls) => calls > 0,
    );

    expect(await erase(visitor.guid)).toMatchObject({ contacts: 1 });
    expect(await search(visitor)).toEqual({});
    calls.allow();
    await product.finished(messageId);

    const outcomes = await product.events(messageId, [0, 3, 4, 5]);
    expect(outcomes).toHaveLength(1);
    await waitFor(
      () => search(visitor),
      (found) => Object.keys(found).length === 0,
    );
    await waitFor(
      () => product.db.count('erasures', { domains: visitor.domain }),
      (erasures) => erasures === 0,
      240_000,
    );
    expect(await search(visitor)).toEqual({});
    const { planned, delivered, notDelivered } = await product.progress(messageId);
    const { message, stats } = await product.counters(messageId);
    expect([planned, delivered + notDelivered]).toEqual([1, 1]);
    expect([message.sent, stats.sent]).toEqual([1, 1]);
  }

  it('erases again what calls bring back that had begun before', async () => {
    await Promise.all([
      eraseHeld('Held broadcast', true),
      eraseHeld('Held list', true),
      eraseHeld('Held broadcast by token', false),
    ]);
  });

  it('finds what other software wrote of the contact, where its index is', async () => {
    const visitor = newVisitor();
    await register(visitor);
    const { _id: contactId } = await contactOf(visitor);
    const event = { type: 0, date: new Date(), push_contact_id: contactId, sub_type: 0, domain: visitor.domain };
    const written: Partial<StoredDocument>[] = [{ ...event, device_token: visitor.token, error_message: null }];
    await product.db.insert('webPushEvent', written);
    await product.db.createIndex('webPushEvent', { push_contact_id: 1 });

    expect(await erase(visitor.guid)).toMatchObject({ contacts: 1, events: 1 });

    await product.db.dropIndex('webPushEvent', 'push_contact_id_1');
    expect(await search(visitor)).toEqual({});
  });

  it('is held up by no erasure that fails, and says so in a metric and in one line of the log', async () => {
    const visitor = newVisitor();
    await register(visitor);
    const broken = { contact_ids: [], domains: [], visitors: '', domain: 'broken', held: 'nothing that can be read' };
    const since = new Date('2026-01-01T00:00:00Z');
    const erasures = Array.from({ length: 200 }, () => ({
      ...broken,
      requested_at: since,
      due_at: since,
      attempts: 0,
    }));
    await product.db.insert('erasures', erasures);

    await erase(visitor.guid);

    await waitFor(
      () => product.db.count('erasures', { domains: visitor.domain, is_last: true }),
      (repeated) => repeated === 1,
      60_000,
    );
    expect(await product.db.count('erasures', { domain: 'broken', due_at: { $gt: new Date() } })).toBe(200);
    const metrics = await product.metrics();
    expect(valuesOf(metrics, 'push_contact_erasure_failures_total')).toEqual(expect.arrayContaining([200]));
    const ages = valuesOf(metrics, 'push_contact_oldest_erasure_age_seconds');
    expect(Math.max(...ages)).toBeGreaterThan(86_400);
    expect(
      product
        .outputs()
        .join('\n')
        .match(/The erasure \S+ failed/g),
    ).toHaveLength(1);
    await product.db.deleteAll('erasures');
  });

  it('erases a visitor without contacts from a list that was arriving', async () => {
    const { guid, domain } = newVisitor();
    const messageId = await product.store(domain, { title: 'Arrives slowly' });
    const upload = new SlowList(`${product.api.url}/messages/${messageId}/visitors/send`, product.keys.superUser);
    upload.write(`{"visitorsFieldsList":[{"visitorGuid":"${guid}"},`);
    const isErased = async (): Promise<boolean> => (await dataOf(guid)).status === 404;
    await waitFor(
      () => product.db.count('arrivingLists', { domain }),
      (arriving) => arriving === 1,
    );

    for (let repeat = 0; repeat < 3; repeat += 1) await erase(guid);
    const underWay = { lists: { $size: 1 } };
    await waitFor(
      () => product.db.count('erasures', underWay),
      (erasures) => erasures === 1,
      20_000,
    );
    expect(await upload.end(`{"visitorGuid":"other ${guid}"}]}`)).toBe(202);
    await product.finished(messageId);

    await waitFor(isErased, (erased) => erased, 20_000);
    expect((await dataOf(`other ${guid}`)).status).toBe(200);
    expect(await product.db.count('arrivingLists', { domain })).toBe(0);
  });
});
