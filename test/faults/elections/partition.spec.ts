import { addAudience } from '../../support/audience.js';
import { broadcast, describeRepeats, expectSettled, inTheMiddle } from '../../support/broadcasts.js';
import { CLICKED_ACTIONS, clickAway, countedOf, totalOf } from '../../support/clicking.js';
import { Installation } from '../../support/installation.js';
import { makeNetworkNamespaces, type NetworkNamespaces } from '../../support/network-namespaces.js';
import { type OwnReplicaSet, startOwnReplicaSet } from '../../support/own-replica-set.js';
import { waitFor } from '../../support/wait-for.js';

const isRoot = process.getuid?.() === 0;

let network: NetworkNamespaces;
let mongoDb: OwnReplicaSet;
let product: Installation;

// Network namespaces need root, which a container of CI has.
(isRoot ? describe : describe.skip)('when the primary is cut off from the other members', () => {
  beforeAll(async () => {
    network = makeNetworkNamespaces(3);
    mongoDb = await startOwnReplicaSet(network.hosts);
    product = await Installation.start('partition', {
      workers: 2,
      latencyMs: 250,
      environment: { MONGODB_URI: mongoDb.uri, PUSH_API_TOKENS_LIMIT: '100' },
    });
  });

  afterAll(async () => {
    expect(await product.stopAndKeepData()).toEqual([0, 0, 0]);
    await mongoDb.stop();
    network.remove();
  });

  it('settles each contact once and counts each click, although the product still reaches that primary', async () => {
    const domain = 'partition.example.com';
    const clicked = await product.store(domain, { title: 'Clicked', actions: CLICKED_ACTIONS });
    const audience = await addAudience(product, domain, { tokens: 42_000, subscriptions: 18_000 });
    const contacts = await product.db.pick('push-contacts', { domain }, '_id');
    const contactIds = contacts.map(({ _id }) => _id as string);
    const sent = await broadcast(product, domain, audience);
    const clicking = clickAway(product.api.url, contactIds, clicked, 4);
    await inTheMiddle(product, sent, 0.1);

    const before = (await mongoDb.primary()) ?? '';
    const [address = ''] = before.split(':');
    const fromMs = Date.now();
    network.cutOff(address);
    const elected = await waitFor(
      () => mongoDb.primary(),
      (host) => host !== undefined && host !== before,
    );
    const electedMs = Date.now();
    const acceptedBefore = totalOf(clicking.accepted);
    await waitFor(
      () => totalOf(clicking.accepted),
      (accepted) => accepted > acceptedBefore + 100,
    );
    network.rejoin(address);

    const repeats = await expectSettled(product, sent, [{ fromMs, toMs: Date.now() }]);
    await clicking.stop();
    console.log(describeRepeats(`cut off, another primary after ${electedMs - fromMs} ms`, sent, repeats));
    console.log(`clicks: ${JSON.stringify([...clicking.statuses])}`);
    expect(elected).not.toBe(before);
    expect([...clicking.statuses.keys()].filter((status) => status !== 202 && status !== 503)).toEqual([]);
    expect(totalOf(clicking.unanswered)).toBe(0);
    const counted = totalOf(await countedOf(product, clicked));
    // A click that is answered 503 may have been stored all the same.
    expect(counted).toBeGreaterThanOrEqual(totalOf(clicking.accepted));
    expect(counted).toBeLessThanOrEqual(totalOf(clicking.accepted) + (clicking.statuses.get(503) ?? 0));
  }, 300_000);
});
