import { request } from '../support/http.js';
import { Installation, names, type Progress } from '../support/installation.js';
import type { ProductProcess } from '../support/product-process.js';
import type { PushApiFault } from '../support/stand-in-push-api.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

/** A call times out after 30 s. */
const WITHIN_MS = 60_000;

/** The log lines of a message, but that it was planned. */
function linesOf(process: ProductProcess, messageId: string): string[] {
  const lines = process.output().split('\n');
  return lines.filter((line) => line.includes(messageId) && !line.includes('[Sends]'));
}

function untilWaiting(product: Installation, messageId: string): Promise<Progress> {
  return waitFor(
    () => product.progress(messageId),
    ({ waitingFor }) => waitingFor?.some(({ pushService }) => pushService !== null) ?? false,
    WITHIN_MS,
  );
}

/** The metric of send results with these labels; it is rendered once a second. */
async function countOf(process: ProductProcess, labels: string): Promise<number> {
  const { text } = await request('GET', process.metricsUrl);
  const line = text.split('\n').find((each) => each.includes(labels));
  return Number(line?.split(' ').at(-1) ?? 0);
}

function ready(process: ProductProcess): Promise<{ status: number; body: unknown }> {
  return request('GET', `${process.url}/health/ready`);
}

describe('a call that fails', () => {
  /** The fault of every call, and what log, metrics and progress say of it. */
  const ROWS: readonly [PushApiFault, number | null, string][] = [
    ['status-307', 307, 'redirect'],
    ['status-400', 400, 'refused'],
    ['status-401', 401, 'unauthorized'],
    ['status-403', 403, 'forbidden'],
    ['status-404', 404, 'not-found'],
    ['status-429', 429, 'limits'],
    ['status-500', 500, 'unavailable'],
    ['status-503', 503, 'unavailable'],
    ['no-json', 200, 'malformed'],
    ['json-of-another-shape', 200, 'malformed'],
    ['cut-in-the-middle', 200, 'cut-off'],
    ['half-of-the-items', 200, 'no-result'],
    ['hanging', null, 'ETIMEDOUT'],
  ];
  const sent = new Map<PushApiFault, string>();
  let product: Installation;
  let worker: ProductProcess;

  beforeAll(async () => {
    product = await Installation.start('failing_sends', { workers: 0 });
    worker = await product.startProcess('worker');
    for (const [fault] of ROWS) {
      const domain = `${fault}.example.com`;
      product.pushApi.breakCalls(domain, () => fault);
      await product.db.addContacts(domain, names(`secret-${fault}`, 4));
      sent.set(fault, await product.send(domain, { title: domain }));
    }
  });

  afterAll(async () => {
    expect(new Set(await product.stop())).toEqual(new Set([0]));
    expect(worker.output()).not.toContain('secret-');
  });

  it.each(ROWS)(
    'by %s is told by progress, metrics and one line of the log',
    async (fault, status, reason) => {
      const messageId = sent.get(fault) ?? '';
      const progress = await untilWaiting(product, messageId);
      const contacts = fault === 'half-of-the-items' ? 2 : 4;
      expect(progress.waitingFor).toEqual([{ pushService: 'PushApi', status, reason, contacts }]);
      expect(progress).toMatchObject({ state: 'sending', pending: contacts });
      expect(Date.parse(progress.nextAttemptAt ?? '')).toBeGreaterThan(Date.parse(progress.startedAt));

      const labels = `push_service="PushApi",status="${status ?? 'none'}",reason="${reason}"`;
      await waitFor(
        () => countOf(worker, labels),
        (count) => count >= contacts,
      );
      const cause = status === null ? reason : `${status} ${reason}`;
      const lines = worker
        .output()
        .split('\n')
        .filter((line) => line.includes(`(${cause})`));
      expect(lines.length).toBeGreaterThan(0);
      // The second line of the same cause comes after a minute.
      expect(lines.length).toBeLessThanOrEqual(2);
    },
    WITHIN_MS + 10_000,
  );

  it.each(['unauthorized', 'forbidden'])('as %s is an error that says what to compare', async (reason) => {
    const line = await waitFor(
      () =>
        worker
          .output()
          .split('\n')
          .find((each) => each.includes(reason)),
      (found) => found !== undefined,
    );
    expect(line).toMatch(/ERROR.*PUSH_API_TOKEN/);
  });
});

describe('an item that fails', () => {
  let product: Installation;
  let worker: ProductProcess;

  beforeAll(async () => {
    product = await Installation.start('failing_items', {
      workers: 0,
      environment: { PUSH_SERVICE_HOSTS: '*.push.example' },
    });
    worker = await product.startProcess('worker');
  });

  afterAll(async () => {
    expect(new Set(await product.stop())).toEqual(new Set([0]));
  });

  it('is told with its push service, also after the death of the worker, and without its endpoint', async () => {
    const domain = 'items.example.com';
    await product.db.addSubscribers(domain, 'one.push.example', names('500-path', 2));
    await product.db.addSubscribers(domain, 'unnamed.example', names('500-path', 1));
    await product.db.addContacts(domain, [...names('fine', 2), ...names('internal', 3)]);
    const messageId = await product.send(domain, { title: domain });
    const reasons = [
      { pushService: 'firebase', status: 2, reason: 'internal', contacts: 3 },
      { pushService: '*.push.example', status: 500, reason: 'unavailable', contacts: 2 },
      { pushService: 'other', status: 500, reason: 'unavailable', contacts: 1 },
    ];
    const told = await waitFor(
      () => product.progress(messageId),
      ({ waitingFor }) => waitingFor?.length === 3,
    );
    expect(told.waitingFor).toEqual(reasons);
    expect(told).toMatchObject({ pending: 6, delivered: 2 });
    expect(linesOf(worker, messageId)).toHaveLength(3);
    expect(worker.output()).not.toContain('500-path');
    const count = await waitFor(
      () => countOf(worker, 'push_service="firebase",status="none",reason="delivered"'),
      (found) => found > 0,
    );
    expect(count).toBe(2);

    await product.remove(worker, (process) => process.kill());
    expect((await product.progress(messageId)).waitingFor).toContainEqual(reasons[0]);
  });
});

describe('the readiness of a process whose PushApi does not serve', () => {
  let product: Installation;
  let proxy: TcpProxy;

  beforeAll(async () => {
    product = await Installation.start('push_api_away', { workers: 0 });
    proxy = await startTcpProxy('127.0.0.1', Number(new URL(product.pushApi.url).port));
  });

  afterAll(async () => {
    expect(new Set(await product.stop())).toEqual(new Set([0]));
    await proxy.stop();
  });

  it('is down in a worker that cannot reach it, which lives on, and up again with the first answer', async () => {
    const worker = await product.startProcess('worker', { PUSH_API_URL: `http://127.0.0.1:${proxy.port}` });
    expect((await ready(worker)).status).toBe(200);
    await product.db.addContacts('away.example.com', ['away']);
    await proxy.refuse();
    const messageId = await product.send('away.example.com', { title: 'Away' });
    await untilWaiting(product, messageId);
    expect(await ready(worker)).toMatchObject({
      status: 503,
      body: { dependencies: { mongodb: 'up', redis: 'up', pushApi: 'down' }, reasons: { pushApi: 'ECONNREFUSED' } },
    });
    expect((await request('GET', `${worker.url}/health/live`)).status).toBe(200);
    await proxy.listenAgain();
    await product.finished(messageId);
    expect(await ready(worker)).toMatchObject({ status: 200, body: { dependencies: { pushApi: 'up' } } });
    await product.remove(worker, (process) => process.stop());
  });

  it('is down in a worker with another token, whose line says what to compare', async () => {
    const worker = await product.startProcess('worker', { PUSH_API_TOKEN: 'another-secret' });
    await product.db.addContacts('tokens-differ.example.com', ['a']);
    const messageId = await product.send('tokens-differ.example.com', { title: 'Tokens differ' });
    expect((await untilWaiting(product, messageId)).waitingFor).toMatchObject([{ status: 401, contacts: 1 }]);
    expect(await ready(worker)).toMatchObject({ status: 503, body: { reasons: { pushApi: '401 unauthorized' } } });
    expect(linesOf(worker, messageId)).toEqual([expect.stringMatching(/ERROR.*PUSH_API_TOKEN/)]);
    expect(worker.output()).not.toContain('another-secret');
    await product.remove(worker, (process) => process.stop());
  });

  it('stays up in an API, with a warning, and a failed check of a device token is logged', async () => {
    const api = await product.startProcess('api', { PUSH_API_URL: 'http://127.0.0.1:9' });
    const json = { domain: 'checked.example.com', deviceToken: 'secret-token' };
    for (let round = 0; round < 3; round += 1) {
      expect((await request('POST', `${api.url}/push-contacts`, { json })).status).toBe(503);
    }
    expect(await ready(api)).toMatchObject({
      status: 200,
      body: { dependencies: { pushApi: 'down' }, warnings: ['Not serving: pushApi (ECONNREFUSED).'] },
    });
    const lines = api
      .output()
      .split('\n')
      .filter((line) => line.includes('ECONNREFUSED'));
    expect(lines).toEqual([expect.stringContaining('1 checks of device tokens')]);
    expect(api.output()).not.toContain('secret-token');
  });
});

describe('calls that are too large for PushApi', () => {
  let product: Installation;

  beforeAll(async () => {
    product = await Installation.start('large_calls');
  });

  afterAll(async () => {
    expect(new Set(await product.stop())).toEqual(new Set([0]));
  });

  it('are not made: long device tokens are divided by bytes', async () => {
    const domain = 'long.example.com';
    const long = names('long', 300).map((name) => name.padEnd(4_096, 'x'));
    await product.db.addContacts(domain, [...names('good', 20), ...long]);
    const messageId = await product.send(domain, { title: domain });
    expect(await product.finished(messageId)).toMatchObject({ delivered: 320, notDelivered: 0 });
    const calls = product.pushApi.calls.filter(({ title }) => title === domain);
    expect(calls).toHaveLength(2);
    for (const { keys } of calls) expect(JSON.stringify(keys).length).toBeLessThan(1_000_000);
  });

  it('are halved on 413, and a contact that is refused alone is not delivered, not pruned, not tried again', async () => {
    const domain = 'halved.example.com';
    await product.db.addContacts(domain, [...names('fine', 20), ...names('large', 2)]);
    product.pushApi.refuseCallsWith(domain, (key) => key.startsWith('large'));
    const messageId = await product.send(domain, { title: domain });
    expect(await product.finished(messageId)).toMatchObject({ delivered: 20, notDelivered: 2 });
    const outcomes = await product.outcomes(messageId);
    expect([outcomes['large-0'], outcomes['large-1'], outcomes['fine-7']]).toEqual([
      [4, 2],
      [4, 2],
      [0, 0],
    ]);
    expect(await product.activeTokens(domain)).toHaveLength(22);
    const calls = product.pushApi.calls.filter(({ title }) => title === domain);
    const alone = calls.filter(({ keys }) => keys.length === 1 && keys[0]?.startsWith('large'));
    expect(alone).toHaveLength(2);
    const ids = calls.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(ids).size).toBe(calls.length);
  });
});
