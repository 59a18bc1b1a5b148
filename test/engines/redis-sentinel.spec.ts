import { describeRepeats, expectSettled } from '../support/broadcasts.js';
import { expectSentAtOnce, isSendAccepted, startBroadcast } from '../support/failover-sends.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { OwnRedisSentinel } from '../support/own-redis-sentinel.js';
import { runProduct, startProduct } from '../support/product-process.js';
import { readiness, untilReady, untilRedisDown } from '../support/readiness.js';
import { createRedisCertificates, type RedisCertificates } from '../support/redis-certificates.js';
import { waitFor } from '../support/wait-for.js';

const NAME = 'cache-1';
const PASSWORD = 'a-secret-of-redis';
const SENTINEL_PASSWORD = 'a-secret-of-the-sentinels';

/** A silent primary counts as down after 2 s; a busy machine is slow. */
const FAILOVER_MS = 30_000;

const report: string[] = [];
let certificates: RedisCertificates;
let redis: OwnRedisSentinel;
let environment: Readonly<Record<string, string>>;
let product: Installation;

beforeAll(async () => {
  certificates = await createRedisCertificates();
  redis = await OwnRedisSentinel.start({
    name: NAME,
    password: PASSWORD,
    sentinelPassword: SENTINEL_PASSWORD,
    config: certificates.config(true),
    isTls: true,
    client: certificates.client,
  });
  environment = {
    REDIS_URL: `rediss://:${PASSWORD}@not-used.invalid/1`,
    // One that does not exist is passed over, and the third is learned.
    REDIS_SENTINELS: ['127.0.0.1:9', ...redis.sentinels.slice(0, 2).map(({ address }) => address)].join(','),
    REDIS_SENTINEL_NAME: NAME,
    REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD,
    REDIS_CA_FILE: certificates.ca,
    REDIS_CERT_FILE: certificates.cert,
    REDIS_KEY_FILE: certificates.key,
    PUSH_API_TOKENS_LIMIT: '100',
    NODE_ENV: 'production',
  };
  product = await Installation.start('redis_sentinel', { workers: 2, latencyMs: 250, environment });
}, 120_000);

afterAll(async () => {
  console.log(report.join('\n'));
  expect(product.outputs().join('\n')).not.toMatch(new RegExp(`${PASSWORD}|${SENTINEL_PASSWORD}`));
  expect(await product.stop()).toEqual([0, 0, 0]);
  await redis.stop();
  await certificates.remove();
});

it('wakes workers through the primary that the Sentinels name, and logs the one that is unreachable', async () => {
  await expectSentAtOnce(product, 'named.example.com');
  const [primary] = await redis.pair();
  expect(await primary.info('db1')).toMatch(/keys=/);
  expect(product.api.output().match(/Sentinel 127\.0\.0\.1:9 does not name the primary \(CLOSED\)/g)).toHaveLength(1);
}, 120_000);

it('settles each contact once when the primary is killed in the middle, and comes back as a replica', async () => {
  const [primary, replica] = await redis.pair();
  const sent = await startBroadcast(product, 'killed.example.com');
  const watch = watchLedger(product, sent.messageId);
  await primary.kill();
  const from = Date.now();
  await untilRedisDown(product.api.url, 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT');
  expect(await isSendAccepted(product)).toBe(false);
  await waitFor(
    () => isSendAccepted(product),
    (is) => is,
  );
  report.push(`Primary killed: accepted again after ${Date.now() - from} ms`);
  expect(Date.now() - from).toBeLessThan(FAILOVER_MS);
  await primary.restart();

  report.push(describeRepeats('Primary killed', sent, await expectSettled(product, sent)));
  await watch.expectAddedUp();
  await waitFor(
    () => primary.info('role'),
    (role) => role === 'slave',
  );
  expect(await redis.pair()).toEqual([replica, primary]);
  await untilReady(product.api.url);
  await expectSentAtOnce(product, 'after-the-failover.example.com');
}, 240_000);

it('finds the next primary when one falls silent with open connections', async () => {
  const [primary] = await redis.pair();
  await waitFor(
    () => primary.info('connected_slaves'),
    (count) => count === '1',
  );
  primary.freeze();
  const from = Date.now();
  await untilRedisDown(product.api.url, 'ETIMEDOUT', 'ECONNREFUSED', 'ECONNRESET');
  await waitFor(
    () => isSendAccepted(product),
    (is) => is,
  );
  report.push(`Primary silent: accepted again after ${Date.now() - from} ms`);
  await expectSentAtOnce(product, 'after-the-silence.example.com');
  primary.thaw();
  await waitFor(
    () => primary.info('role'),
    (role) => role === 'slave',
  );
  await expectSentAtOnce(product, 'after-the-thaw.example.com');
}, 240_000);

it('says which Sentinel refuses it, and why', async () => {
  const started = await startProduct('worker', {
    ...product.environment,
    REDIS_SENTINEL_PASSWORD: 'not-the-password',
  });
  expect(await readiness(started.url)).toMatchObject({ status: 503, body: { reasons: { redis: 'NOSENTINEL' } } });
  expect(started.output()).toMatch(/Sentinel \S+ does not name the primary \(WRONGPASS\): .*REDIS_SENTINEL_PASSWORD/);
  expect(started.output()).toMatch(/Redis is unreachable \(NOSENTINEL\): no Sentinel of REDIS_SENTINELS/);
  expect(await started.stop()).toBe(0);
}, 120_000);

it.each([
  ['a CA that did not sign', () => ({ REDIS_CA_FILE: certificates.otherCa }), /does not name .* REDIS_CA_FILE/],
  ['no certificate', () => ({ REDIS_CERT_FILE: '', REDIS_KEY_FILE: '' }), /does not name the primary \(/],
])(
  'says so with %s',
  async (_, different, expected) => {
    const started = await startProduct('worker', { ...product.environment, ...different() });
    expect(await readiness(started.url)).toMatchObject({ status: 503, body: { reasons: { redis: 'NOSENTINEL' } } });
    expect(started.output()).toMatch(expected);
    expect(await started.stop()).toBe(0);
  },
  120_000,
);

it.each([
  ['another name', () => ({ REDIS_SENTINEL_NAME: 'mymaster' }), /^REDIS_SENTINEL_NAME: /],
  [
    'a server that is no Sentinel',
    async () => ({ REDIS_SENTINELS: (await redis.pair())[0].address, REDIS_SENTINEL_PASSWORD: PASSWORD }),
    /^REDIS_SENTINELS: /,
  ],
  [
    'a Sentinel as the server',
    () => ({
      REDIS_URL: `rediss://:${SENTINEL_PASSWORD}@${redis.sentinels[0]?.address ?? ''}`,
      REDIS_SENTINELS: '',
      REDIS_SENTINEL_NAME: '',
      REDIS_SENTINEL_PASSWORD: '',
    }),
    /^REDIS_URL: this is a Redis Sentinel/,
  ],
])(
  '%s ends the start with one line',
  async (_, different, expected) => {
    const { code, stderr } = await runProduct(['--mode=worker'], { ...product.environment, ...(await different()) });
    expect({ code, lines: stderr.trim().split('\n') }).toEqual({ code: 1, lines: [expect.stringMatching(expected)] });
  },
  120_000,
);
