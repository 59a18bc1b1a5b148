import { Agent } from 'node:http';
import { request as httpRequest } from 'node:http';
import { Redis } from 'ioredis';
import { whenAllIsCounted } from '../support/counted.js';
import { type HttpResponse, request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import type { ProductProcess } from '../support/product-process.js';
import { testEnvironment } from '../support/test-environment.js';

/** Limits that a test reaches at once; in a window of a minute, which no test outlasts. */
const LOW = {
  TRUST_PROXY: '127.0.0.1',
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: '200',
  RATE_LIMIT_REGISTRATIONS_PER_MINUTE: '20',
  RATE_LIMIT_TOKEN_PER_MINUTE: '50',
};

const ANONYMOUS = '/push-contacts/example.com/nobody';
const WITH_TOKEN = '/domains/nowhere.example.com';

let product: Installation;
let second: ProductProcess;
let clients = 0;

beforeAll(async () => {
  product = await Installation.start('rate_limits', { workers: 0, environment: LOW });
  second = await product.startProcess('api');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

/** The headers of a client that nothing was counted of. */
function newClient(): { 'x-forwarded-for': string } {
  clients += 1;
  return { 'x-forwarded-for': `198.51.100.${clients}` };
}

function get(headers: Record<string, string>, path = ANONYMOUS, api = product.api): Promise<HttpResponse> {
  return request('GET', api.url + path, { headers });
}

async function getMany(count: number, ask: (index: number) => Promise<HttpResponse>): Promise<HttpResponse[]> {
  const responses: HttpResponse[] = [];
  for (let start = 0; start < count; start += 50) {
    const length = Math.min(50, count - start);
    responses.push(...(await Promise.all(Array.from({ length }, (_, index) => ask(start + index)))));
  }
  return responses;
}

function count(responses: readonly HttpResponse[], status: number): number {
  return responses.filter((response) => response.status === status).length;
}

const limitOf = ({ headers }: HttpResponse): string | null => headers.get('ratelimit-limit');

async function metric(name: string): Promise<number> {
  const { text } = await request('GET', product.api.metricsUrl);
  const line = text.split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('an api without any of these settings', () => {
  it('has the documented limits, and none on health, version and script', async () => {
    const unset = Object.fromEntries(Object.keys(LOW).map((name) => [name, '']));
    const api = await product.startProcess('api', unset);
    const ask = (method: string, path: string, token?: string): Promise<HttpResponse> =>
      request(method, api.url + path, token === undefined ? {} : { token });

    const limited = [
      await ask('GET', ANONYMOUS),
      await ask('POST', '/push-contacts'),
      await ask('GET', WITH_TOKEN, product.keys.superUserByXml),
      await ask('GET', WITH_TOKEN, 'refused'),
      await ask('GET', '/push-script/configuration'),
    ];
    const free = await Promise.all(
      [
        '/health/live',
        '/health/ready',
        '/version.txt',
        '/robots.txt',
        '/push-script.js',
        '/push-service-worker.js',
      ].map((path) => ask('GET', path)),
    );

    expect(limited.map(limitOf)).toEqual(['3000', '600', '60000', '3000', '3000']);
    expect(free.map(limitOf)).toEqual(free.map(() => null));
  });
});

describe('a limit', () => {
  it('is shared by two apis', async () => {
    const apis = [product.api, second];

    const responses = await whenAllIsCounted(apis, () => {
      const client = newClient();
      return getMany(400, (index) => get(client, ANONYMOUS, apis[index % 2]));
    });

    expect([count(responses, 200), count(responses, 429)]).toEqual([200, 200]);
  });

  it('is of one client, of one kind of request, and of one token', async () => {
    const { registrations, withToken, others } = await whenAllIsCounted([product.api], async () => {
      const [client, other] = [newClient(), newClient()];
      const token = await product.keys.sign({ isSU: true, jti: crypto.randomUUID() });
      const askWith = (written: string): Promise<HttpResponse> =>
        request('GET', product.api.url + WITH_TOKEN, { headers: client, token: written });
      return {
        registrations: await getMany(30, () =>
          request('POST', `${product.api.url}/push-contacts`, { headers: client }),
        ),
        withToken: await getMany(60, () => askWith(token)),
        others: [
          await askWith(await product.keys.sign({ isSU: true, jti: crypto.randomUUID() })),
          // Another spelling of the token is refused, as a request of the address.
          await askWith(token.replace(/.$/, '\t$&')),
          await get(client),
          await get(other),
        ],
      };
    });

    expect([count(registrations, 400), count(registrations, 429)]).toEqual([20, 10]);
    expect([count(withToken, 404), count(withToken, 429)]).toEqual([50, 10]);
    expect(others.map(({ status }) => status)).toEqual([404, 401, 200, 200]);
    expect(others.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['49', '199', '198', '199']);
  });

  it('counts a HEAD once, and requests for the same /64 of IPv6 together', async () => {
    const { headers } = await whenAllIsCounted([product.api], async () => {
      clients += 1;
      const ask = (method: string, host: string): Promise<HttpResponse> =>
        request(method, product.api.url + ANONYMOUS, {
          headers: { 'x-forwarded-for': `2001:db8:1:${clients}:${host}` },
        });
      await ask('HEAD', ':1');
      return ask('GET', 'ffff::2');
    });

    expect(headers.get('ratelimit-remaining')).toBe('198');
  });

  it('refuses a request with what its caller needs to try again, for pages of every origin', async () => {
    const client = (): { 'x-forwarded-for': string } => ({ 'x-forwarded-for': `198.51.100.${clients}` });
    const before = await metric('push_contact_rate_limited_requests_total{limit="anonymous"}');
    const preflight = (): Promise<HttpResponse> =>
      request('OPTIONS', `${product.api.url}/push-contacts`, {
        headers: { ...client(), origin: 'https://example.com', 'access-control-request-method': 'POST' },
      });

    const { preflights, taken, refused } = await whenAllIsCounted([product.api], async () => {
      newClient();
      return {
        preflights: await getMany(250, preflight),
        taken: await getMany(200, () => get(client())),
        refused: await get({ ...client(), origin: 'https://example.com' }),
      };
    });
    const { status, headers, body } = refused;

    expect([count(preflights, 204), count(taken, 200)]).toEqual([250, 200]);
    expect({ status, body }).toMatchObject({
      status: 429,
      body: { type: 'urn:push-contact:error:too_many_requests', status: 429, detail: expect.any(String) as unknown },
    });
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/);
    expect(headers.get('ratelimit-reset')).toBe(headers.get('retry-after'));
    expect([headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual(['200', '0']);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect((await preflight()).status).toBe(204);
    expect(await metric('push_contact_rate_limited_requests_total{limit="anonymous"}')).toBeGreaterThan(before);
    expect(product.api.output()).toContain('RATE_LIMIT_ANONYMOUS_PER_MINUTE');
    expect(product.api.output()).not.toContain(client()['x-forwarded-for']);
  });

  it('says to a service worker what is left only near the limit, and shows it no headers', async () => {
    const { first, refused } = await whenAllIsCounted([product.api], async () => {
      const client = newClient();
      const report = (): Promise<HttpResponse> =>
        request('POST', `${product.api.url}/push-contacts/nobody/messages/none/received`, { headers: client });
      const reports = [await report(), ...(await getMany(199, report))];
      expect(count(reports, 400)).toBe(200);
      return { first: reports[0], refused: await report() };
    });

    expect([first?.headers.get('ratelimit-limit'), refused.headers.get('ratelimit-limit')]).toEqual([null, '200']);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(refused.headers.get('access-control-expose-headers')).toBeNull();
  });

  it('leaves no entry in the audit log where it refuses', async () => {
    const responses = await whenAllIsCounted([product.api, second], async () => {
      const token = await product.keys.sign({ isSU: true, jti: crypto.randomUUID() });
      return getMany(60, () => request('PUT', `${product.api.url}/domains/audited.example.com`, { json: {}, token }));
    });

    expect([count(responses, 200), count(responses, 429)]).toEqual([50, 10]);
    const entries = await product.db.pick('auditEntries', {}, 'status');
    expect(new Set(entries.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('counts requests whose token is refused for the address, and keeps no key of a refused token', async () => {
    let client = newClient();
    const ask = (token: string): Promise<HttpResponse> =>
      request('GET', product.api.url + WITH_TOKEN, { headers: client, token });

    const refused = await whenAllIsCounted([product.api], () => {
      client = newClient();
      return getMany(300, (index) => ask(`refused-${index}`));
    });
    const redis = new Redis(testEnvironment('TEST_REDIS_URL'));
    const keys = await redis.keys(`{push-contact.${product.database}}:rate:*`);
    const expiries = await Promise.all(keys.map((key) => redis.pttl(key)));
    redis.disconnect();

    expect([count(refused, 401), count(refused, 429)]).toEqual([200, 100]);
    expect((await ask(product.keys.expired)).status).toBe(429);
    expect((await ask(product.keys.user)).status).toBe(403);
    expect((await ask(product.keys.superUserByXml)).status).toBe(404);
    expect((await get(client)).status).toBe(429);
    expect(keys.filter((key) => key.includes(':rate:token:')).length).toBeLessThan(30);
    expect(keys.some((key) => key.includes(product.keys.superUser))).toBe(false);
    expect(keys.filter((key) => /:rate:(anonymous|registrations):/.test(key)).length).toBeGreaterThan(0);
    expect(keys.filter((key) => !/:rate:\w+:[\w-]+$/.test(key) || key.includes('198.51.100'))).toEqual([]);
    expect(expiries.filter((milliseconds) => milliseconds <= 0 || milliseconds > 60_000)).toEqual([]);
  });

  it('refuses before the body is read, and leaves the connection usable', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = JSON.stringify({ domain: 'x'.repeat(15_000) });

    const [first, then] = await whenAllIsCounted([product.api], async () => {
      const client = newClient();
      await getMany(20, () => request('POST', `${product.api.url}/push-contacts`, { headers: client }));
      return [
        await ask(agent, 'POST', '/push-contacts', client, body),
        await ask(agent, 'GET', '/version.txt', client),
      ] as const;
    });

    expect([first.status, then.status]).toEqual([429, 200]);
    expect(then.port).toBe(first.port);
    agent.destroy();
  });

  it('begins again with its window: steady traffic at half of it is never refused', async () => {
    const api = await product.startProcess('api', {
      RATE_LIMIT_WINDOW_SECONDS: '2',
      RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1200',
      RATE_LIMIT_REGISTRATIONS_PER_MINUTE: '60',
    });
    const client = newClient();
    const statuses = new Set<number>();
    let [windows, remaining] = [0, Number.POSITIVE_INFINITY];
    while (windows < 4) {
      const { status, headers } = await get(client, ANONYMOUS, api);
      statuses.add(status);
      // Without a limit, Redis has not counted in time, as happens on a busy machine: the request passes.
      expect(headers.get('ratelimit-limit') ?? '40').toBe('40');
      const left = Number(headers.get('ratelimit-remaining') ?? remaining);
      if (left > remaining) windows += 1;
      remaining = left;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect([...statuses]).toEqual([200]);
  });
});

describe('TRUST_PROXY', () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.77' };

  it('is missed where a private proxy is in front: nobody is refused, and a line says what to set', async () => {
    const api = await product.startProcess('api', { TRUST_PROXY: '' });

    const responses = await getMany(250, () => get(forwarded, ANONYMOUS, api));
    const { text } = await request('GET', api.metricsUrl);

    expect(count(responses, 200)).toBe(250);
    expect(api.output().match(/TRUST_PROXY is unset: limits per client address do not apply/g)).toHaveLength(1);
    expect(text).toContain('push_contact_uncounted_requests_total{reason="proxy"} 250');
  });

  it('is false where there is no proxy: what a client says of its address is not believed', async () => {
    const api = await product.startProcess('api', {
      TRUST_PROXY: 'false',
      MONGODB_DATABASE: `${product.database}_own`,
    });

    const responses = await getMany(250, (index) => get({ 'x-forwarded-for': `203.0.113.${index}` }, ANONYMOUS, api));

    // Tests that name no client have counted for the same address.
    expect(count(responses, 429)).toBeGreaterThanOrEqual(50);
    expect(count(responses, 200) + count(responses, 429)).toBe(250);
  });

  it('names a client by whatever its proxy writes: no address of it ends in an error', async () => {
    const written = ['fe80::1%a-b', '::1%A:B', '::ffff:1.2.3.4%e.1', '[fe80::1%a-b]:443', '%', '::1%', 'unknown'];

    const responses = await Promise.all(written.map((address) => get({ 'x-forwarded-for': address })));

    expect(responses.map(({ status }) => status)).toEqual(written.map(() => 200));
  });

  it('of one hop is not fooled by addresses that the client adds', async () => {
    const api = await product.startProcess('api', { TRUST_PROXY: '1' });

    const responses = await whenAllIsCounted([api], () => {
      const client = newClient()['x-forwarded-for'];
      return getMany(250, (index) => get({ 'x-forwarded-for': `203.0.113.${index}, ${client}` }, ANONYMOUS, api));
    });

    expect([count(responses, 200), count(responses, 429)]).toEqual([200, 50]);
  });
});

/** One request of an agent; the local port tells its connection from others. */
async function ask(
  agent: Agent,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number; port: number | undefined }> {
  return new Promise((resolve, reject) => {
    const content = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
    const asked = httpRequest(
      product.api.url + path,
      { method, agent, headers: { ...headers, ...content } },
      (response) => {
        const port = response.socket.localPort;
        response.resume().on('end', () => {
          resolve({ status: response.statusCode ?? 0, port });
        });
      },
    ).on('error', reject);
    asked.end(body);
  });
}
