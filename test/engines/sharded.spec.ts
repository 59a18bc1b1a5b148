import { randomUUID } from 'node:crypto';
import { addAudience } from '../support/audience.js';
import { broadcast, type Broadcast, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { runDocumented, spreadContacts } from '../support/documented-sharding.js';
import { encryptId, Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { type OwnShardedCluster, SHARDS, startOwnShardedCluster } from '../support/own-sharded-cluster.js';
import { waitFor } from '../support/wait-for.js';

/** Seven batches, of which two workers have six at once: some end before the last one begins. */
const SEVEN_BATCHES = { tokens: 14_700, subscriptions: 6_300 };

let cluster: OwnShardedCluster;
let product: Installation;

beforeAll(async () => {
  cluster = await startOwnShardedCluster();
  product = await Installation.start('sharded', {
    workers: 2,
    latencyMs: 250,
    environment: { MONGODB_URI: cluster.uri, PUSH_API_TOKENS_LIMIT: '100' },
  });
}, 180_000);

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0, 0, 0]);
  await cluster.stop();
}, 120_000);

/** Waits until a broadcast is planned in part. Its calls take some seconds more. */
async function begun({ messageId }: Broadcast): Promise<void> {
  const progress = await waitFor(
    () => product.progress(messageId),
    ({ planned }) => planned > 0,
  );
  expect(progress).toMatchObject({ finishedAt: null });
}

/** Numbers of documents of a collection on each shard. */
function countOnShards(collection: string): Promise<number[]> {
  return Promise.all(
    SHARDS.map(async (shard) =>
      Number((await cluster.commandAtShard(shard, { count: collection }, product.database)).n),
    ),
  );
}

it('serves before anything is sharded', async () => {
  const ready = await product.ask('GET', '/health/ready');
  expect([ready.status, ready.body]).toMatchObject([200, { dependencies: { mongodb: 'up' } }]);
  const { body } = await product.askAsSuperUser('GET', '/system');
  expect(body).toMatchObject({ versions: { mongodb: expect.stringMatching(/^\d+\.\d+/) as string } });
  const audience = await addAudience(product, 'before.example.com', { tokens: 140, subscriptions: 60 });
  await expectSettled(product, await broadcast(product, 'before.example.com', audience));
});

it.each(['Move the events', 'Shard the events', 'Shard the contacts'])(
  'settles a broadcast exactly while the page is followed that says: %s',
  async (heading) => {
    const domain = `${heading.replaceAll(' ', '-').toLowerCase()}.example.com`;
    const audience = await addAudience(product, domain, SEVEN_BATCHES);
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    await begun(sent);
    await runDocumented(cluster.uri, heading, product.database);
    await expectSettled(product, sent);
    await watch.expectAddedUp();
  },
);

it('ends its start where contacts were sharded without a unique index, and starts when the page is followed', async () => {
  const database = `${product.database}_wrong`;
  await cluster.command({ shardCollection: `${database}.push-contacts`, key: { device_token: 1 } });
  const environment = { MONGODB_DATABASE: database };
  await expect(product.startProcess('worker', environment)).rejects.toThrow('IndexKeySpecsConflict');
  await runDocumented(cluster.uri, 'Make the index of tokens unique', database);
  const worker = await product.startProcess('worker', environment);
  expect(await product.remove(worker, (process) => process.stop())).toBe(0);
});

it('settles a broadcast exactly while contacts move to the other shard', async () => {
  const audience = await addAudience(product, 'moving.example.com', SEVEN_BATCHES);
  const sent = await broadcast(product, 'moving.example.com', audience);
  await begun(sent);
  await spreadContacts(cluster.uri, product.database);
  await expectSettled(product, sent);
  for (const count of await countOnShards('push-contacts')) expect(count).toBeGreaterThan(0);
});

it('registers, reports, forgets and lists contacts of both shards', async () => {
  const domain = 'flows.example.com';
  const visitorGuid = randomUUID();
  const named = ['apple', 'zebra'].map((name) => `${name}-${domain}`);
  for (const deviceToken of named) {
    const contact = { domain, deviceToken, visitorGuid, email: `${deviceToken.slice(0, 5)}@example.com` };
    for (let time = 0; time < 2; time += 1) {
      expect((await product.ask('POST', '/push-contacts', { json: contact })).status).toBe(200);
    }
  }
  const contacts = await product.db.contactsOf(domain);
  expect(contacts.map(({ device_token: token }) => token).sort()).toEqual(named);
  const visitors = await product.askAsSuperUser('GET', `/push-contacts/visitor-guids?domain=${domain}`);
  expect(visitors.body).toMatchObject({ items: [visitorGuid] });

  const messageId = await product.store(domain, { title: 'To one' });
  const path = `/messages/${messageId}/visitors`;
  const list = { visitorsFieldsList: [{ visitorGuid, fields: {} }] };
  expect((await product.askAsSuperUser('POST', `${path}/send`, { json: list })).status).toBe(202);
  expect(await product.finished(messageId)).toMatchObject({ planned: 2, delivered: 2 });
  const ids = contacts.map(({ _id }) => encryptId(_id));
  for (const id of ids) {
    const clicked = `/push-contacts/${id}/messages/${encryptId(messageId)}/clicked`;
    expect((await product.ask('POST', clicked)).status).toBe(202);
  }
  await waitFor(
    () => product.counters(messageId),
    ({ message, stats }) => message.clicks === 2 && stats.click === 2,
  );

  expect((await product.ask('DELETE', `/push-contacts/${named[0] ?? ''}`)).status).toBeLessThan(300);
  expect(await statsOf(domain)).toMatchObject({ contactsStats: { active: 1, deleted: 1, total: 2 } });
  expect((await product.askAsSuperUser('DELETE', `/visitors/${visitorGuid}/data`)).status).toBe(200);
  const left = await product.db.contactsOf(domain);
  expect(left.map(({ deleted, visitor_guid: guid }) => [deleted, guid])).toEqual([
    [true, null],
    [true, null],
  ]);
  expect(await statsOf(domain)).toMatchObject({ contactsStats: { active: 0, deleted: 2, total: 2 } });
});

async function readyStatus(): Promise<number> {
  return (await product.ask('GET', '/health/ready')).status;
}

/** Whether the test's own connections have left the router that was killed. */
async function servesReads(): Promise<boolean> {
  const reads = await Promise.allSettled(Array.from({ length: 20 }, () => product.db.count('domains')));
  return reads.every(({ status }) => status === 'fulfilled');
}

/** The shard of what is not sharded. */
async function primaryShard(): Promise<unknown> {
  const { cursor } = await cluster.command({ find: 'databases', filter: { _id: product.database } }, 'config');
  return (cursor as { firstBatch: { primary?: unknown }[] }).firstBatch[0]?.primary;
}

async function statsOf(domain: string): Promise<unknown> {
  await product.askAsSuperUser('PUT', `/domains/${domain}`, { json: { isPushFeatureEnabled: true } });
  return (await product.askAsSuperUser('GET', `/domains/${domain}/stats`)).body;
}

it.each(SHARDS)('settles a broadcast exactly when the server of %s is killed in the middle of it', async (shard) => {
  const domain = `killed-${shard}.example.com`;
  const audience = await addAudience(product, domain, SEVEN_BATCHES);
  const sent = await broadcast(product, domain, audience);
  await inTheMiddle(product, sent, 0.1);
  const fromMs = Date.now();
  await cluster.killShard(shard);
  // All but contacts and events are on the primary shard.
  if (shard === (await primaryShard())) await waitFor(readyStatus, (status) => status === 503);
  await cluster.startShard(shard);
  // A worker whose write got no response cannot know whether it succeeded.
  await expectSettled(product, sent, [{ fromMs, toMs: Date.now() }]);
});

it('settles a broadcast exactly when a router is killed in the middle of it', async () => {
  const [router = ''] = cluster.routers;
  const audience = await addAudience(product, 'killed-router.example.com', SEVEN_BATCHES);
  const sent = await broadcast(product, 'killed-router.example.com', audience);
  await inTheMiddle(product, sent, 0.1);
  const fromMs = Date.now();
  await cluster.killRouter(router);
  await waitFor(servesReads, (serves) => serves);
  await expectSettled(product, sent, [{ fromMs, toMs: Date.now() }]);
  expect(await readyStatus()).toBe(200);
  await cluster.startRouter(router);
});
