import { request as httpRequest } from 'node:http';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { peakResidentKb } from '../support/peak-memory.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

interface VisitorFields {
  readonly visitorGuid: string;
  readonly fields?: Readonly<Record<string, string | null>> | null;
}

interface MissingFields {
  readonly status: number;
  readonly missingFieldsInTitle: readonly string[];
  readonly missingFieldsInBody: readonly string[];
}

const UNKNOWN_ID = '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('visitors', { environment: { VISITORS_BODY_LIMIT_MB: '32' } });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

/** Stores one contact with a device token for each guid; the token is `token of {guid}`. */
async function addVisitors(domain: string, guids: readonly string[]): Promise<void> {
  const guidsByToken = new Map(guids.map((guid) => [`token of ${guid}`, guid]));
  await product.db.addContacts(domain, [...guidsByToken.keys()], (token) => ({
    visitor_guid: guidsByToken.get(token) ?? null,
  }));
}

async function sendTo(messageId: string, guid: string, json: unknown = {}): Promise<number> {
  const path = `/messages/${messageId}/visitors/${encodeURIComponent(guid)}/send`;
  return (await product.askAsSuperUser('POST', path, { json })).status;
}

async function sendToList(
  messageId: string,
  visitorsFieldsList: readonly VisitorFields[],
  more: object = {},
): Promise<void> {
  const json = { visitorsFieldsList, ...more };
  const response = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json });
  expect(messageIdOf(response, 202)).toBe(messageId);
}

/** Title and body by token, of all calls whose title starts with this. */
function textsByToken(titleStart: string): Record<string, [unknown, unknown]> {
  const calls = product.pushApi.messageCalls.filter((call) => String(call.notificationTitle).startsWith(titleStart));
  const sends = calls.flatMap(({ tokens, notificationTitle: title, notificationBody: body }) =>
    tokens.map((token): [string, [unknown, unknown]] => [token, [title, body]]),
  );
  expect(new Set(sends.map(([token]) => token)).size).toBe(sends.length);
  return Object.fromEntries(sends);
}

async function nothingKeptOf(messageId: string): Promise<void> {
  const kept = { message_id: uuid(messageId) };
  await waitFor(
    () => product.db.count('deliveryBatches', kept),
    (count) => count === 0,
    5_000,
  );
  expect(await product.db.count('deliveries', kept)).toBe(0);
  expect(await product.db.count('webPushEvent', kept)).toBe(0);
}

describe('POST /message', () => {
  it('stores a message field by field and sends nothing', async () => {
    await addVisitors('stored.example.com', ['stored']);
    const sendAt = '2099-01-01T12:00:00+01:00';
    const json = {
      DOMAIN: 'stored.example.com',
      message: {
        title: 'Stored',
        body: 'b',
        onClickLink: '',
        iconUrl: 'https://e.com/i',
        actions: [{}],
        timeToLiveSeconds: 60,
        sendAt,
        urgency: 'high',
        topic: 'news_1',
      },
    };
    const messageId = messageIdOf(await product.askAsSuperUser('POST', '/message', { json }), 200);
    const [document] = await product.db.find('messages', { message_id: uuid(messageId) });
    expect(JSON.parse(JSON.stringify({ ...document, _id: 0, message_id: 0, inserted_date: 0 }))).toEqual({
      _id: 0,
      message_id: 0,
      domain: 'stored.example.com',
      title: 'Stored',
      body: 'b',
      on_click_link: null,
      sent: 0,
      delivered: 0,
      not_delivered: 0,
      billable_sends: 0,
      received: 0,
      clicks: 0,
      image_url: null,
      prefer_large_image: false,
      icon_url: 'https://e.com/i',
      inserted_date: 0,
      actions: [{ action: 'action1', title: 'title1', icon: null, link: null }],
      time_to_live_seconds: 60,
      send_at: new Date(sendAt).toJSON(),
      urgency: 'high',
      topic: 'news_1',
    });
    expect(document?._id).toMatch(/^[0-9a-f]{24}$/);
    expect(document?.send_at).toBeInstanceOf(Date);
    expect((document?.sent as { _bsontype: string })._bsontype).toBe('Int32');
    expect(await product.db.count('deliveries', { message_id: uuid(messageId) })).toBe(0);
    expect((await product.askAsSuperUser('GET', `/messages/${messageId}/progress`)).status).toBe(404);
  });

  it.each([
    ['domain', { message: { title: 't', body: 'b' } }],
    ['message', { domain: 'd' }],
    ['message', { domain: 'd', message: null }],
    ['message.title', { domain: 'd', message: { body: 'b' } }],
    ['message.urgency', { domain: 'd', message: { title: 't', body: 'b', urgency: 'urgent' } }],
    ['message.topic', { domain: 'd', message: { title: 't', body: 'b', topic: 'not allowed' } }],
    ['message.timeToLiveSeconds', { domain: 'd', message: { title: 't', body: 'b', timeToLiveSeconds: 0 } }],
    ['message.timeToLiveSeconds', { domain: 'd', message: { title: 't', body: 'b', timeToLiveSeconds: 1.5 } }],
    ['message.timeToLiveSeconds', { domain: 'd', message: { title: 't', body: 'b', timeToLiveSeconds: '60' } }],
    ['message.sendAt', { domain: 'd', message: { title: 't', body: 'b', sendAt: 'tomorrow' } }],
    ['message.sendAt', { domain: 'd', message: { title: 't', body: 'b', sendAt: 1_700_000_000 } }],
  ])('returns 400 for a wrong %s', async (property, json) => {
    const before = await product.db.count('messages');
    const { status, body } = await product.askAsSuperUser('POST', '/message', { json });
    expect(status).toBe(400);
    expect(Object.keys((body as { errors: object }).errors)).toEqual([property]);
    expect(await product.db.count('messages')).toBe(before);
  });
});

describe('a send to one visitor', () => {
  it('reaches all active contacts of the visitor in the domain, over both channels, and no other contact', async () => {
    const domain = 'one.example.com';
    await addVisitors(domain, ['one', 'another']);
    await product.db.addContacts(domain, ['second of one'], { visitor_guid: 'one' });
    await product.db.addContacts(domain, ['deleted of one'], { visitor_guid: 'one', deleted: true });
    await product.db.addContacts('elsewhere.example.com', ['elsewhere of one'], { visitor_guid: 'one' });
    await product.db.addSubscribers(domain, 'one.push.example', ['fine-1'], { visitor_guid: 'one' });
    const messageId = await product.store(domain, { title: 'One' });

    expect(await sendTo(messageId, 'one')).toBe(202);

    expect(await product.finished(messageId)).toMatchObject({ planned: 3, delivered: 3, state: 'done' });
    expect(product.tokensSent('One').sort()).toEqual(['second of one', 'token of one']);
    expect(product.subscriptionsSent('One').map(({ endpoint }) => endpoint)).toEqual([
      'https://one.push.example/fine-1',
    ]);
    const { message, stats } = await product.counters(messageId);
    expect([message.sent, message.billable_sends, stats.sent, stats.billable_sends]).toEqual([3, 3, 3, 3]);
  });

  it('adds to the counters of earlier sends of the same message', async () => {
    await addVisitors('again.example.com', ['again-1', 'again-2']);
    const messageId = await product.store('again.example.com', { title: 'Again' });
    for (const guid of ['again-1', 'again-2', 'again-1']) expect(await sendTo(messageId, guid)).toBe(202);
    expect(await product.finished(messageId)).toMatchObject({ planned: 3, delivered: 3 });
    expect((await product.counters(messageId)).message).toMatchObject({ sent: 3 });
  });

  it('to an unknown visitor is accepted and done', async () => {
    const messageId = await product.store('one.example.com', { title: 'Unknown' });
    expect(await sendTo(messageId, 'nobody')).toBe(202);
    expect(await product.progress(messageId)).toMatchObject({ state: 'done', planned: 0, pending: 0 });
  });

  it('replaces placeholders in any case, null with nothing, and keeps unknown ones', async () => {
    await addVisitors('fields.example.com', ['fields']);
    const title = 'Hi [[[Name]]][[[name]]] [[[last-name_1.x]]]|[[[nothing]]]|';
    const body = '[[[unknown]]] [[[Ñandú]]] [[[not a name]]] [[[name]]]';
    const messageId = await product.store('fields.example.com', { title, body });
    const fields = { NAME: '[[[nothing]]] $& ', 'Last-Name_1.X': 'é', nothing: null, ñANDÚ: 'bird', other: 'x' };
    expect(await sendTo(messageId, 'fields', { replacementIsMandatory: false, Fields: fields })).toBe(202);
    await product.finished(messageId);
    expect(textsByToken('Hi')).toEqual({
      'token of fields': [
        'Hi [[[nothing]]] $& [[[nothing]]] $&  é||',
        '[[[unknown]]] bird [[[not a name]]] [[[nothing]]] $& ',
      ],
    });
  });

  it.each([
    ['some', { NAME: 'x' }],
    ['null', null],
    ['no', undefined],
  ])('with mandatory replacement and %s fields returns 400 with both lists of missing fields', async (name, fields) => {
    await addVisitors(`mandatory-${name}.example.com`, [`mandatory-${name}`]);
    const message = { title: '[[[name]]] [[[Title]]] [[[title]]]', body: '[[[Body]]] [[[name]]]' };
    const messageId = await product.store(`mandatory-${name}.example.com`, message);
    const path = `/messages/${messageId}/visitors/mandatory-${name}/send`;
    const response = await product.askAsSuperUser('POST', path, { json: { replacementIsMandatory: true, fields } });
    const alsoName = fields ? [] : ['name'];
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const { missingFieldsInTitle, missingFieldsInBody } = response.body as MissingFields;
    expect([missingFieldsInTitle, missingFieldsInBody]).toEqual([
      [...alsoName, 'Title'],
      ['Body', ...alsoName],
    ]);
    await nothingKeptOf(messageId);
    const all = { name: null, title: 'a', body: 'b' };
    expect(await sendTo(messageId, 'x', { replacementIsMandatory: true, fields: all })).toBe(202);
  });

  it.each([
    [{ fields: { name: 5 } }],
    [{ fields: { name: ['x'] } }],
    [{ fields: { name: 'x'.repeat(2_049) } }],
    [{ fields: 'text' }],
    [{ fields: ['x'] }],
    [{ replacementIsMandatory: 'true' }],
    [[]],
    ['text'],
    [null],
  ])('returns 400 for the body %j', async (json) => {
    const messageId = await product.store('one.example.com', { title: '[[[name]]]' });
    expect(await sendTo(messageId, 'one', json)).toBe(400);
    await nothingKeptOf(messageId);
  });

  it('returns 404 for an unknown message and 400 for a malformed id', async () => {
    expect(await sendTo(UNKNOWN_ID, 'one')).toBe(404);
    expect(await sendTo('no-uuid', 'one')).toBe(400);
    expect(await sendTo(UNKNOWN_ID, 'x'.repeat(129))).toBe(400);
    const list = { json: { visitorsFieldsList: [{ visitorGuid: 'one' }] } };
    expect((await product.askAsSuperUser('POST', `/messages/${UNKNOWN_ID}/visitors/send`, list)).status).toBe(404);
    expect((await product.askAsSuperUser('POST', '/messages/no-uuid/visitors/send', list)).status).toBe(400);
    expect((await product.askAsSuperUser('POST', `/message/${UNKNOWN_ID}`, { json: 'one' })).status).toBe(404);
  });

  it('can be requested in the older form', async () => {
    await addVisitors('older.example.com', ['older']);
    const messageId = await product.store('older.example.com', { title: 'Older [[[name]]]' });
    const response = await product.askAsSuperUser('POST', `/message/${messageId.toUpperCase()}`, { json: 'older' });
    expect(messageIdOf(response, 200)).toBe(messageId);
    await product.finished(messageId);
    expect(textsByToken('Older')).toEqual({ 'token of older': ['Older [[[name]]]', 'The body'] });
    for (const json of ['', ' ', 5, { visitorGuid: 'older' }, null]) {
      expect((await product.askAsSuperUser('POST', `/message/${messageId}`, { json })).status).toBe(400);
    }
  });
});

describe('POST /push-contacts/{domain}/{visitorGuid}/message', () => {
  async function sendNow(domain: string, guid: string, message: object): Promise<string> {
    const json = { body: 'The body', ...message };
    return messageIdOf(await product.askAsSuperUser('POST', `/push-contacts/${domain}/${guid}/message`, { json }), 200);
  }

  it('sends and counts before it responds', async () => {
    await addVisitors('now.example.com', ['now', 'unregistered']);
    await product.db.addContacts('now.example.com', ['unregistered-now'], { visitor_guid: 'now' });
    await product.db.addSubscribers('now.example.com', 'now.push.example', ['fine-1', '410-1'], {
      visitor_guid: 'now',
    });
    const messageId = await sendNow('now.example.com', 'now', { title: 'Now' });
    expect(product.tokensSent('Now').sort()).toEqual(['token of now', 'unregistered-now']);
    expect(product.subscriptionsSent('Now')).toHaveLength(2);
    expect(await product.progress(messageId)).toMatchObject({
      state: 'done',
      planned: 4,
      delivered: 2,
      notDelivered: 2,
    });
    expect((await product.counters(messageId)).stats).toMatchObject({ sent: 4, delivered: 2, billable_sends: 4 });
    expect(await product.activeTokens('now.example.com')).toEqual(
      ['token of now', 'token of unregistered', 'https://now.push.example/fine-1'].sort(),
    );
  });

  it('stores the message when the visitor has no contacts', async () => {
    const messageId = await sendNow('now.example.com', 'nobody', { title: 'Nobody' });
    expect(await product.progress(messageId)).toMatchObject({ state: 'done', planned: 0 });
    expect(await product.db.count('messages', { message_id: uuid(messageId) })).toBe(1);
  });

  it('leaves retries to the workers', async () => {
    await product.db.addSubscribers('later.example.com', 'later.push.example', ['500-1'], { visitor_guid: 'later' });
    const messageId = await sendNow('later.example.com', 'later', { title: 'Later' });
    expect(await product.progress(messageId)).toMatchObject({ state: 'sending', pending: 1 });
    expect(await product.finished(messageId)).toMatchObject({ delivered: 1 });
  });
});

describe('a send to a list', () => {
  it('sends visitors without values together, and renders a message for each visitor with values', async () => {
    const domain = 'list.example.com';
    const plain = names('plain', 900);
    await addVisitors(domain, [...plain, 'ana', 'bea', 'cleo']);
    const messageId = await product.store(domain, { title: 'List for [[[name]]]', body: 'b' });
    const list = [
      ...plain.map((visitorGuid, index) => ({ visitorGuid, ...(index % 2 === 0 && { fields: { other: 'x' } }) })),
      { visitorGuid: 'ana', fields: { Name: 'Ana' } },
      { visitorGuid: 'bea', fields: { NAME: 'Bea' } },
      { visitorGuid: 'cleo', fields: { name: null } },
      { visitorGuid: 'nobody', fields: { name: 'Nobody' } },
    ] as VisitorFields[];

    await sendToList(messageId, list);

    expect(await product.finished(messageId)).toMatchObject({ planned: 903, delivered: 903, state: 'done' });
    const texts = textsByToken('List for');
    const expected = new Map([
      ...plain.map((guid): [string, string] => [guid, 'List for [[[name]]]']),
      ['ana', 'List for Ana'] as const,
      ['bea', 'List for Bea'] as const,
      ['cleo', 'List for '] as const,
    ]);
    expect(texts).toEqual(Object.fromEntries([...expected].map(([guid, title]) => [`token of ${guid}`, [title, 'b']])));
    const calls = product.pushApi.messageCalls.filter(
      ({ notificationTitle: title }) => title === 'List for [[[name]]]',
    );
    // Two chunks of 500 visitors, at most 400 tokens per call.
    expect(calls.map(({ tokens }) => tokens.length).sort()).toEqual([100, 400, 400]);
  });

  it('with mandatory replacement skips visitors that lack a value or have no fields', async () => {
    const domain = 'skips.example.com';
    const guids = ['all', 'some', 'none', 'null-fields', 'null-value'];
    await addVisitors(domain, guids);
    const messageId = await product.store(domain, { title: 'Skips [[[a]]]', body: '[[[B]]]' });
    await sendToList(
      messageId,
      [
        { visitorGuid: 'all', fields: { A: '1', b: '2' } },
        { visitorGuid: 'some', fields: { a: '1' } },
        { visitorGuid: 'none' },
        { visitorGuid: 'null-fields', fields: null },
        { visitorGuid: 'null-value', fields: { a: null, b: null } },
      ],
      { replacementIsMandatory: true },
    );
    expect(await product.finished(messageId)).toMatchObject({ planned: 2, delivered: 2, state: 'done' });
    expect(textsByToken('Skips')).toEqual({
      'token of all': ['Skips 1', '2'],
      'token of null-value': ['Skips ', ''],
    });
  });

  it('is done when all visitors are skipped', async () => {
    await addVisitors('nobody-left.example.com', ['nobody-left']);
    const messageId = await product.store('nobody-left.example.com', { title: '[[[a]]]' });
    await sendToList(messageId, [{ visitorGuid: 'nobody-left' }], { ReplacementIsMandatory: true });
    expect(await product.finished(messageId)).toMatchObject({ planned: 0, delivered: 0, state: 'done' });
  });

  it('counts and sends to a repeated guid once, with its first fields', async () => {
    await addVisitors('twice.example.com', ['twice']);
    const messageId = await product.store('twice.example.com', { title: 'Twice [[[a]]]' });
    await sendToList(messageId, [
      { visitorGuid: 'twice', fields: { a: 'first' } },
      { visitorGuid: 'twice', fields: { a: 'second' } },
    ]);
    expect(await product.finished(messageId)).toMatchObject({ planned: 1, delivered: 1 });
    expect(textsByToken('Twice')).toEqual({ 'token of twice': ['Twice first', 'The body'] });
  });

  it.each([
    ['an empty list', '{"visitorsFieldsList":[]}'],
    ['no list', '{"replacementIsMandatory":true}'],
    ['null for a list', '{"visitorsFieldsList":null}'],
    ['an object for a list', '{"visitorsFieldsList":{"0":{"visitorGuid":"a"}}}'],
    ['a text for a list', '{"visitorsFieldsList":"a"}'],
    ['a list of texts', '{"visitorsFieldsList":["a"]}'],
    ['a list of nulls', '{"visitorsFieldsList":[null]}'],
    ['a visitor without a guid', '{"visitorsFieldsList":[{"visitorGuid":"a"},{"fields":{}}]}'],
    ['a blank guid', '{"visitorsFieldsList":[{"visitorGuid":" "}]}'],
    ['a guid of another type', '{"visitorsFieldsList":[{"visitorGuid":5}]}'],
    ['a guid that is too long', `{"visitorsFieldsList":[{"visitorGuid":"${'x'.repeat(129)}"}]}`],
    ['fields of another type', '{"visitorsFieldsList":[{"visitorGuid":"a","fields":"x"}]}'],
    ['a value of another type', '{"visitorsFieldsList":[{"visitorGuid":"a","fields":{"a":5}}]}'],
    ['a flag of another type', '{"visitorsFieldsList":[{"visitorGuid":"a"}],"replacementIsMandatory":"yes"}'],
    ['an array for a body', '[{"visitorGuid":"a"}]'],
    ['a number for a body', '5'],
    ['nothing', ''],
    ['malformed JSON', '{"visitorsFieldsList":[{"visitorGuid":"a"}'],
    ['a comma too many', '{"visitorsFieldsList":[{"visitorGuid":"a"},]}'],
    ['text after its end', '{"visitorsFieldsList":[{"visitorGuid":"a"}]}x'],
    ['a second body after its end', '{"visitorsFieldsList":[{"visitorGuid":"a"}]}{}'],
    ['deep nesting', `{"visitorsFieldsList":[{"visitorGuid":"a"}],"x":${'['.repeat(100)}${']'.repeat(100)}}`],
  ])('returns 400 for %s, and keeps nothing of it', async (_, raw) => {
    const messageId = await product.store('list.example.com', { title: 'Wrong' });
    // A valid first part, which is stored before the problem is found.
    const start = `{"visitorsFieldsList":[${names('first', 1_200)
      .map((visitorGuid) => JSON.stringify({ visitorGuid }))
      .join(',')},`;
    const bodies = [
      raw,
      ...(raw.startsWith('{"visitorsFieldsList":[{') ? [raw.replace('{"visitorsFieldsList":[', start)] : []),
    ];
    for (const body of bodies) {
      const response = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { raw: body });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        400,
        expect.stringContaining('problem+json'),
      ]);
      await nothingKeptOf(messageId);
    }
  });

  it('returns 400 for a wrong start before the rest is received', async () => {
    const messageId = await product.store('list.example.com', { title: 'Wrong start' });
    const raw = `{"visitorsFieldsList":[5,${'"x",'.repeat(4_000_000)}5]}`;
    const response = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { raw });
    expect(response.status).toBe(400);
    expect(Object.keys((response.body as { errors: object }).errors)).toEqual(['visitorsFieldsList.0']);
    await nothingKeptOf(messageId);
    const unknown = await product.askAsSuperUser('POST', `/messages/${UNKNOWN_ID}/visitors/send`, { raw });
    expect(unknown.status).toBe(404);
  });

  it('returns 415 when it is not JSON, and 401 and 403 without reading it', async () => {
    const messageId = await product.store('list.example.com', { title: 'Not JSON' });
    const path = `/messages/${messageId}/visitors/send`;
    const xml = { raw: '<x/>', headers: { 'content-type': 'application/xml' } };
    expect((await product.askAsSuperUser('POST', path, xml)).status).toBe(415);
    expect((await product.ask('POST', path, { raw: '{' })).status).toBe(401);
    expect((await product.ask('POST', path, { raw: '{', token: product.keys.user })).status).toBe(403);
  });

  it('keeps nothing of a request that breaks off', async () => {
    const messageId = await product.store('list.example.com', { title: 'Broken off' });
    const items = names('broken', 2_000).map((visitorGuid) => JSON.stringify({ visitorGuid }));
    const url = new URL(`${product.api.url}/messages/${messageId}/visitors/send`);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${product.keys.superUser}` };
    const sending = httpRequest(url, { method: 'POST', headers });
    const ended = new Promise((resolve) => sending.once('error', resolve));
    sending.write(`{"visitorsFieldsList":[${items.join(',')}`);
    await waitFor(
      () => product.db.count('deliveryBatches', { message_id: uuid(messageId) }),
      (count) => count > 0,
    );
    sending.destroy(new Error('broken off'));
    await ended;
    await nothingKeptOf(messageId);
    expect(product.api.output()).not.toContain('ProblemFilter');
  });

  it('returns 413 over the limit, and keeps nothing of it', async () => {
    const small = await product.startProcess('api', { VISITORS_BODY_LIMIT_MB: '1' });
    const messageId = await product.store('list.example.com', { title: 'Too large' });
    const listOf = (bytes: number): string => {
      const items: string[] = [];
      for (let index = 0; items.length * 70 < bytes; index += 1) {
        items.push(JSON.stringify({ visitorGuid: `visitor-${String(index).padStart(40, '0')}` }));
      }
      return `{"visitorsFieldsList":[${items.join(',')}]}`.padEnd(bytes, ' ');
    };
    const response = await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { raw: 'x' });
    expect(response.status).toBe(400);
    for (const [bytes, status] of [
      [8_000_000, 413],
      [1_048_577, 413],
      [1_048_576, 202],
    ] as const) {
      const url = `${small.url}/messages/${messageId}/visitors/send`;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${product.keys.superUser}` };
      const sent = await fetch(url, { method: 'POST', headers, body: listOf(bytes) });
      expect([bytes, sent.status]).toEqual([bytes, status]);
      if (status === 413) await nothingKeptOf(messageId);
    }
  });
});

it('a request with 100,000 visitors is accepted and sent, and the api needs no more memory than for 1,000', async () => {
  const domain = 'hundred-thousand.example.com';
  const guids = Array.from({ length: 100_000 }, (_, index) => `3f1f1f9a9f0b4e64a6f4${String(index).padStart(12, '0')}`);
  await addVisitors(
    domain,
    guids.filter((_, index) => index % 100 === 0),
  );
  // One process runs both, because two processes differ in the memory that their start takes.
  const api = await product.startProcess('api');
  const peaks: number[] = [];
  for (const count of [1_000, 100_000]) {
    const title = `To ${count} [[[name]]]`;
    const messageId = await product.store(domain, { title });
    const list = guids.slice(0, count).map((visitorGuid, index) => ({
      visitorGuid,
      fields: { city: 'x'.repeat(100), ...(index % 1_000 === 0 && { name: `visitor ${index}` }) },
    }));
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${product.keys.superUser}` };
    const url = `${api.url}/messages/${messageId}/visitors/send`;
    const started = Date.now();
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ visitorsFieldsList: list }) });
    const seconds = (Date.now() - started) / 1_000;
    expect(response.status).toBe(202);
    peaks.push(await peakResidentKb(api.pid));
    console.log(`${count} visitors: answered after ${seconds} s, peak of the api ${peaks.at(-1) ?? 0} kB`);
    expect(await product.finished(messageId, 60_000)).toMatchObject({ planned: count / 100, delivered: count / 100 });
    const texts = Object.values(textsByToken(`To ${count} `)).map(([text]) => text);
    expect(texts.filter((text) => text === title)).toHaveLength(count / 100 - count / 1_000);
    expect(new Set(texts).size).toBe(count / 1_000 + 1);
  }
  expect(peaks[1]).toBeLessThan((peaks[0] ?? 0) * 1.2);
}, 180_000);
