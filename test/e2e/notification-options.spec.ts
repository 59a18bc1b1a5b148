import { Installation, messageIdOf } from '../support/installation.js';
import { trackingPath } from '../support/link-signatures.js';
import { bsonTypeOf, uuid } from '../support/test-database.js';

const OPTIONS = {
  ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', vibrate: [200, 100] },
  ...{ language: 'es-AR', direction: 'rtl', data: { $set: { 'a.b': 1 }, Order: [null, 'ñ'] } },
};

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('shown');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

/** The calls of both kinds with this title, without their recipients. */
function callsOf(title: string): Record<string, unknown>[] {
  const { messageCalls, webPushCalls } = product.pushApi;
  return [...messageCalls, ...webPushCalls]
    .filter(({ notificationTitle }) => notificationTitle === title)
    .map((call) => ({ ...call, tokens: undefined, subscriptions: undefined }));
}

/** A contact of each kind: with a device token, and with a subscription. */
async function addContacts(domain: string, visitorGuid: string | null = null): Promise<string[]> {
  const subscription = { endpoint: `https://${domain}.push.example/fine-1`, p256dh: 'key', auth: 'secret' };
  return product.db.addContacts(domain, [`token of ${domain}`, `fine-1 of ${domain}`], (token) => ({
    visitor_guid: visitorGuid,
    ...(token.startsWith('fine') && { subscription }),
  }));
}

describe('how a message is shown', () => {
  it('is stored in added fields and reaches PushApi in both routes', async () => {
    const domain = 'all.example.com';
    await addContacts(domain);
    const badgeUrl = 'https://e.com/badge.png';
    const messageId = await product.send(domain, { title: 'All', ...OPTIONS, badgeUrl, utm: { source: 'push' } });
    await product.finished(messageId);

    const [document] = await product.db.find('messages', { message_id: uuid(messageId) });
    expect(JSON.parse(JSON.stringify(document))).toMatchObject({
      ...{ require_interaction: true, silent: false, renotify: true, tag: 'sale', vibrate: [200, 100] },
      ...{ language: 'es-AR', direction: 'rtl', data: JSON.stringify(OPTIONS.data) },
      ...{ badge_url: badgeUrl, utm: { source: 'push' } },
    });
    expect(callsOf('All')).toMatchObject([
      { ...OPTIONS, badgeUrl },
      { ...OPTIONS, badgeUrl },
    ]);
  });

  it('adds nothing to document and calls of a message without options', async () => {
    const domain = 'none.example.com';
    await addContacts(domain);
    const nulls = Object.fromEntries([...Object.keys(OPTIONS), 'badgeUrl', 'utm'].map((name) => [name, null]));
    const messageId = await product.send(domain, { title: 'None', ...nulls, tag: '', utm: { source: '' } });
    await product.finished(messageId);

    const [document] = await product.db.find('messages', { message_id: uuid(messageId) });
    const added = ['require_interaction', ...Object.keys(OPTIONS), 'badge_url', 'utm', 'dismissed'];
    expect(Object.keys(document ?? {}).filter((name) => added.includes(name))).toEqual([]);
    for (const call of callsOf('None')) {
      expect(Object.keys(call).filter((name) => [...Object.keys(OPTIONS), 'badgeUrl'].includes(name))).toEqual([]);
    }
    expect(callsOf('None')).toHaveLength(2);
  });

  it.each([
    ['renotify', { renotify: true }],
    ['vibrate', { silent: true, vibrate: [1] }],
    ['data', { data: { text: 'x'.repeat(1_024) } }],
    ['utm', { onClickLink: 'https://e.com/'.padEnd(2_040, 'x'), utm: { source: 'push' } }],
    [
      'data',
      {
        data: { text: 'x'.repeat(900) },
        actions: [{ link: 'https://e.com/'.padEnd(2_000, 'x') }, { link: 'https://e.com/'.padEnd(1_500, 'y') }],
      },
    ],
  ])('is 400 with the name %s when it cannot be shown, and nothing is stored', async (name, change) => {
    const domain = 'refused.example.com';
    const json = { title: 'Refused', body: 'b', ...change };
    const routes = [
      [`/messages/domains/${domain}`, json],
      ['/message', { domain, message: json }],
      [`/push-contacts/${domain}/guid/message`, json],
    ] as const;
    for (const [path, body] of routes) {
      const response = await product.askAsSuperUser('POST', path, { json: body });
      expect(response.status).toBe(400);
      const [invalid] = Object.keys((response.body as { errors: object }).errors);
      expect(invalid?.replace('message.', '')).toBe(name);
    }
    expect(await product.db.count('messages', { domain })).toBe(0);
  });
});

describe('campaign parameters', () => {
  it('are added to the links of message and actions that have none', async () => {
    const domain = 'utm.example.com';
    await addContacts(domain);
    const message = {
      title: 'Campaign',
      onClickLink: 'https://e.com/sale?a=1#top',
      imageUrl: 'https://e.com/i.png',
      actions: [{ link: 'https://e.com/buy' }, { link: 'https://e.com/?utm_source=own' }, {}],
      utm: { source: 'push', medium: 'web push', campaign: 'sale', content: 'a&b' },
    };
    await product.finished(await product.send(domain, message));
    const utm = 'utm_source=push&utm_medium=web%20push&utm_campaign=sale&utm_content=a%26b';
    const [byToken, bySubscription] = callsOf('Campaign');
    const links = { notificationOnClickLink: `https://e.com/sale?a=1&${utm}#top` };
    expect(byToken).toMatchObject({ ...links, imageUrl: 'https://e.com/i.png' });
    expect(bySubscription).toMatchObject({
      ...links,
      actions: [{ link: `https://e.com/buy?${utm}` }, { link: 'https://e.com/?utm_source=own' }, { link: null }],
    });
  });
});

describe('fields in links and images', () => {
  const TEMPLATE = {
    body: 'b',
    onClickLink: 'https://e.com/[[[Section]]]?to=[[[name]]]',
    imageUrl: 'https://e.com/[[[image]]].png',
    preferLargeImage: true,
    actions: [{ link: 'https://e.com/buy/[[[sku]]]' }],
    utm: { source: 'push' },
  };

  it('are replaced for one visitor, URL-encoded', async () => {
    const domain = 'one.example.com';
    await addContacts(domain, 'guid');
    const messageId = await product.store(domain, { title: 'One', ...TEMPLATE });
    const fields = { section: 'a/b', name: 'A&B ñ', image: 'x', SKU: null };
    const json = { replacementIsMandatory: true, fields };
    const path = `/messages/${messageId}/visitors/guid/send`;
    messageIdOf(await product.askAsSuperUser('POST', path, { json }), 202);
    await product.finished(messageId);
    const links = {
      notificationOnClickLink: 'https://e.com/a%2Fb?to=A%26B%20%C3%B1&utm_source=push',
      imageUrl: 'https://e.com/x.png',
    };
    const [byToken, bySubscription] = callsOf('One');
    expect(byToken).toMatchObject(links);
    expect(bySubscription).toMatchObject({ ...links, actions: [{ link: 'https://e.com/buy/?utm_source=push' }] });
  });

  it('are named where they are missing and mandatory', async () => {
    const domain = 'missing.example.com';
    const messageId = await product.store(domain, { title: 'Hi [[[name]]]', ...TEMPLATE });
    const path = `/messages/${messageId}/visitors/guid/send`;
    const json = { replacementIsMandatory: true, fields: { sku: '1' } };
    expect(await product.askAsSuperUser('POST', path, { json })).toMatchObject({
      status: 400,
      body: {
        missingFieldsInTitle: ['name'],
        missingFieldsInBody: [],
        missingFieldsInLinks: ['Section', 'name'],
        missingFieldsInImages: ['image'],
      },
    });
    const plain = await product.store(domain, { title: 'Hi [[[name]]]' });
    const { body } = await product.askAsSuperUser('POST', `/messages/${plain}/visitors/guid/send`, { json });
    expect(Object.keys(body as object)).not.toContain('missingFieldsInLinks');
    expect(Object.keys(body as object)).not.toContain('missingFieldsInImages');
  });

  it('are 400 for one visitor, and an outcome in a list, when they make a link too long', async () => {
    const domain = 'long.example.com';
    await product.db.addContacts(domain, ['long', 'fine'], (token) => ({ visitor_guid: token }));
    const messageId = await product.store(domain, { title: 'Long', body: 'b', onClickLink: 'https://e.com/[[[x]]]' });
    const fields = { x: 'ñ'.repeat(400) };
    const one = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/long/send`, { json: { fields } });
    expect(one).toMatchObject({ status: 400, body: { errors: { fields: [expect.stringContaining('2048')] } } });

    const visitorsFieldsList = [
      { visitorGuid: 'long', fields },
      { visitorGuid: 'fine', fields: { x: 'ñ' } },
    ];
    const path = `/messages/${messageId}/visitors/send`;
    messageIdOf(await product.askAsSuperUser('POST', path, { json: { visitorsFieldsList } }), 202);
    expect(await product.finished(messageId)).toMatchObject({ planned: 2, delivered: 1, notDelivered: 1 });
    expect(await product.outcomes(messageId)).toEqual({ long: [4, 2], fine: [0, 0] });
    const [event] = await product.events(messageId, [4]);
    expect(event?.error_message).toContain('a link is longer than 2048 characters');
    expect(await product.activeTokens(domain)).toEqual(['fine', 'long']);
  });

  it('stay as they are in a broadcast', async () => {
    const domain = 'broadcast.example.com';
    await addContacts(domain);
    await product.finished(
      await product.send(domain, { title: 'Broadcast', onClickLink: 'https://e.com/[[[Évènement]]]' }),
    );
    for (const call of callsOf('Broadcast')) expect(call.notificationOnClickLink).toBe('https://e.com/[[[Évènement]]]');
  });
});

describe('a dismissal', () => {
  it('is an event of its own, counted apart from everything that is reported', async () => {
    const domain = 'dismissed.example.com';
    const [contactId = ''] = await addContacts(domain);
    const messageId = await product.send(domain, { title: 'Dismissed' });
    await product.finished(messageId);
    const reports = [
      `/domains/${domain}/messages/${messageId}/stats?from=2020-01-01&to=2100-01-01`,
      `/domains/${domain}/messages/stats/grouped?messageIds=${messageId}&from=2020-01-01&to=2100-01-01`,
      `/push-contacts/${domain}/messages/${messageId}/details?from=2020-01-01&to=2100-01-01`,
      `/domains/${domain}/push-sends-consumed-count?from=2020-01-01&to=2100-01-01`,
    ];
    const read = async (): Promise<string[]> =>
      Promise.all(reports.map(async (path) => (await product.askAsSuperUser('GET', path)).text));
    const before = await read();
    expect(await product.progress(messageId)).not.toHaveProperty('dismissed');

    for (let time = 0; time < 3; time += 1) {
      const response = await product.ask('POST', trackingPath(contactId, messageId, 'dismissed'));
      expect([response.status, response.text]).toEqual([202, '']);
    }
    expect(await read()).toEqual(before);
    expect(await product.progress(messageId)).toMatchObject({ dismissed: 3, delivered: 2 });
    const events = await product.events(messageId, [7]);
    expect(events.map(({ push_contact_id: id }) => id)).toEqual([contactId, contactId, contactId]);
    const [message] = await product.db.find('messages', { message_id: uuid(messageId) });
    const hours = await product.db.find('messageStats', { message_id: uuid(messageId) });
    expect([message?.dismissed].map(bsonTypeOf)).toEqual(['Int32']);
    expect(Number(message?.dismissed)).toBe(3);
    expect(hours.reduce((sum, hour) => sum + Number(hour.dismissed ?? 0), 0)).toBe(3);
  });

  it('of a contact of another domain is not counted, and one with another id is 400', async () => {
    const messageId = await product.store('mine.example.com', { title: 'Mine' });
    const [stranger = ''] = await addContacts('other.example.com');
    const path = trackingPath(stranger, messageId, 'dismissed');
    expect((await product.ask('POST', path)).status).toBe(202);
    expect(await product.events(messageId, [7])).toEqual([]);
    expect((await product.ask('POST', '/push-contacts/x/messages/y/dismissed')).status).toBe(400);
  });
});
