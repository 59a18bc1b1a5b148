import { randomUUID } from 'node:crypto';
import { holdCalls } from '../support/held-calls.js';
import { type HttpResponse } from '../support/http.js';
import { Installation, names } from '../support/installation.js';
import { CLEAN_UP_MS, type StoredContact, type StoredDocument } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const UNSUBSCRIBED = 8;
const TOKENS_A_CALL = 10;
const CALLS_AT_ONCE = 8;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('unsubscribing', {
    environment: { PUSH_API_TOKENS_LIMIT: String(TOKENS_A_CALL) },
  });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
}, CLEAN_UP_MS);

function leave(deviceToken: string): Promise<HttpResponse> {
  return product.ask('DELETE', `/push-contacts/${encodeURIComponent(deviceToken)}`);
}

async function register(domain: string, deviceToken: string, change: object = {}): Promise<void> {
  const { status } = await product.ask('POST', '/push-contacts', { json: { domain, deviceToken, ...change } });
  expect(status).toBe(200);
}

/** A contact of a domain of its own. */
async function newContact(): Promise<{ domain: string; deviceToken: string }> {
  const domain = `${randomUUID()}.example.com`;
  const deviceToken = `token of ${domain}/?`;
  await register(domain, deviceToken, { email: 'visitor@example.com', visitorGuid: `guid of ${domain}` });
  return { domain, deviceToken };
}

async function stored(domain: string): Promise<StoredContact & { readonly unsubscribed_at?: Date }> {
  const [contact] = await product.db.contactsOf(domain);
  if (contact === undefined) throw new Error('There is no contact');
  return contact;
}

function eventsOf(domain: string): Promise<StoredDocument[]> {
  return product.db.pick('webPushEvent', { domain, type: UNSUBSCRIBED });
}

async function statsOf(domain: string): Promise<unknown> {
  await product.askAsSuperUser('PUT', `/domains/${domain}`, { json: { isPushFeatureEnabled: true } });
  const { body } = await product.askAsSuperUser('GET', `/domains/${domain}/stats`);
  return (body as { contactsStats: unknown }).contactsStats;
}

function sentTo(title: string): string[] {
  return product.pushApi.calls.filter((call) => call.title === title).flatMap(({ keys }) => keys);
}

describe('DELETE /push-contacts/{deviceToken}', () => {
  it('ends the contact, with an event and a count of the domain', async () => {
    const { domain, deviceToken } = await newContact();
    const before = await stored(domain);

    const { status, text } = await leave(deviceToken);

    expect([status, text]).toEqual([204, '']);
    const contact = await stored(domain);
    expect(contact).toEqual({
      ...before,
      deleted: true,
      modified: contact.unsubscribed_at,
      unsubscribed_at: expect.any(Date) as unknown,
    });
    const events = await product.db.pick('webPushEvent', { domain });
    expect(events).toEqual([
      {
        _id: expect.anything() as unknown,
        type: UNSUBSCRIBED,
        date: contact.unsubscribed_at,
        push_contact_id: contact._id,
        sub_type: 0,
        domain,
        device_token: deviceToken,
        error_message: null,
        event_descriptor: null,
      },
    ]);
    expect(await statsOf(domain)).toEqual({ active: 0, deleted: 1, total: 1, unsubscribed: 1 });
  });

  it('counts a contact that leaves many times at once as one', async () => {
    const { domain, deviceToken } = await newContact();

    const responses = await Promise.all(Array.from({ length: 20 }, () => leave(deviceToken)));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await eventsOf(domain)).toHaveLength(1);
    expect(await statsOf(domain)).toMatchObject({ unsubscribed: 1 });
  });

  it('answers 204 for an unknown token, and stores nothing', async () => {
    const before = await product.db.count('webPushEvent');
    expect((await leave('never registered')).status).toBe(204);
    expect(await product.db.count('webPushEvent')).toBe(before);
  });

  it('refuses a token that is blank or too long, by its name', async () => {
    for (const token of [' ', 'x'.repeat(4_097)]) {
      const { status, body } = await leave(token);
      expect([status, Object.keys((body as { errors: object }).errors)]).toEqual([400, ['deviceToken']]);
    }
  });

  it('may be called by pages of every origin', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'DELETE' };
    const response = await product.ask('OPTIONS', '/push-contacts/token', { headers });
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('leaves a contact that was pruned as it is, which is counted apart', async () => {
    const { domain, deviceToken } = await newContact();
    await product.db.update('push-contacts', { device_token: deviceToken }, { $set: { deleted: true } });
    const pruned = await stored(domain);

    expect((await leave(deviceToken)).status).toBe(204);

    expect(await stored(domain)).toEqual(pruned);
    expect(await eventsOf(domain)).toEqual([]);
    expect(await statsOf(domain)).toEqual({ active: 0, deleted: 1, total: 1 });
  });

  it('is undone by nothing but a new registration, which keeps the id', async () => {
    const { domain, deviceToken } = await newContact();
    await leave(deviceToken);
    const left = await stored(domain);
    const path = `/push-contacts/${encodeURIComponent(deviceToken)}`;
    const subscription = { endPoint: 'https://fcm.googleapis.com/fcm/send/x', keys: { p256DH: 'p', auth: 'a' } };

    await product.ask('PUT', `${path}/email`, { json: 'other@example.com' });
    await product.ask('PUT', `${path}/subscription`, { json: subscription });
    await product.askAsSuperUser('PUT', `${path}/visitor-guid`, { json: 'other' });

    expect(await stored(domain)).toEqual(left);
    const active = await product.ask(
      'GET',
      `/push-contacts/${domain}/device-tokens/${encodeURIComponent(deviceToken)}`,
    );
    expect(active.body).toBe(false);

    await register(domain, deviceToken, { visitorGuid: 'back' });

    const back = await stored(domain);
    expect(back).toMatchObject({ _id: left._id, deleted: false, visitor_guid: 'back', email: null });
    expect(back).not.toHaveProperty('unsubscribed_at');
    expect(await statsOf(domain)).toEqual({ active: 1, deleted: 0, total: 1 });
    await leave(deviceToken);
    expect(await eventsOf(domain)).toHaveLength(2);
    expect(await statsOf(domain)).toMatchObject({ unsubscribed: 1 });
  });
});

describe('to a contact that has left', () => {
  it('nothing is sent of a batch that is already cut and read, but what had begun', async () => {
    const domain = 'cut.example.com';
    const tokens = names('cut', 400);
    await product.db.addContacts(domain, tokens);
    const calls = holdCalls(product, 'Cut');
    const messageId = await product.send(domain, { title: 'Cut' });
    const begun = await waitFor(
      () => Promise.resolve(sentTo('Cut')),
      (sent) => sent.length >= CALLS_AT_ONCE * TOKENS_A_CALL,
    );
    const waiting = tokens.filter((token) => !begun.includes(token));
    // Some of several calls, all of one, and one of a call that has begun.
    const leaving = [...waiting.slice(0, TOKENS_A_CALL * 3), ...waiting.slice(-15)];
    await Promise.all([...leaving, begun[0] ?? ''].map(leave));
    calls.allow();

    const { planned, delivered, notDelivered } = await product.finished(messageId);

    const expected = tokens.filter((token) => !leaving.includes(token));
    expect(sentTo('Cut').sort()).toEqual(expected.sort());
    expect({ planned, delivered, notDelivered }).toEqual({
      planned: expected.length,
      delivered: expected.length,
      notDelivered: 0,
    });
    const { message, stats } = await product.counters(messageId);
    expect([message.sent, message.delivered, stats.sent, stats.delivered]).toEqual(Array(4).fill(expected.length));
    expect(Object.keys(await product.outcomes(messageId))).toHaveLength(expected.length);
    expect(await eventsOf(domain)).toHaveLength(leaving.length + 1);
  });

  it('nothing is sent again after a temporary failure', async () => {
    const domain = 'again.example.com';
    const [leaving, staying] = ['once-leaving', 'once-staying'] as const;
    await product.db.addContacts(domain, [leaving, staying]);
    const messageId = await product.send(domain, { title: 'Again' });
    await waitFor(
      () => product.progress(messageId),
      ({ waitingFor = [] }) => waitingFor.some(({ reason }) => reason !== 'queued'),
    );
    await leave(leaving);

    const { planned, delivered } = await product.finished(messageId);

    expect([planned, delivered]).toEqual([1, 1]);
    expect(sentTo('Again').filter((token) => token === leaving)).toHaveLength(1);
    expect(sentTo('Again').filter((token) => token === staying)).toHaveLength(2);
  });

  it.each([
    ['of a broadcast', (domain: string, message: object) => product.send(domain, message)],
    [
      'of a list of visitors',
      async (domain: string, message: object) => {
        const messageId = await product.store(domain, message);
        const visitorsFieldsList = ['leaving', 'staying'].map((visitorGuid) => ({ visitorGuid, fields: {} }));
        const json = { visitorsFieldsList };
        await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json });
        return messageId;
      },
    ],
    [
      'to one visitor',
      async (domain: string, message: object) => {
        const messageId = await product.store(domain, message);
        for (const visitor of ['leaving', 'staying'])
          await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/${visitor}/send`, { json: {} });
        return messageId;
      },
    ],
  ] as const)('nothing is sent %s that was accepted before', async (what, send) => {
    const domain = `${what.replace(/ /g, '-')}.example.com`;
    const title = `Accepted before ${what}`;
    const tokenOf = (guid: string): string => `${guid} ${domain}`;
    await product.db.addContacts(domain, ['leaving', 'staying'].map(tokenOf), (token) => ({
      visitor_guid: token.split(' ')[0] ?? null,
    }));
    const messageId = await send(domain, { title, sendAt: new Date(Date.now() + 3_000).toISOString() });
    await leave(tokenOf('leaving'));

    await product.finished(messageId);

    expect(sentTo(title)).toEqual([tokenOf('staying')]);
  });

  it('nothing is sent within a request either', async () => {
    const { domain, deviceToken } = await newContact();
    await leave(deviceToken);
    const visitor = encodeURIComponent(`guid of ${domain}`);
    const json = { title: 'Within', body: 'The body' };
    const { status } = await product.askAsSuperUser('POST', `/push-contacts/${domain}/${visitor}/message`, { json });
    expect(status).toBe(200);
    expect(sentTo('Within')).toEqual([]);
  });

  it('nothing changes in the reports of what was sent before', async () => {
    const { domain, deviceToken } = await newContact();
    const messageId = await product.send(domain, { title: 'Before' });
    await product.finished(messageId);
    const query = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
    const paths = [
      `/domains/${domain}/messages/${messageId}/stats?${query}`,
      `/push-contacts/${domain}/messages/${messageId}/details?${query}`,
      `/domains/${domain}/push-sends-consumed-count?${query}`,
      `/domains/${domain}/messages/stats/grouped?${query}&messageIds=${messageId}&period=day`,
    ];
    const report = (): Promise<unknown[]> =>
      Promise.all(paths.map(async (path) => (await product.askAsSuperUser('GET', path)).body));
    const before = [await report(), await product.counters(messageId)];

    await leave(deviceToken);

    expect([await report(), await product.counters(messageId)]).toEqual(before);
    expect(await eventsOf(domain)).toHaveLength(1);
  });
});
