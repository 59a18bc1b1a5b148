import Bull from 'bull';
import { Installation, messageIdOf, names, type Progress } from '../support/installation.js';
import { testEnvironment } from '../support/test-environment.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const UNKNOWN_ID = '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('options', { latencyMs: 100 });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

async function cancel(messageId: string): Promise<Progress> {
  const { status, body } = await product.askAsSuperUser('DELETE', `/messages/${messageId}/delivery`);
  expect(status).toBe(200);
  return body as Progress;
}

function addsUp({ planned, delivered, notDelivered, pending }: Progress): boolean {
  return planned === delivered + notDelivered + pending && pending >= 0;
}

describe('options for push services', () => {
  it('are passed on only if they are set', async () => {
    const domain = 'passed.example.com';
    await product.db.addSubscribers(domain, 'passed.push.example', ['fine-1']);
    await product.db.addContacts(domain, ['token']);
    const options = { urgency: 'very-low', topic: 'Sale_1-x', timeToLiveSeconds: 600 };
    await product.finished(await product.send(domain, { title: 'Passed', ...options }));
    await product.finished(await product.send(domain, { title: 'Not passed', urgency: null, topic: null }));
    const calls = (title: string): unknown[] => [
      ...product.webPushCalls(title),
      ...product.pushApi.messageCalls.filter((call) => call.notificationTitle === title),
    ];
    for (const call of calls('Passed')) {
      const { timeToLiveSeconds, ...rest } = call as { timeToLiveSeconds: number };
      expect(rest).toMatchObject({ urgency: 'very-low', topic: 'Sale_1-x' });
      expect(timeToLiveSeconds).toBeGreaterThan(590);
      expect(timeToLiveSeconds).toBeLessThanOrEqual(600);
    }
    expect(calls('Passed')).toHaveLength(2);
    expect(calls('Not passed')).toHaveLength(2);
    for (const call of calls('Not passed')) {
      expect(Object.keys(call as object)).not.toEqual(expect.arrayContaining(['urgency']));
      expect(Object.keys(call as object)).not.toEqual(expect.arrayContaining(['topic']));
      expect(Object.keys(call as object)).not.toEqual(expect.arrayContaining(['timeToLiveSeconds']));
    }
  });
});

it('counts recipients that cannot be sent to within the TTL as not delivered, and does not prune them', async () => {
  const domain = 'expires.example.com';
  await product.db.addSubscribers(domain, 'expires.push.example', ['fine-1', '429span-1', '429span-2']);
  // Shorter than the pause after a failure, and long enough for the first attempt of a busy worker.
  const messageId = await product.send(domain, { title: 'Expires', timeToLiveSeconds: 4 });
  expect(await product.finished(messageId)).toMatchObject({ planned: 3, delivered: 1, notDelivered: 2 });
  expect(await product.outcomes(messageId)).toEqual({
    'https://expires.push.example/fine-1': [0, 0],
    'https://expires.push.example/429span-1': [5, 3],
    'https://expires.push.example/429span-2': [5, 3],
  });
  expect(product.webPushCalls('Expires')).toHaveLength(1);
  expect(await product.activeTokens(domain)).toHaveLength(3);
  const { message, stats } = await product.counters(messageId);
  expect(message).toMatchObject({ sent: 3, delivered: 1, not_delivered: 2, billable_sends: 1 });
  expect(stats).toMatchObject({ sent: 3, delivered: 1, not_delivered: 2, billable_sends: 1 });
});

describe('sendAt', () => {
  it('in the future waits, and then sends to the contacts of that time', async () => {
    const domain = 'later.example.com';
    const sendAt = Date.now() + 4_000;
    const messageId = await product.send(domain, { title: 'Later', sendAt: new Date(sendAt).toISOString() });
    await product.db.addSubscribers(domain, 'later.push.example', names('fine', 3));
    const time = new Date(sendAt).toISOString();
    expect(await product.progress(messageId)).toMatchObject({
      state: 'scheduled',
      sendAt: time,
      startedAt: time,
      nextAttemptAt: time,
      waitingFor: [{ pushService: null, status: null, reason: 'scheduled', contacts: 0 }],
      planned: 0,
      finishedAt: null,
    });
    const finished = await product.finished(messageId);
    expect(finished).toMatchObject({ state: 'done', delivered: 3, startedAt: time });
    expect(finished).not.toHaveProperty('sendAt');
    expect(finished).not.toHaveProperty('waitingFor');
    const [call] = product.webPushCalls('Later');
    expect(call?.atMs).toBeGreaterThanOrEqual(sendAt);
    expect(call?.atMs).toBeLessThan(sendAt + 3_000);
  });

  it('in the past sends at once', async () => {
    await product.db.addContacts('past.example.com', ['past']);
    const messageId = await product.send('past.example.com', { title: 'Past', sendAt: '2020-01-01T00:00:00Z' });
    expect(await product.finished(messageId, 5_000)).toMatchObject({ delivered: 1 });
  });

  it('starts the TTL', async () => {
    await product.db.addContacts('begins.example.com', ['begins']);
    const sendAt = new Date(Date.now() + 2_500).toISOString();
    const messageId = await product.send('begins.example.com', { title: 'Begins', sendAt, timeToLiveSeconds: 2 });
    expect(await product.finished(messageId)).toMatchObject({ delivered: 1, notDelivered: 0 });
  });

  it('applies to single visitors and lists of a stored message', async () => {
    const domain = 'stored-later.example.com';
    await product.db.addContacts(domain, ['stored later 1'], { visitor_guid: 'one' });
    await product.db.addContacts(domain, ['stored later 2'], { visitor_guid: 'two' });
    const sendAt = Date.now() + 3_000;
    const messageId = await product.store(domain, { title: 'Stored later', sendAt: new Date(sendAt).toISOString() });
    await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/one/send`, { json: {} });
    const json = { visitorsFieldsList: [{ visitorGuid: 'two' }] };
    await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json });
    expect(await product.progress(messageId)).toMatchObject({
      state: 'scheduled',
      sendAt: new Date(sendAt).toISOString(),
      waitingFor: [{ reason: 'scheduled', contacts: 1 }],
      planned: 1,
      delivered: 0,
    });
    expect(product.tokensSent('Stored later')).toEqual([]);
    expect(await product.finished(messageId)).toMatchObject({ planned: 2, delivered: 2 });
    expect(Date.now()).toBeGreaterThanOrEqual(sendAt);
    const path = `/push-contacts/${domain}/one/message`;
    const later = { title: 'Now later', body: 'b', sendAt: new Date(Date.now() + 60_000).toISOString() };
    const waiting = messageIdOf(await product.askAsSuperUser('POST', path, { json: later }), 200);
    expect(await product.progress(waiting)).toMatchObject({ state: 'scheduled', pending: 1, delivered: 0 });
    expect(await cancel(waiting)).toMatchObject({ state: 'cancelled', planned: 0, pending: 0 });
  });

  it('is kept when Redis loses all data', async () => {
    const domain = 'flushed.example.com';
    await product.db.addContacts(domain, ['flushed'], { visitor_guid: 'flushed' });
    const stored = await product.store(domain, {
      title: 'Flushed one',
      sendAt: new Date(Date.now() + 2_000).toISOString(),
    });
    await product.askAsSuperUser('POST', `/messages/${stored}/visitors/flushed/send`, { json: {} });
    const messageId = await product.send(domain, {
      title: 'Flushed',
      sendAt: new Date(Date.now() + 2_000).toISOString(),
    });
    await forgetJobs();
    expect(await product.finished(messageId, 60_000)).toMatchObject({ planned: 1, delivered: 1 });
    expect(await product.finished(stored, 60_000)).toMatchObject({ planned: 1, delivered: 1 });
    expect([product.tokensSent('Flushed'), product.tokensSent('Flushed one')]).toEqual([['flushed'], ['flushed']]);
  }, 90_000);
});

/** Deletes the jobs of this installation only, as a flush of Redis would. */
async function forgetJobs(): Promise<void> {
  const url = testEnvironment('TEST_REDIS_URL');
  const options = { prefix: `{push-contact.${product.database}}` };
  for (const name of ['delivery-plans', 'delivery-batches', 'visitor-batches']) {
    const queue = new Bull(name, url, options);
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

describe('DELETE /messages/{messageId}/delivery', () => {
  it('ends a broadcast: calls in flight are counted, and nothing more is sent', async () => {
    const domain = 'cancelled.example.com';
    await product.db.addSubscribers(domain, 'cancelled.push.example', names('fine', 30_000));
    const messageId = await product.send(domain, { title: 'Cancelled' });
    await waitFor(
      () => product.progress(messageId),
      ({ delivered }) => delivered > 0,
    );

    const cancelled = await cancel(messageId);
    expect(cancelled).toMatchObject({ state: 'cancelled', messageId, domain });
    expect(addsUp(cancelled)).toBe(true);
    const ended = await product.finished(messageId);
    expect(ended).toMatchObject({ state: 'cancelled', pending: 0, planned: ended.delivered });
    expect(ended.delivered).toBeLessThan(30_000);
    const sent = product.subscriptionsSent('Cancelled').length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(product.subscriptionsSent('Cancelled')).toHaveLength(sent);
    expect(sent).toBe(ended.delivered);
    expect(Object.keys(await product.outcomes(messageId))).toHaveLength(sent);
    const { message, stats } = await product.counters(messageId);
    expect([message.sent, message.delivered, stats.sent, stats.delivered]).toEqual([sent, sent, sent, sent]);
    const unended = { message_id: uuid(messageId), state: { $nin: ['done', 'cancelled'] } };
    expect(await product.db.count('deliveryBatches', unended)).toBe(0);
    expect(await cancel(messageId)).toEqual(ended);
  }, 90_000);

  it('stops a running batch within a few seconds', async () => {
    const domain = 'in-hand.example.com';
    await product.db.addContacts(domain, names('hand', 500), (token) => ({ visitor_guid: token }));
    const messageId = await product.store(domain, { title: '[[[name]]] in hand' });
    // Each visitor is one call. With eight calls at once and 100 ms each, the batch takes more than six
    // seconds.
    const visitorsFieldsList = names('hand', 500).map((visitorGuid) => ({
      visitorGuid,
      fields: { name: visitorGuid },
    }));
    await product.askAsSuperUser('POST', `/messages/${messageId}/visitors/send`, { json: { visitorsFieldsList } });
    const sentNow = (): number =>
      product.pushApi.messageCalls.filter(({ notificationTitle: title }) => String(title).endsWith('in hand')).length;
    await waitFor(sentNow, (count) => count > 0);
    await cancel(messageId);
    const ended = await product.finished(messageId);
    expect(ended).toMatchObject({ state: 'cancelled', planned: sentNow(), delivered: sentNow(), pending: 0 });
    expect(sentNow()).toBeLessThan(300);
  });

  it('drops recipients that wait for a retry', async () => {
    const domain = 'retry-cancelled.example.com';
    await product.db.addSubscribers(domain, 'retry-cancelled.push.example', [...names('fine', 5), ...names('500', 2)]);
    const messageId = await product.send(domain, { title: 'Retry cancelled' });
    await waitFor(
      () => product.progress(messageId),
      ({ delivered }) => delivered === 5,
    );
    await cancel(messageId);
    expect(await product.finished(messageId)).toMatchObject({ state: 'cancelled', planned: 5, delivered: 5 });
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    expect(product.subscriptionsSent('Retry cancelled')).toHaveLength(7);
    expect(Object.keys(await product.outcomes(messageId))).toHaveLength(5);
  });

  it('before the scheduled time sends nothing', async () => {
    await product.db.addContacts('never.example.com', ['never']);
    const sendAt = new Date(Date.now() + 2_000).toISOString();
    const messageId = await product.send('never.example.com', { title: 'Never', sendAt });
    expect(await cancel(messageId)).toMatchObject({ state: 'cancelled', planned: 0, pending: 0 });
    const { startedAt, finishedAt } = await product.progress(messageId);
    expect(Date.parse(finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt));
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(product.tokensSent('Never')).toEqual([]);
  });

  it('does not change a delivery that is done', async () => {
    await product.db.addContacts('ended.example.com', ['ended']);
    const messageId = await product.send('ended.example.com', { title: 'Ended' });
    const ended = await product.finished(messageId);
    expect(await cancel(messageId)).toEqual(ended);
    expect(ended.state).toBe('done');
  });

  it('returns 404 for a message that is unknown or was not sent, 400 for a malformed id, 401 without a token', async () => {
    const stored = await product.store('stored.example.com', { title: 'Stored' });
    for (const [method, what] of [
      ['DELETE', 'delivery'],
      ['GET', 'progress'],
    ] as const) {
      expect((await product.askAsSuperUser(method, `/messages/${UNKNOWN_ID}/${what}`)).status).toBe(404);
      expect((await product.askAsSuperUser(method, `/messages/${stored}/${what}`)).status).toBe(404);
      expect((await product.askAsSuperUser(method, `/messages/no-uuid/${what}`)).status).toBe(400);
      expect((await product.ask(method, `/messages/${stored}/${what}`)).status).toBe(401);
    }
  });
});

describe('GET /messages/{messageId}/progress', () => {
  it('adds up at every moment of a broadcast with failures and retries', async () => {
    const domain = 'progress.example.com';
    await product.db.addSubscribers(domain, 'progress.push.example', [...names('fine', 8_000), ...names('410', 500)]);
    await product.db.addContacts(domain, [...names('token', 4_000), ...names('once', 20), ...names('sender', 30)]);
    const messageId = await product.send(domain, { title: 'Progress' });
    const seen: Progress[] = [];
    for (;;) {
      const progress = await product.progress(messageId);
      seen.push(progress);
      if (progress.finishedAt !== null) break;
    }
    expect(seen.filter((progress) => !addsUp(progress))).toEqual([]);
    const states = [...new Set(seen.map(({ state }) => state))];
    expect(states).toEqual(['planning', 'sending', 'done'].filter((state) => states.includes(state)));
    expect(states).toContain('sending');
    for (const [index, { delivered, notDelivered }] of seen.entries()) {
      expect(delivered).toBeGreaterThanOrEqual(seen[index - 1]?.delivered ?? 0);
      expect(notDelivered).toBeGreaterThanOrEqual(seen[index - 1]?.notDelivered ?? 0);
    }
    const last = seen.at(-1);
    expect(last).toEqual({
      messageId,
      domain,
      state: 'done',
      planned: 12_550,
      delivered: 12_020,
      notDelivered: 530,
      pending: 0,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      finishedAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    });
    expect(Date.parse(last?.finishedAt ?? '')).toBeGreaterThan(Date.parse(last?.startedAt ?? ''));
  }, 90_000);

  async function openStream(url: string, messageId: string): Promise<Response> {
    return fetch(`${url}/messages/${messageId}/progress`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${product.keys.superUser}` },
    });
  }

  function eventsIn(text: string): Progress[] {
    const events = text.split('\n\n').filter((event) => event !== '');
    return events.map((event) => {
      const data = /^event: progress\ndata: (\{.*\})$/.exec(event)?.[1];
      if (data === undefined) throw new Error(`Not an event: ${event}`);
      return JSON.parse(data) as Progress;
    });
  }

  it('streams events until the delivery ends', async () => {
    const domain = 'stream.example.com';
    await product.db.addSubscribers(domain, 'stream.push.example', names('fine', 20_000));
    const messageId = await product.send(domain, { title: 'Stream' });
    const response = await openStream(product.api.url, messageId);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const events = eventsIn(await response.text());
    expect(events.length).toBeGreaterThan(1);
    expect(events.filter((event) => !addsUp(event))).toEqual([]);
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(events.length);
    expect(events.at(-1)).toEqual(await product.progress(messageId));
    expect(events.at(-1)).toMatchObject({ state: 'done', delivered: 20_000 });
    expect(eventsIn(await (await openStream(product.api.url, messageId)).text())).toHaveLength(1);
  }, 90_000);

  it('as a stream returns 404 for an unknown message', async () => {
    const response = await openStream(product.api.url, UNKNOWN_ID);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('problem+json'),
    ]);
    await response.text();
  });

  it('as a stream ends when the process stops', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const messageId = await product.send('sigterm.example.com', { title: 'SIGTERM', sendAt });
    const api = await product.startProcess('api');
    const response = await openStream(api.url, messageId);
    const started = Date.now();
    const [text, code] = await Promise.all([response.text(), api.stop()]);
    expect(code).toBe(0);
    expect(eventsIn(text)).toHaveLength(1);
    expect(Date.now() - started).toBeLessThan(5_000);
    await cancel(messageId);
  });

  it('as a stream stops when its reader disconnects', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const messageId = await product.send('leaves.example.com', { title: 'Leaves', sendAt });
    const response = await openStream(product.api.url, messageId);
    await response.body?.cancel();
    expect(product.api.output()).not.toContain('ERROR');
    await cancel(messageId);
  });
});
