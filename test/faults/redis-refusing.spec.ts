import { Redis } from 'ioredis';
import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import type { HttpResponse } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const PASSWORD = 'a-secret-that-no-log-may-hold';

let redis: OwnRedis;
let next: OwnRedis;
let proxy: TcpProxy;
let admin: Redis;
let product: Installation;
let worker: string;

beforeAll(async () => {
  [redis, next] = await Promise.all([startOwnRedis(), startOwnRedis()]);
  proxy = await startTcpProxy('127.0.0.1', Number(new URL(redis.url).port));
  admin = new Redis(redis.url);
  product = await Installation.start('redis_refusing', {
    environment: { REDIS_URL: `redis://127.0.0.1:${proxy.port}`, NODE_ENV: 'production' },
  });
  worker = (await product.startProcess('worker')).url;
}, 120_000);

afterAll(async () => {
  admin.disconnect();
  expect(await product.stop()).toEqual([0, 0, 0]);
  await Promise.all([proxy.stop(), redis.stop(), next.stop()]);
});

const lines = (pattern: RegExp): string[] =>
  product.api
    .output()
    .split('\n')
    .filter((line) => pattern.test(line));

async function ready(url = product.api.url): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: await response.json() };
}

function send(domain: string): Promise<HttpResponse> {
  return product.askAsSuperUser('POST', `/messages/domains/${domain}`, { json: { title: domain, body: 'The body' } });
}

/**
 * Expects that both processes are not ready for this reason, that a send is refused, and that one line says
 * so.
 */
async function expectRefused(code: string): Promise<void> {
  const isDown = { status: 503, body: { dependencies: { redis: 'down' }, reasons: { redis: code } } };
  for (const url of [product.api.url, worker]) {
    const answer = await waitFor(
      () => ready(url),
      ({ body }) => JSON.stringify(body).includes(`"redis":"${code}"`),
    );
    expect(answer).toMatchObject(isDown);
  }
  const domain = `refused-${code.toLowerCase()}.example.com`;
  const answer = await send(domain);
  expect(answer).toMatchObject({ status: 503, body: { type: 'urn:push-contact:error:queue_unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await product.db.count('messages', { title: domain })).toBe(0);
  expect(lines(new RegExp(`\\(${code}\\)`))).toHaveLength(1);
}

/** Expects that both processes are ready again, say so, and that a broadcast is sent. */
async function expectServing(domain: string): Promise<void> {
  const before = lines(/Redis serves again/).length;
  for (const url of [product.api.url, worker])
    await waitFor(
      () => ready(url),
      ({ status }) => status === 200,
    );
  await waitFor(
    () => lines(/Redis serves again/).length,
    (count) => count >= Math.max(before, 1),
  );
  const audience = await addAudience(product, domain, { tokens: 50 });
  await expectSettled(product, await broadcast(product, domain, audience));
}

it('a full Redis refuses sends, is not ready, and serves again when it has room', async () => {
  await admin.config('SET', 'maxmemory', '1');
  await expectRefused('OOM');
  await admin.config('SET', 'maxmemory', '0');
  await expectServing('full.example.com');
}, 120_000);

it('a Redis without the replicas that it wants refuses sends, and serves again', async () => {
  await admin.config('SET', 'min-replicas-to-write', '1');
  await expectRefused('NOREPLICAS');
  await admin.config('SET', 'min-replicas-to-write', '0');
  await expectServing('replicas.example.com');
}, 120_000);

it('jobs are added after Redis has forgotten its scripts', async () => {
  for (const domain of ['forgotten-1.example.com', 'forgotten-2.example.com']) {
    const audience = await addAudience(product, domain, { tokens: 50 });
    await admin.script('FLUSH');
    const from = Date.now();
    await expectSettled(product, await broadcast(product, domain, audience));
    // The sweeper would find it after 15 s.
    expect(Date.now() - from).toBeLessThan(12_000);
  }
}, 120_000);

it('a rotated password is in no log, ends no process, and serves again when it fits', async () => {
  const secret = `${PASSWORD}-rotated`;
  await admin.config('SET', 'requirepass', secret);
  const pids = [product.api.pid];
  // As a proxy or a restart of Redis does, after which the old password is sent again.
  proxy.cut();
  proxy.mend();
  await expectRefused('NOAUTH');
  expect(pids.map((pid) => process.kill(pid, 0))).toEqual([true]);
  await admin.config('SET', 'requirepass', '');
  await expectServing('rotated.example.com');
  expect(product.api.output()).not.toContain(PASSWORD);
}, 120_000);

it('a Redis that has become a replica refuses sends, and its successor at the address is found', async () => {
  const to = new URL(next.url);
  await admin.replicaof(to.hostname, Number(to.port));
  await expectRefused('READONLY');
  proxy.leadTo(Number(to.port));
  await expectServing('failed-over.example.com');
}, 120_000);
