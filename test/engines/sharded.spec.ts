import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { type OwnShardedCluster, startOwnShardedCluster } from '../support/own-sharded-cluster.js';

let cluster: OwnShardedCluster;
let product: Installation;

beforeAll(async () => {
  cluster = await startOwnShardedCluster();
  product = await Installation.start('sharded', { environment: { MONGODB_URI: cluster.uri } });
}, 180_000);

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0, 0]);
  await cluster.stop();
}, 120_000);

it('settles a broadcast exactly', async () => {
  const domain = 'routed.example.com';
  const audience = await addAudience(product, domain, { tokens: 700, subscriptions: 300 });
  await expectSettled(product, await broadcast(product, domain, audience));
});
