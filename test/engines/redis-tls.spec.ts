import { Installation } from '../support/installation.js';
import { OwnRedisCluster } from '../support/own-redis-cluster.js';
import { runProduct, startProduct } from '../support/product-process.js';
import { readiness, untilReady } from '../support/readiness.js';
import { createRedisCertificates, type RedisCertificates } from '../support/redis-certificates.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';

let certificates: RedisCertificates;
let redis: RedisServer;
let product: Installation;

beforeAll(async () => {
  certificates = await createRedisCertificates();
  const { client } = certificates;
  redis = await startRedisServer({ config: certificates.config(false), isTls: true, client });
  product = await Installation.start('redis_tls', {
    workers: 0,
    environment: { REDIS_URL: `rediss://${redis.address}`, REDIS_CA_FILE: certificates.ca },
  });
}, 120_000);

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
  await redis.stop();
  await certificates.remove();
});

/** Starts a worker with other settings, and resolves with what it says of Redis and prints. */
async function tryWorker(
  different: Readonly<Record<string, string>>,
): Promise<{ reason: string | undefined; output: string }> {
  const worker = await startProduct('worker', { ...product.environment, ...different });
  const { body } = await readiness(worker.url);
  expect(await worker.stop()).toBe(0);
  return { reason: body.reasons?.redis, output: worker.output() };
}

it('trusts the CA of REDIS_CA_FILE', async () => {
  await untilReady(product.api.url);
});

it('trusts the CA of NODE_EXTRA_CA_CERTS', async () => {
  const { reason } = await tryWorker({ REDIS_CA_FILE: '', NODE_EXTRA_CA_CERTS: certificates.ca });
  expect(reason).toBeUndefined();
}, 120_000);

it.each([
  ['a CA that did not sign', () => ({ REDIS_CA_FILE: certificates.otherCa })],
  ['no CA', () => ({ REDIS_CA_FILE: '' })],
])(
  'is not ready with %s, and the log names the setting',
  async (_, different) => {
    const { reason, output } = await tryWorker(different());
    expect(reason).toBe('SELF_SIGNED_CERT_IN_CHAIN');
    const lines = output.match(/Redis is unreachable \(SELF_SIGNED_CERT_IN_CHAIN\): .* see REDIS_CA_FILE/g);
    expect(lines).toHaveLength(1);
  },
  120_000,
);

it('is not ready with a certificate of another address', async () => {
  const { client } = certificates;
  const other = await startRedisServer({
    config: certificates.config(false),
    host: '127.0.0.2',
    isTls: true,
    client: { tls: { ...client.tls, checkServerIdentity: () => undefined } },
  });
  const { reason, output } = await tryWorker({ REDIS_URL: `rediss://${other.address}` });
  await other.stop();
  expect(reason).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(output).toMatch(/its certificate is not for the address/);
}, 120_000);

it('shows its certificate to a Redis that asks for one, and is not ready without', async () => {
  await redis.call('CONFIG', 'SET', 'tls-auth-clients', 'yes');
  const { reason } = await tryWorker({});
  expect(reason).toBe('ECONNRESET');
  const shown = await tryWorker({ REDIS_CERT_FILE: certificates.cert, REDIS_KEY_FILE: certificates.key });
  expect(shown.reason).toBeUndefined();
  await redis.call('CONFIG', 'SET', 'tls-auth-clients', 'no');
}, 120_000);

it('reaches all nodes of a Redis Cluster with TLS', async () => {
  const cluster = await OwnRedisCluster.start({
    config: [...certificates.config(false), 'tls-cluster yes'],
    isTls: true,
    client: certificates.client,
  });
  const { address } = cluster.first;
  const inCluster = { REDIS_URL: `rediss://${address}`, REDIS_CLUSTER_NODES: address };
  expect((await tryWorker(inCluster)).reason).toBeUndefined();
  const refused = await tryWorker({ ...inCluster, REDIS_CA_FILE: certificates.otherCa });
  expect(refused.reason).toBe('NONODE');
  expect(refused.output).toMatch(/Redis is unreachable \(NONODE\): .* see REDIS_CA_FILE/);
  await cluster.stop();
}, 120_000);

it('ends the start when there is no cluster at REDIS_CLUSTER_NODES', async () => {
  const different = { REDIS_CLUSTER_NODES: redis.address };
  const { code, stderr } = await runProduct(['--mode=worker'], { ...product.environment, ...different });
  expect({ code, lines: stderr.trim().split('\n') }).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^REDIS_CLUSTER_NODES: this Redis has no cluster mode/)],
  });
}, 120_000);
