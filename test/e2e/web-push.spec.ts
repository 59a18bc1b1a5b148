import { decryptId, Installation, names } from '../support/installation.js';
import { TestSubscription } from '../support/subscriptions.js';
import { bsonTypeOf, uuid } from '../support/test-database.js';
import { signedQuery } from '../support/link-signatures.js';
import { waitFor } from '../support/wait-for.js';

const PUBLIC_URL = 'https://push.example.com/base';
const LINK = /^https:\/\/push\.example\.com\/base\/push-contacts\/([\w-]+)\/messages\/([\w-]+)\/([^?]+)\?(.+)$/;

/** The new subscription of a browser; the product accepts only real keys. */
const CHANGED = new TestSubscription('https://push.example.com/changed/fine-new');

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('web_push', { environment: { PUBLIC_URL } });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

/** The parts of a tracking link, with decrypted ids. Fails if it is not signed for 28 days. */
function partsOf(link: string | null | undefined): { contactId: string; messageId: string; what: string } {
  const [, contact = '', message = '', what = '', query = ''] = LINK.exec(link ?? '') ?? [];
  const ids = { contactId: decryptId(contact), messageId: decryptId(message) };
  const end = Number.parseInt(query.slice('s='.length, -22), 36);
  expect(query).toBe(signedQuery(ids, end));
  const hours = end - Date.now() / 3_600_000 - 28 * 24;
  expect(hours > 0 && hours <= 1).toBe(true);
  return { ...ids, what };
}

it('a domain with both kinds of contacts is sent over both channels in one plan, 100 subscriptions per call', async () => {
  const domain = 'both.example.com';
  const endpoints = names('fine', 250).map((name) => `https://both.push.example/${name}`);
  await product.db.addSubscribers(domain, 'both.push.example', names('fine', 250));
  const incomplete = { subscription: { endpoint: 'https://both.push.example/x', p256dh: '', auth: '' } };
  await product.db.addContacts(domain, names('token', 30));
  await product.db.addContacts(domain, ['token-without-keys'], incomplete);

  const messageId = await product.send(domain, { title: 'Both' });

  expect(await product.finished(messageId)).toMatchObject({ state: 'done', planned: 281, delivered: 281, pending: 0 });
  expect(
    product
      .subscriptionsSent('Both')
      .map(({ endpoint }) => endpoint)
      .sort(),
  ).toEqual(endpoints.sort());
  expect(product.tokensSent('Both').sort()).toEqual([...names('token', 30), 'token-without-keys'].sort());
  expect(
    product
      .webPushCalls('Both')
      .map(({ subscriptions }) => subscriptions.length)
      .sort(),
  ).toEqual([100, 100, 50]);
  expect(await product.db.count('deliveries', { message_id: uuid(messageId) })).toBe(1);
  const { message, stats } = await product.counters(messageId);
  expect(message).toMatchObject({ sent: 281, delivered: 281, not_delivered: 0, billable_sends: 281 });
  expect(stats).toMatchObject({ sent: 281, delivered: 281, not_delivered: 0, billable_sends: 281 });
});

it('a call has the whole notification, with tracking links whose ids decrypt to contact and message', async () => {
  const domain = 'links.example.com';
  const [first = '', second = ''] = await product.db.addSubscribers(domain, 'links.push.example', names('fine', 2));
  const actions = [
    { action: 'buy now/50% ñ?', title: 'Buy', icon: 'https://example.com/b.png', link: 'https://example.com/buy' },
    { icon: null },
  ];
  const icon = 'https://example.com/icon.png';

  const messageId = await product.send(domain, {
    title: 'Links',
    onClickLink: 'https://example.com/x',
    iconUrl: icon,
    actions,
  });
  await product.finished(messageId);

  const [call, ...others] = product.webPushCalls('Links');
  expect(others).toEqual([]);
  const { subscriptions = [], atMs, ...rest } = call ?? { atMs: 0 };
  expect(atMs).toBeGreaterThan(0);
  expect(rest).toEqual({
    notificationTitle: 'Links',
    notificationBody: 'The body',
    notificationOnClickLink: 'https://example.com/x',
    imageUrl: null,
    iconUrl: icon,
    messageId,
    actions: [
      { action: 'buy now/50% ñ?', title: 'Buy', icon: 'https://example.com/b.png', link: 'https://example.com/buy' },
      { action: 'action2', title: 'title2', icon: null, link: null },
    ],
  });
  const contactIds = new Map([
    ['https://links.push.example/fine-0', first],
    ['https://links.push.example/fine-1', second],
  ]);
  expect(subscriptions.map(({ endpoint }) => endpoint).sort()).toEqual([...contactIds.keys()]);
  for (const { endpoint, p256DH, auth, subscriptionExtraData: data } of subscriptions) {
    expect([p256DH, auth]).toEqual([`p256dh of ${endpoint}`, `auth of ${endpoint}`]);
    const ids = { contactId: contactIds.get(endpoint), messageId };
    expect(partsOf(data.clickedEventEndpoint)).toEqual({ ...ids, what: 'clicked' });
    expect(partsOf(data.receivedEventEndpoint)).toEqual({ ...ids, what: 'received' });
    expect(Object.keys(data.actionEventEndpoints ?? {})).toEqual(['buy now/50% ñ?', 'action2']);
    const buy = partsOf(data.actionEventEndpoints?.['buy now/50% ñ?']);
    expect(buy).toEqual({ ...ids, what: 'actionClick/buy%20now%2F50%25%20%C3%B1%3F' });
  }
  // The links in the call count, and the action counts under its own name.
  const link = subscriptions[0]?.subscriptionExtraData.actionEventEndpoints?.['buy now/50% ñ?'] ?? '';
  expect((await product.ask('POST', link.slice(PUBLIC_URL.length))).status).toBe(202);
  const clicks = await product.events(messageId, [6]);
  expect(clicks.map(({ event_descriptor: name }) => name)).toEqual(['buy now/50% ñ?']);
});

it.each([
  ['neither', {}, null, null],
  ['an icon', { iconUrl: 'https://e.com/icon' }, null, 'https://e.com/icon'],
  [
    'an image that is not to be large',
    { imageUrl: 'https://e.com/image', iconUrl: 'https://e.com/icon' },
    null,
    'https://e.com/image',
  ],
  [
    'a large image',
    { imageUrl: 'https://e.com/image', iconUrl: 'https://e.com/icon', preferLargeImage: true },
    'https://e.com/image',
    'https://e.com/icon',
  ],
  [
    'a large image without an icon',
    { imageUrl: 'https://e.com/image', preferLargeImage: true },
    'https://e.com/image',
    null,
  ],
  ['no large image although preferred', { preferLargeImage: true, imageUrl: '' }, null, null],
])('a message with %s gets its image and icon by the rule', async (name, message, imageUrl, iconUrl) => {
  const domain = `image-${name.replaceAll(' ', '-')}.example.com`;
  await product.db.addSubscribers(domain, 'image.push.example', [`fine-${domain}`]);
  await product.db.addContacts(domain, [`token-${domain}`]);

  await product.finished(await product.send(domain, { title: domain, ...message }));

  expect(product.webPushCalls(domain)).toEqual([expect.objectContaining({ imageUrl, iconUrl })]);
  const [byToken] = product.pushApi.messageCalls.filter((call) => call.notificationTitle === domain);
  expect(byToken?.imageUrl ?? '').toBe('imageUrl' in message ? message.imageUrl : '');
});

it('each subscription gets one outcome, the one that its push service returned', async () => {
  const domain = 'outcomes.example.com';
  const of = (name: string): string => `https://outcomes.push.example/${name}`;
  const kinds: Record<string, [number, number]> = {
    'fine-1': [0, 0],
    'twice-1': [0, 0],
    '500-1': [0, 0],
    'missing-1': [0, 0],
    '404-1': [4, 1],
    '410-1': [4, 1],
    '401-1': [4, 2],
    '403-1': [4, 2],
    '413-1': [4, 2],
  };
  await product.db.addSubscribers(domain, 'outcomes.push.example', Object.keys(kinds));
  const before = Date.now();

  const messageId = await product.send(domain, { title: 'Outcomes' });

  expect(await product.finished(messageId)).toMatchObject({ planned: 9, delivered: 4, notDelivered: 5, state: 'done' });
  expect(await product.outcomes(messageId)).toEqual(
    Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [of(name), kind])),
  );
  expect(await product.activeTokens(domain)).toEqual(
    Object.keys(kinds)
      .filter((name) => !['404-1', '410-1'].includes(name))
      .map(of)
      .sort(),
  );
  const sends = product.subscriptionsSent('Outcomes').map(({ endpoint }) => endpoint);
  expect(sends.sort()).toEqual([...Object.keys(kinds), '500-1', 'missing-1'].map(of).sort());
  const { message, stats } = await product.counters(messageId);
  expect(message).toMatchObject({ sent: 9, delivered: 4, not_delivered: 5, billable_sends: 6 });
  expect(stats).toMatchObject({ sent: 9, delivered: 4, not_delivered: 5, billable_sends: 6 });

  const contactIds = new Map((await product.db.contactsOf(domain)).map(({ _id, device_token: token }) => [token, _id]));
  for (const event of await product.events(messageId, [0, 4])) {
    expect(Object.keys(event).sort()).toEqual([
      '_id',
      'date',
      'device_token',
      'domain',
      'error_message',
      'event_descriptor',
      'message_id',
      'push_contact_id',
      'push_service',
      ...(Number(event.type) === 0 ? [] : ['reason']),
      'sub_type',
      'type',
    ]);
    expect([event.type, event.sub_type, event.date, event.message_id].map(bsonTypeOf)).toEqual([
      'Int32',
      'Int32',
      'Date',
      'Binary',
    ]);
    expect((event.message_id as { sub_type: number }).sub_type).toBe(4);
    const status = /\/(\d+)-/.exec(event.device_token as string)?.[1];
    const isWrongKey = ['401', '403'].includes(status ?? '');
    expect(event).toMatchObject({ domain, event_descriptor: isWrongKey ? 'wrong key' : null });
    expect(event.push_contact_id).toBe(contactIds.get(event.device_token as string));
    expect((event.date as Date).getTime()).toBeGreaterThanOrEqual(before);
    expect(event.error_message).toBe(Number(event.type) === 0 ? null : `status ${status}`);
  }
});

it.each([
  ['a number', '429number', 2_000],
  ['a .NET time span', '429span', 3_000],
])('a throttled subscription is retried after the pause that was requested as %s', async (_, kind, pauseMs) => {
  const domain = `${kind}.example.com`;
  await product.db.addSubscribers(domain, `${kind}.push.example`, [...names('fine', 5), `${kind}-1`, `${kind}-2`]);

  const messageId = await product.send(domain, { title: kind });

  expect(await product.finished(messageId)).toMatchObject({ planned: 7, delivered: 7, notDelivered: 0 });
  const [first, again, ...others] = product.webPushCalls(kind);
  expect(others).toEqual([]);
  expect(again?.subscriptions.map(({ endpoint }) => endpoint).sort()).toEqual(
    [1, 2].map((number) => `https://${kind}.push.example/${kind}-${number}`),
  );
  expect((again?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(pauseMs);
});

/** Waits for the pause of this key, and resolves with its end. */
async function pausedUntil(key: string): Promise<number> {
  const [throttle] = await waitFor(
    () => product.db.find('throttles', { _id: key }),
    (found) => found.length > 0,
  );
  return Number(throttle?.until_ms);
}

it('a push service that refuses a domain is paused for that domain alone, and each push service by itself', async () => {
  const [domain, host] = ['refused.example.com', 'refuses-one.push.example'];
  await product.db.addSubscribers(domain, host, names('429span', 5));
  const first = await product.send(domain, { title: 'Is refused' });
  const untilMs = await pausedUntil(`${host} ${domain}`);

  await product.db.addSubscribers(domain, host, ['fine-waits']);
  await product.db.addSubscribers(domain, 'free.push.example', ['fine-free']);
  await product.db.addSubscribers('other.example.com', host, names('fine', 20));
  const second = await product.send(domain, { title: 'Waits' });
  const other = await product.send('other.example.com', { title: 'Other' });
  await Promise.all([first, second, other].map((messageId) => product.finished(messageId)));

  const [free, ...waited] = product.webPushCalls('Waits');
  expect(free?.subscriptions.map(({ endpoint }) => endpoint)).toEqual(['https://free.push.example/fine-free']);
  expect(free?.atMs ?? untilMs).toBeLessThan(untilMs);
  for (const { atMs } of waited) expect(atMs).toBeGreaterThanOrEqual(untilMs);
  for (const { atMs } of product.webPushCalls('Other')) expect(atMs).toBeLessThan(untilMs);
  expect(await product.progress(first)).toMatchObject({ delivered: 5 });
  expect(await product.progress(second)).toMatchObject({ delivered: 7 });
});

it.each([
  ['answers 503', ['unavailable.example.com'], '503', 'unavailable.push.example'],
  [
    'refuses three domains at once',
    ['a', 'b', 'c'].map((name) => `${name}.example.org`),
    '429span',
    'all.push.example',
  ],
])('a push service that %s is paused for all domains', async (_, domains, kind, host) => {
  const sent = [];
  for (const domain of domains) {
    await product.db.addSubscribers(
      domain,
      host,
      names(kind, 6).map((name) => `${name}-${domain}`),
    );
    sent.push(await product.send(domain, { title: `Starts ${kind}` }));
  }
  const untilMs = await pausedUntil(host);
  const other = `not-${host}.example.com`;
  await product.db.addSubscribers(other, host, ['fine-waits']);
  const waiting = await product.send(other, { title: `After ${kind}` });
  await Promise.all([...sent, waiting].map((messageId) => product.finished(messageId)));
  const [call] = product.webPushCalls(`After ${kind}`);
  expect(call?.atMs).toBeGreaterThanOrEqual(untilMs);
});

it.each([1, 4])('%i throttled subscriptions wait, others of their push service do not', async (count) => {
  const host = `few-${count}.push.example`;
  await product.db.addSubscribers(`few-${count}.example.com`, host, names('429span', count));
  const title = `Few ${count}`;
  const few = await product.send(`few-${count}.example.com`, { title });
  // A pause would be stored before the retry is.
  const retry = { message_id: uuid(few), attempt: 1 };
  await waitFor(
    () => product.db.count('deliveryBatches', retry),
    (retries) => retries > 0,
  );
  expect(await product.db.count('throttles', { _id: { $regex: `^${host}` } })).toBe(0);

  await product.db.addSubscribers(`free-${count}.example.com`, host, ['fine-free']);
  const free = await product.send(`free-${count}.example.com`, { title: `Free ${count}` });
  expect(await product.finished(free)).toMatchObject({ delivered: 1 });
  expect(await product.finished(few)).toMatchObject({ delivered: count });
  const [refused, again] = product.webPushCalls(title);
  const [unthrottled] = product.webPushCalls(`Free ${count}`);
  expect((again?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(3_000);
  expect(unthrottled?.atMs ?? Number.POSITIVE_INFINITY).toBeLessThan(again?.atMs ?? 0);
});

it('a contact is pruned only if it still has what was refused', async () => {
  const domain = 'changed.example.com';
  const gone = names('410', 4).map((name) => `https://changed.push.example/${name}`);
  await product.db.addSubscribers(domain, 'changed.push.example', names('410', 4));
  await product.db.addContacts(domain, ['unregistered-stays', 'unregistered-goes']);
  const change = async (token: string): Promise<void> => {
    const json = CHANGED.forApi;
    const path = `/push-contacts/${encodeURIComponent(token)}/subscription`;
    expect((await product.ask('PUT', path, { json })).status).toBe(200);
  };
  product.pushApi.beforeWebPushResponse('Changed', () => change(gone[1] ?? ''));
  product.pushApi.beforeMessageResponse('Changed', () => change('unregistered-stays'));

  const messageId = await product.send(domain, { title: 'Changed' });

  expect(await product.finished(messageId)).toMatchObject({ planned: 6, delivered: 0, notDelivered: 6 });
  expect(await product.activeTokens(domain)).toEqual([gone[1], 'unregistered-stays'].sort());
  const again = await product.send(domain, { title: 'Changed later' });
  expect(await product.finished(again)).toMatchObject({ planned: 2, delivered: 2 });
  expect(product.subscriptionsSent('Changed later')).toEqual([
    expect.objectContaining(CHANGED.forPushApi),
    expect.objectContaining({ endpoint: CHANGED.endpoint }),
  ]);
});

it('a wrong VAPID key prunes no contact', async () => {
  const domain = 'vapid.example.com';
  const all = [...names('401', 5), ...names('403', 5)];
  await product.db.addSubscribers(domain, 'vapid.push.example', all);
  const messageId = await product.send(domain, { title: 'VAPID' });
  expect(await product.finished(messageId)).toMatchObject({ delivered: 0, notDelivered: 10 });
  expect(await product.activeTokens(domain)).toHaveLength(10);
  const { message } = await product.counters(messageId);
  expect(message).toMatchObject({ sent: 10, billable_sends: 0 });
});

describe('PUT /push-contacts/{deviceToken}/subscription', () => {
  const { keys } = CHANGED.forApi;
  const put = (token: string, json: unknown): Promise<{ status: number; text: string; body: unknown }> =>
    product.ask('PUT', `/push-contacts/${token}/subscription`, { json });

  it('replaces the subscription of a contact, with property names in any case', async () => {
    await product.db.addContacts('put.example.com', ['put-1'], { email: 'a@example.com', modified: new Date(0) });
    const json = { EndPoint: CHANGED.endpoint, Keys: { p256dh: CHANGED.p256dh, AUTH: CHANGED.auth } };
    expect(await put('put-1', json)).toMatchObject({ status: 200, text: '' });
    const [contact] = await product.db.contactsOf('put.example.com');
    expect(contact).toMatchObject({
      device_token: 'put-1',
      email: 'a@example.com',
      deleted: false,
      subscription: { endpoint: CHANGED.endpoint, p256dh: CHANGED.p256dh, auth: CHANGED.auth },
    });
    expect(contact?.modified.getTime()).toBeGreaterThan(0);
  });

  it('returns 404 for a token that is unknown or deleted', async () => {
    await product.db.addContacts('put.example.com', ['put-deleted'], { deleted: true });
    for (const token of ['put-unknown', 'put-deleted']) {
      expect(await put(token, { endPoint: CHANGED.endpoint, keys })).toMatchObject({ status: 404 });
    }
  });

  it.each([
    ['a host that is no push service', { endPoint: 'https://push.example/new', keys }, 'endPoint'],
    ['no endpoint', { keys }, 'endPoint'],
    ['a relative endpoint', { endPoint: '/new', keys }, 'endPoint'],
    ['an endpoint of another type', { endPoint: 5, keys }, 'endPoint'],
    ['no keys', { endPoint: 'https://push.example/new' }, 'keys'],
    ['null for keys', { endPoint: 'https://push.example/new', keys: null }, 'keys'],
    ['no p256DH', { endPoint: 'https://push.example/new', keys: { auth: 'a' } }, 'keys.p256DH'],
    ['a blank auth', { endPoint: 'https://push.example/new', keys: { p256DH: 'a', auth: ' ' } }, 'keys.auth'],
  ])('returns 400 for %s', async (_, json, property) => {
    const { status, body } = await put('put-1', json);
    expect(status).toBe(400);
    expect(Object.keys((body as { errors: object }).errors)).toContain(property);
  });

  it('returns 400 for a body that is not an object', async () => {
    for (const json of ['text', [], null, 5]) expect((await put('put-1', json)).status).toBe(400);
  });
});

it('a message has no tracking links without a PUBLIC_URL', async () => {
  const hidden = await Installation.start('web_push_hidden');
  await hidden.db.addSubscribers('hidden.example.com', 'hidden.push.example', ['fine-1']);
  const actions = [{ action: 'buy', title: 'Buy' }];
  await hidden.finished(await hidden.send('hidden.example.com', { title: 'Hidden', actions }));
  const [subscription] = hidden.subscriptionsSent('Hidden');
  expect(await hidden.stop()).toEqual([0, 0]);
  expect(subscription?.subscriptionExtraData).toEqual({
    clickedEventEndpoint: null,
    receivedEventEndpoint: null,
    actionEventEndpoints: null,
  });
});
