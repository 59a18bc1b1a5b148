import { describeRepeats, expectSettled } from '../support/broadcasts.js';
import { BEFORE_SWEEP_MS, expectSentAtOnce, isSendAccepted, startBroadcast } from '../support/failover-sends.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { OwnRedisCluster } from '../support/own-redis-cluster.js';
import { untilReady, untilRedisDown } from '../support/readiness.js';
import { waitFor } from '../support/wait-for.js';

const USER = 'push';
const PASSWORD = 'a-secret-that-no-log-may-hold';

/** A silent node counts as failed after 1 s; a busy machine is slow. */
const FAILOVER_MS = 30_000;

/** How long keys of the slot are at two nodes. */
const MOVING_MS = 1_000;

const report: string[] = [];
let cluster: OwnRedisCluster;
let product: Installation;
let key: string;

beforeAll(async () => {
  cluster = await OwnRedisCluster.start({
    config: [`user ${USER} on >${PASSWORD} ~{push-contact.* &* +@all -@admin -@dangerous +info +cluster`],
  });
  const { address } = cluster.first;
  product = await Installation.start('redis_cluster', {
    workers: 2,
    latencyMs: 250,
    environment: {
      // A node that does not exist is passed over.
      REDIS_URL: `redis://${USER}:${PASSWORD}@127.0.0.1:9`,
      REDIS_CLUSTER_NODES: `no-such-host.invalid,${address}`,
      PUSH_API_TOKENS_LIMIT: '100',
      NODE_ENV: 'production',
    },
  });
  key = `{push-contact.${product.database}}`;
}, 120_000);

afterAll(async () => {
  console.log(report.join('\n'));
  expect(product.outputs().join('\n')).not.toContain(PASSWORD);
  const from = Date.now();
  expect(await product.stop()).toEqual([0, 0, 0]);
  expect(Date.now() - from).toBeLessThan(BEFORE_SWEEP_MS);
  await cluster.stop();
});

it('wakes workers through a slot that is at another node than those of the settings', async () => {
  const owner = await cluster.ownerOf(key);
  expect(owner.port).not.toBe(cluster.first.port);
  await expectSentAtOnce(product, 'elsewhere.example.com');
  expect(await cluster.first.call('DBSIZE')).toBe(0);
  const keys = (await owner.call('KEYS', '*')) as string[];
  expect(keys.filter((each) => !each.startsWith(key))).toEqual([]);
  // Requests are counted there as well.
  expect(keys.filter((each) => each.startsWith(`${key}:rate:token:`))).toHaveLength(1);
}, 120_000);

it('settles each contact once when the slot moves to another node in the middle', async () => {
  const before = await cluster.ownerOf(key);
  const sent = await startBroadcast(product, 'moved.example.com');
  const watch = watchLedger(product, sent.messageId);
  await cluster.moveSlot(key, () => new Promise((resolve) => setTimeout(resolve, MOVING_MS)));
  expect(await cluster.ownerOf(key)).not.toBe(before);

  report.push(describeRepeats('Slot moved', sent, await expectSettled(product, sent)));
  await watch.expectAddedUp();
  await untilReady(product.api.url);
  await expectSentAtOnce(product, 'after-the-move.example.com');
  expect(await before.call('DBSIZE')).toBe(0);
}, 240_000);

it('settles each contact once when the primary is killed in the middle, and comes back as a replica', async () => {
  await cluster.addReplicaOf(key);
  const primary = await cluster.ownerOf(key);
  const sent = await startBroadcast(product, 'killed.example.com');
  const watch = watchLedger(product, sent.messageId);
  await primary.kill();
  const from = Date.now();
  await untilRedisDown(product.api.url, 'CLUSTERDOWN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT');
  expect(await isSendAccepted(product)).toBe(false);
  await waitFor(
    () => isSendAccepted(product),
    (is) => is,
  );
  report.push(`Accepted again after ${Date.now() - from} ms`);
  expect(Date.now() - from).toBeLessThan(FAILOVER_MS);
  await primary.restart();

  report.push(describeRepeats('Primary killed', sent, await expectSettled(product, sent)));
  await watch.expectAddedUp();
  await waitFor(
    () => primary.info('role'),
    (role) => role === 'slave',
  );
  expect((await cluster.pairOf(key))[1]).toBe(primary);
  await expectSentAtOnce(product, 'after-the-failover.example.com');
}, 240_000);

it('goes on when the primary falls silent with open connections', async () => {
  const primary = await cluster.ownerOf(key);
  primary.freeze();
  const from = Date.now();
  await untilRedisDown(product.api.url, 'CLUSTERDOWN', 'ETIMEDOUT');
  await waitFor(
    () => isSendAccepted(product),
    (is) => is,
  );
  report.push(`Accepted again after ${Date.now() - from} ms`);
  await expectSentAtOnce(product, 'after-the-silence.example.com');
  primary.thaw();
  await waitFor(
    () => primary.info('role'),
    (role) => role === 'slave',
  );
  await expectSentAtOnce(product, 'after-the-thaw.example.com');
}, 240_000);

it('is not ready and says why when nobody has the slots, and serves again when they are back', async () => {
  const [primary, replica] = await cluster.pairOf(key);
  await replica.kill();
  await primary.kill();
  await untilRedisDown(product.api.url, 'CLUSTERDOWN');
  expect(await isSendAccepted(product)).toBe(false);
  expect(product.api.output()).toMatch(/\(CLUSTERDOWN\): a part of the slots of the Redis Cluster has no primary/);
  await primary.restart();
  report.push(`Ready again after ${await untilReady(product.api.url)} ms`);
  await expectSentAtOnce(product, 'after-the-outage.example.com');
}, 240_000);
