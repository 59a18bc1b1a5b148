import { Redis } from 'ioredis';
import { type HttpResponse, request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import { waitFor } from '../support/wait-for.js';

const LIMIT = 20;

/** Requests of one client while Redis does not count; all of them pass. */
const REQUESTS = 200;

/** Of those requests one after another: far less than if each waited the 100 ms for Redis. */
const MAX_MS = 8_000;

let redis: OwnRedis;
let admin: Redis;
let redisPid: number;
let product: Installation;
let clients = 0;

beforeAll(async () => {
  redis = await startOwnRedis();
  admin = new Redis(redis.url);
  redisPid = Number(/^process_id:(\d+)/m.exec(await admin.info('server'))?.[1]);
  product = await Installation.start('rate_limits_faults', {
    workers: 0,
    environment: {
      REDIS_URL: redis.url,
      TRUST_PROXY: '127.0.0.1',
      RATE_LIMIT_ANONYMOUS_PER_MINUTE: String(LIMIT),
      REGISTRATION_QUOTA_PER_MINUTE: '1',
    },
  });
}, 120_000);

afterAll(async () => {
  admin.disconnect();
  expect(await product.stop()).toEqual([0]);
  await redis.stop();
});

function ask(client: string): Promise<HttpResponse> {
  const headers = { 'x-forwarded-for': client };
  return request('GET', `${product.api.url}/push-contacts/example.com/nobody`, { headers });
}

/** The statuses of many requests of a client that nothing was counted of. */
async function askMany(count: number): Promise<number[]> {
  clients += 1;
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await ask(`198.51.100.${clients}`)).status);
  return statuses;
}

async function uncounted(): Promise<number> {
  const { text } = await request('GET', product.api.metricsUrl);
  return Number(/^push_contact_uncounted_requests_total\{reason="redis"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

const lines = (pattern: RegExp): number => product.api.output().match(pattern)?.length ?? 0;

const limited = async (): Promise<number> => (await askMany(LIMIT + 5)).filter((status) => status === 429).length;

const FAULTS: readonly [name: string, begin: () => Promise<unknown>, end: () => Promise<unknown>][] = [
  [
    'does not answer',
    () => Promise.resolve(process.kill(redisPid, 'SIGSTOP')),
    () => Promise.resolve(process.kill(redisPid, 'SIGCONT')),
  ],
  ['is a replica', () => admin.replicaof('127.0.0.1', '1'), () => admin.replicaof('no', 'one')],
  ['is full', () => admin.config('SET', 'maxmemory', '1'), () => admin.config('SET', 'maxmemory', '0')],
  ['is unreachable', () => redis.crash(), () => redis.startEmpty()],
];

it.each(FAULTS)(
  'while Redis %s, requests pass soon and are counted; then limits apply again',
  async (_, begin, end) => {
    expect(await limited()).toBe(5);
    const [before, warned] = [await uncounted(), lines(/Redis does not count/g)];

    await begin();
    const startedMs = performance.now();
    const statuses = await askMany(REQUESTS);
    const tookMs = performance.now() - startedMs;
    // An outage of less than a second is only counted. On a machine that is busy there may be a further line.
    await waitFor(
      () => lines(/Redis does not count/g),
      (count) => count > warned,
    );
    await end();

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(tookMs).toBeLessThan(MAX_MS);
    await waitFor(uncounted, (count) => count >= before + REQUESTS - LIMIT);
    await waitFor(limited, (refused) => refused === 5);
    expect(lines(/Redis counts again/g)).toBe(lines(/Redis does not count/g));
  },
);

it('an api that starts without Redis serves, and counts when Redis is there', async () => {
  await redis.crash();
  const api = await product.startProcess('api');
  const path = '/push-contacts/example.com/nobody';
  const once = (client: string): Promise<HttpResponse> =>
    request('GET', api.url + path, { headers: { 'x-forwarded-for': client } });

  expect((await once('192.0.2.1')).status).toBe(200);
  await redis.startEmpty();
  const counted = await waitFor(
    () => once('192.0.2.2'),
    ({ headers }) => headers.has('ratelimit-limit'),
  );

  expect(counted.headers.get('ratelimit-limit')).toBe(String(LIMIT));
  expect(await product.remove(api, (process) => process.stop())).toBe(0);
});
