import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

const UNREACHABLE_MS = 2_000;

const report: string[] = [];
let redis: OwnRedis;
let product: Installation;

beforeAll(async () => {
  redis = await startOwnRedis();
  product = await Installation.start('redis_faults', {
    workers: 2,
    latencyMs: 250,
    environment: { REDIS_URL: redis.url, PUSH_API_TOKENS_LIMIT: '100' },
  });
}, 120_000);

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stop()).toEqual([0, 0, 0]);
  await redis.stop();
});

/**
 * This call takes so long that its batch, whose job is lost, is enqueued again while a worker still has it.
 */
const SLOW_CALL = 5;

/**
 * Sends to a new domain. Resolves when part of it is recorded, some of its jobs wait in Redis, and a slow
 * call is in flight.
 */
async function startBroadcast(domain: string): Promise<Broadcast> {
  product.pushApi.breakCalls(domain, (number) => (number === SLOW_CALL ? 'slow' : undefined));
  const audience = await addAudience(product, domain, { tokens: 63_000, subscriptions: 27_000 });
  const sent = await broadcast(product, domain, audience);
  await inTheMiddle(product, sent, 0.05 + Math.random() * 0.15);
  expect(await redis.countJobs('delivery-batches')).toBeGreaterThan(0);
  const slow = product.pushApi.calls.filter(({ title, fault }) => title === domain && fault === 'slow');
  expect(slow).toEqual([expect.objectContaining({ respondedMs: undefined })]);
  return sent;
}

describe.each(ROUNDS)('round %i', (round) => {
  it('settles each contact once when Redis is flushed in the middle', async () => {
    const sent = await startBroadcast(`flushed-${round}.example.com`);
    const watch = watchLedger(product, sent.messageId);
    await redis.flush();
    expect(await redis.countJobs('delivery-batches')).toBe(0);

    report.push(describeRepeats('Redis flushed', sent, await expectSettled(product, sent)));
    await watch.expectAddedUp();
  }, 120_000);

  it('settles each contact once when Redis is killed in the middle and restarts empty', async () => {
    const sent = await startBroadcast(`restarted-${round}.example.com`);
    const watch = watchLedger(product, sent.messageId);
    await redis.crash();
    const json = { title: 'Refused', body: 'The body' };
    const refused = await waitFor(
      () => product.askAsSuperUser('POST', '/messages/domains/refused.example.com', { json }),
      ({ status }) => status !== 202,
    );
    await sleep(UNREACHABLE_MS);
    await redis.startEmpty();

    report.push(describeRepeats('Redis killed and empty', sent, await expectSettled(product, sent)));
    await watch.expectAddedUp();
    expect(refused).toMatchObject({ status: 503, body: { type: 'urn:push-contact:error:queue_unavailable' } });
    // A later broadcast is sent as usual.
    const after = await addAudience(product, `after-${round}.example.com`, { tokens: 50 });
    await expectSettled(product, await broadcast(product, `after-${round}.example.com`, after));
  }, 120_000);
});
